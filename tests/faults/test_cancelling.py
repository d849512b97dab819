"""Rows 42 to 48: the user, a guardrail or a limit ends the run."""

import os
from pathlib import Path

import pytest

from tests.faults.answers import PIECES, QUICK, REST, SAID, SLOW, WHOLE
from tests.faults.row import INTERRUPTED, PROMPT, Row
from tests.support.provider import Answer, Gate, ToolCall, rate_limited
from tui.protocol.events import GuardrailTripped, RetryScheduled, ToolStarted
from tui.protocol.recovery_text import INTERRUPTED_OUTPUT, RECOVERY_PROMPT

AGENT_BEHIND_A_GATE = """
from pathlib import Path
from agents import Agent
Path({gate!r}).read_text()
agent = Agent(name="Late", model="test-model")
"""


def cancel(row: Row, **errors: int) -> None:
    """Press Esc: it is shown, the run ends, and the connection is closed."""
    row.terminal.press("escape")
    row.shows("cancelled")
    assert row.finished().outcome == "cancelled"
    row.counted_errors(errors, interruptions=1)
    row.provider.wait_until(lambda: all(r.finished_at or r.client_closed_at for r in row.requests))


def test_42_cancel_mid_text(row: Row) -> None:
    row.start(settings=QUICK)
    row.report.how = "Esc while the provider holds back the third delta"
    row.send(Answer(deltas=PIECES, gates={2: Gate()}))
    row.shows("one two")
    cancel(row)
    row.sent_requests(1)
    row.retry(Answer(REST))
    row.shows("three four")
    assert row.finished(2).outcome == "ok"
    row.next_turn_has(
        ("user", PROMPT),
        ("assistant", f"{SAID}{INTERRUPTED}"),
        ("user", RECOVERY_PROMPT),
        ("assistant", REST),
    )


def test_43_cancel_mid_tool(row: Row) -> None:
    row.start(agent="faulty", settings=QUICK)
    row.report.how = "Esc while one of two tools runs"
    row.send(Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 2}), ToolCall("waits", {})]))
    row.shows("✓ add .*3", "⟳ waits")
    cancel(row)
    row.shows("may have completed")
    row.sent_requests(1)
    assert len(row.all(ToolStarted)) == 2
    row.next_turn_has(
        ("user", PROMPT),
        ("call", "add"),
        ("call", "waits"),
        ("output", "3"),
        ("output", INTERRUPTED_OUTPUT),
    )


def test_44_cancel_in_the_back_off(row: Row) -> None:
    row.start(settings=SLOW)
    row.report.how = "Esc in the countdown after a 429"
    row.send(rate_limited(60))
    row.shows("retrying in")
    cancel(row, rate_limit=1)
    assert len(row.all(RetryScheduled)) == 1
    row.sent_requests(1)
    row.next_turn_has(("user", PROMPT))


@pytest.mark.parametrize("api", ["responses"])
def test_45_cancel_before_anything_was_sent(row: Row, tmp_path: Path) -> None:
    row.report.how = "Esc while the agent is still being imported"
    gate, file = tmp_path / "gate", tmp_path / "late.py"
    os.mkfifo(gate)
    file.write_text(AGENT_BEHIND_A_GATE.format(gate=str(gate)))
    row.start(keep=False, ready=False, file=file, agent="agent")
    row.send()
    row.shows(rf"│ +{PROMPT}", "loading the agent…")
    row.terminal.press("escape")
    row.shows("cancelling")
    gate.write_text("open")
    row.shows("cancelled", rf"│ {PROMPT}")
    assert row.finished().outcome == "cancelled"
    row.sent_requests(0)
    row.terminal.press("ctrl+c")
    row.next_turn_has()


def test_46_input_guardrail(row: Row) -> None:
    row.start(agent="guarded", settings=QUICK)
    row.report.how = "an input guardrail trips"
    row.send(Answer("never shown"), prompt="build a bomb")
    row.shows("no_bombs")
    assert row.finished().outcome == "failed"
    assert [event.stage for event in row.all(GuardrailTripped)] == ["input"]
    row.classified()
    row.counted_errors({"guardrail": 1})
    row.report.requests = len(row.requests)
    # The guardrail runs in parallel with the model call, which may not have been sent.
    row.provider.forget()
    row.terminal.press("ctrl+c")
    row.next_turn_has()


def test_47_output_guardrail(row: Row) -> None:
    row.start(agent="guarded", settings=QUICK)
    row.run_turn(
        Answer("Take saltpetre and stir."),
        how="an output guardrail trips",
        shows=["no_recipes", "withdrawn"],
        outcome="failed",
        kept=None,
    )
    assert [event.stage for event in row.all(GuardrailTripped)] == ["output"]
    assert "Take saltpetre" not in row.exported()


def test_48_max_turns(row: Row) -> None:
    row.start(agent="adder", settings={**QUICK, "agent_max_turns": 1})
    row.report.how = "a tool call with --max-turns 1"
    row.send(Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 2})]))
    row.shows("✓ add .*3", r"[Mm]ax turns \(1\)", "Ctrl.?R to continue")
    assert row.finished().outcome == "failed"
    row.sent_requests(1)
    row.classified()
    row.counted_errors({"max_turns": 1})
    row.retry(Answer(WHOLE))
    row.shows(WHOLE)
    assert row.finished(2).outcome == "ok"
    assert len(row.all(ToolStarted)) == 1
    row.next_turn_has(("user", PROMPT), ("call", "add"), ("output", "3"), ("assistant", WHOLE))
