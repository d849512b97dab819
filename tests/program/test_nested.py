"""The answer of an agent that another agent uses as a tool."""

import re
from pathlib import Path

from tests.program.conftest import Launch
from tests.support.provider import Answer, Gate, Provide, ResetAfter, ToolCall

AGENT = f"{Path(__file__).parent / 'nested_agent.py'}:agent"


def test_its_answer_is_shown_while_it_streams_and_an_interrupted_attempt_stays(
    launch: Launch, provide: Provide
) -> None:
    gate = Gate()
    provider = provide(
        Answer(tool_calls=[ToolCall("ask_inner", {"input": "well?"})]),
        Answer(deltas=["Once ", "upon "], fault=ResetAfter(2)),
        Answer(deltas=["a time ", "there was."], gates={1: gate}),
        Answer("The inner agent has spoken."),
        strict=True,
    )
    terminal = launch(AGENT, provider=provider, cols=240)
    terminal.type("go\n")
    terminal.wait_for(re.compile("⟳ ask_inner .* → .*a time"))
    terminal.press("f3", "space")
    terminal.wait_for("Once upon")
    terminal.wait_for("Connection reset by peer")
    gate.open()
    terminal.wait_for("The inner agent has spoken.")
    terminal.wait_for("── idle")
    assert "a time there was." in terminal.text
    assert "✂ interrupted" in terminal.text
    assert provider.problems == []
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0
    again = launch(AGENT, "--continue", provider=provider, cols=240)
    again.wait_for("The inner agent has spoken.")
    again.press("f3", "space")
    again.wait_for("Once upon")
    again.wait_for("Connection reset by peer")
