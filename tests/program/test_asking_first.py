"""What is asked before it is done, and files that wait, in the whole program."""

import re
from pathlib import Path

from tests.program.conftest import AGENT, Launch
from tests.support.pictures import png
from tests.support.provider import Answer, Gate, Provide, ToolCall

COURIER = f"{Path(__file__).parents[1] / 'examples/agents/approvals.py'}:agent"


def test_a_retry_of_a_turn_that_ran_tools_needs_the_key_again(
    launch: Launch, provide: Provide
) -> None:
    provider = provide(
        Answer(tool_calls=[ToolCall("roll_dice", {"sides": 20})]),
        Answer("it is 17"),
        Answer("it was 17"),
        strict=True,
    )
    terminal = launch(AGENT, provider=provider)
    terminal.type("roll\n")
    terminal.wait_for("it is 17")
    terminal.wait_for("── idle")
    terminal.press("ctrl+r")
    terminal.wait_for(re.compile("The last turn ran tools. Ctrl.R again undoes it"))
    assert len(provider.requests) == 2
    terminal.press("ctrl+r")
    terminal.wait_for("it was 17")
    terminal.press("f9")
    terminal.wait_for("it is 17")
    assert provider.requests[2].items == provider.requests[0].items


def test_several_calls_are_answered_one_by_one_or_together_and_a_draft_stays(
    launch: Launch, provide: Provide
) -> None:
    def calls(*names: str) -> Answer:
        return Answer(tool_calls=[ToolCall("send", {"recipient": name}) for name in names])

    provider = provide(
        calls("Hue", "Hoi An"), Answer("one is sent"), calls("Vinh", "Sa Pa"), Answer("both are"),
        strict=True,
    )  # fmt: skip
    terminal = launch(COURIER, provider=provider)
    terminal.type("go\na draft")
    terminal.wait_for(re.compile(r"May Courier run send\?? .*\(1 of 2\)"))
    terminal.wait_for("leaves the prompt")
    terminal.press("tab")
    terminal.answer("y", re.compile(r"Hoi An[\s\S]*May|May[\s\S]*Hoi An"))
    terminal.answer("n", "one is sent")
    outputs = str(provider.requests[1].tool_outputs)
    assert "sent to Hue" in outputs
    assert "sent to Hoi An" not in outputs
    assert "│ a draft" in terminal.text
    terminal.wait_for("── idle")
    terminal.click(37, 12)
    terminal.type("\x15again\n")
    terminal.wait_for(re.compile(r"May Courier run send\?? .*\(1 of 2\)"))
    terminal.answer("Y", "both calls?")
    terminal.answer("y", "both are")
    outputs = str(provider.requests[3].tool_outputs)
    assert "sent to Vinh" in outputs
    assert "sent to Sa Pa" in outputs
    assert provider.problems == []


def test_a_picture_waits_in_its_message_through_a_kill_and_a_command_steers(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    gate = Gate()
    provider = provide(
        Answer(deltas=["slow ", "words"], gates={1: gate}),
        Answer(deltas=["seen, ", "slowly"], gates={1: gate}),
        Answer("to the left"),
        strict=True,
    )
    (tmp_path / "photo.png").write_bytes(png(64, 32))
    first = launch(AGENT, provider=provider)
    first.type("first\n")
    first.wait_for("slow")
    first.type("look at @photo.png\n")
    first.wait_for("queued: look at")
    first.kill()
    second = launch(AGENT, "--continue", provider=provider, ready="held: look at")
    second.wait_for("── Hostile ──")
    second.press("enter")
    second.wait_for("seen,")
    assert "data:image/png;base64," in str(provider.requests[1].body)
    second.type("/steer to the left, please\n")
    second.wait_for("next: to the left, please")
    gate.open()
    second.wait_for(re.compile(r"^│ *to the left\b(?!,)", re.MULTILINE))
    said = str(provider.requests[2].items)
    assert "seen, slowly" in said
    assert provider.requests[2].last_user_text == "to the left, please"
    assert provider.problems == []
