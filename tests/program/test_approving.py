"""Approvals in the whole program: what the user sees, and what reaches the tool and the model."""

import os
import re
import signal
import time
from pathlib import Path

from tests.program.conftest import Launch
from tests.support.provider import Answer, Provide, ToolCall
from tests.support.terminal import children_of

COURIER = f"{Path(__file__).parents[1] / 'examples/agents/approvals.py'}:agent"


def test_the_model_gets_the_reason_and_the_chat_and_the_log_show_the_same_row(
    launch: Launch, provide: Provide
) -> None:
    provider = provide(
        Answer(tool_calls=[ToolCall("send", {"recipient": "Hue"})]),
        Answer("Then not."),
        strict=True,
    )
    terminal = launch(COURIER, provider=provider)
    terminal.type("go\n")
    terminal.wait_for("May Courier run send")
    # In the chat and in the log.
    terminal.wait_for(lambda screen: "\n".join(screen).count("→ waits for your an") == 2)
    terminal.answer("r", "The model will see your reason")
    terminal.type("too far\n")
    terminal.wait_for("Then not.")
    assert provider.problems == []
    assert "too far" in str(provider.requests[1].tool_outputs)


def test_arguments_are_edited_checked_by_the_schema_and_the_row_shows_both(
    launch: Launch, provide: Provide
) -> None:
    provider = provide(
        Answer(tool_calls=[ToolCall("drive", {"kilometres": 900})]), Answer("There."), strict=True
    )
    terminal = launch(COURIER, provider=provider)
    terminal.type("go\n")
    terminal.wait_for("May Courier run drive")
    terminal.answer("e", "Arguments of drive")
    terminal.press("end")
    terminal.press("backspace", "backspace", "backspace", "backspace")
    terminal.type('"x"}')
    terminal.press("ctrl+s")
    terminal.wait_for(re.compile(r"column \d+: \$\.kilometres: 'x' is not of type 'integer'"))
    terminal.press("end")
    terminal.press("backspace", "backspace", "backspace", "backspace")
    terminal.type("700}")
    terminal.press("ctrl+s")
    terminal.wait_for("There.")
    assert "drove 700 km" in str(provider.requests[1].tool_outputs)
    # In the chat and in the log, what has run.
    terminal.wait_for(lambda screen: "\n".join(screen).count("(edited) kilometres") == 2)
    terminal.press("f3")
    terminal.press_until("end", re.compile(r"drive"))
    terminal.press("space")
    terminal.wait_for(re.compile(r"900[\s\S]*changed to[\s\S]*700"))
    assert provider.problems == []


def test_a_pending_approval_ends_with_its_worker_and_is_asked_again_after_a_resume(
    launch: Launch, provide: Provide
) -> None:
    call = ToolCall("send", {"recipient": "Hue"})
    provider = provide(
        Answer(tool_calls=[call]),
        Answer(tool_calls=[call]),
        Answer(tool_calls=[call]),
        Answer("Done."),
        strict=True,
    )
    first = launch(COURIER, provider=provider)
    first.type("go\n")
    first.wait_for("May Courier run send")
    (worker,) = children_of(first.pid)
    os.kill(worker, signal.SIGKILL)
    first.wait_for(lambda screen: "May Courier run" not in "\n".join(screen))
    first.wait_for("Ctrl+R")
    first.wait_for("── Courier ──")
    first.press_until("ctrl+r", "May Courier run send")
    first.kill()

    second = launch(COURIER, "--continue", provider=provider)
    second.wait_for("── Courier ──")
    assert "May Courier run" not in second.text
    assert "waits for your answer" not in second.text
    second.press_until("ctrl+r", "May Courier run send")
    second.answer("y", "Done.")
    assert provider.problems == []
    for request in provider.requests[1:3]:
        assert "not run" in str(request.tool_outputs)
    assert "sent to Hue" in str(provider.requests[3].tool_outputs)


def test_a_message_typed_in_one_burst_answers_nothing(launch: Launch, provide: Provide) -> None:
    """The keys of a slow line come together: "a" in "what" is no answer."""
    provider = provide(Answer(tool_calls=[ToolCall("send", {"recipient": "Hue"})]), strict=True)
    terminal = launch(COURIER, provider=provider)
    terminal.type("go\n")
    terminal.wait_for("May Courier run send")
    # Each of these answers, once the question listens.
    terminal.answer("e", "Arguments of send")
    terminal.press("escape")
    terminal.wait_for(lambda screen: not any("Arguments of" in line for line in screen))
    terminal.type("what an errand by train")
    terminal.wait_for("what an errand by train")
    assert "May Courier run send" in terminal.text
    assert len(provider.requests) == 1


def test_always_outlives_the_worker_and_not_the_program(launch: Launch, provide: Provide) -> None:
    call = ToolCall("send", {"recipient": "Hue"})
    provider = provide(
        Answer(tool_calls=[call]), Answer("Sent once."),
        Answer(tool_calls=[call]), Answer("Sent twice."),
        Answer(tool_calls=[call]), Answer("Sent again."),
        strict=True,
    )  # fmt: skip
    first = launch(COURIER, provider=provider)
    first.type("go\n")
    first.wait_for("May Courier run send")
    first.answer("a", "Sent once.")
    first.wait_for(re.compile(r"── idle\b"))
    (worker,) = children_of(first.pid)
    os.kill(worker, signal.SIGKILL)
    first.wait_for(re.compile("killed|SIGKILL"))
    first.wait_for(re.compile(r"── Courier ──.*idle"))
    first.type("again\n")
    first.wait_for("Sent twice.")
    first.wait_for(re.compile(r"── idle\b"))
    first.press("ctrl+q")
    assert first.exit_code() == 0

    second = launch(COURIER, "--continue", provider=provider)
    second.wait_for(re.compile(r"── Courier ──.*idle"))
    second.type("once more\n")
    second.wait_for("May Courier run send")
    second.answer("y", "Sent again.")
    assert provider.problems == []


def test_a_message_typed_in_one_burst_is_whole_in_the_prompt_and_answers_nothing(
    launch: Launch, provide: Provide
) -> None:
    provider = provide(
        Answer(tool_calls=[ToolCall("send", {"recipient": "Hue"})]), Answer("Done."), strict=True
    )
    terminal = launch(COURIER, provider=provider)
    terminal.type("go\n")
    terminal.wait_for("May Courier run send")
    # Longer than keys are ignored, so that the first letter could be an answer.
    time.sleep(0.5)
    terminal.type("yes but never really any")
    terminal.wait_for("yes but never really any")
    assert "May Courier run send" in terminal.text
    terminal.press(*["backspace"] * len("yes but never really any"), "tab")
    terminal.answer("y", "Done.")
    assert provider.problems == []
