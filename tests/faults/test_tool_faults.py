"""Rows 36 to 41: tools that cannot be called, fail, or never end."""

import re

import pytest

from tests.faults.answers import QUICK, WHOLE
from tests.faults.row import PROMPT, Row
from tests.support.patience import wait_until
from tests.support.provider import Answer, ToolCall
from tests.support.terminal import children_of
from tui.protocol.events import ToolFinished, ToolStarted
from tui.protocol.recovery_text import INTERRUPTED_OUTPUT

FAILED = "An error occurred while running the tool.*"
GOES_ON = "Ctrl.?R resumes"


def calling(*names: str, arguments: object = None) -> Answer:
    return Answer(tool_calls=[ToolCall(name, arguments or {}) for name in names])  # type: ignore[arg-type]


def test_36_arguments_that_are_not_json(row: Row) -> None:
    row.start(agent="faulty", settings=QUICK)
    row.run_turn(
        calling("add", arguments="{broken"),
        Answer(WHOLE),
        how="half an object as the arguments",
        shows=["✗ add", WHOLE],
        kept=[
            ("user", PROMPT),
            ("call", "add"),
            ("output", FAILED),
            ("assistant", WHOLE),
        ],
    )
    (finished,) = row.all(ToolFinished)
    assert finished.outcome == "error"
    assert finished.problem is not None
    assert finished.problem.message == "ModelBehaviorError: Invalid JSON input for tool add"


def test_37_unknown_tool(row: Row) -> None:
    row.start(agent="faulty", settings=QUICK)
    row.run_turn(
        calling("no_such_tool"),
        how="a call of a tool that is not offered",
        shows=["✗ no_such_tool", "✗ Tool no_such_tool not found", GOES_ON],
        outcome="failed",
        kept=[("user", PROMPT), ("call", "no_such_tool"), ("output", "not run.*")],
    )


def test_38_tool_raises(row: Row) -> None:
    row.start(agent="faulty", settings=QUICK)
    row.run_turn(
        calling("raises"),
        Answer(WHOLE),
        how="ValueError in the tool",
        shows=["✗ raises.*ValueError", "the cellar is locked", WHOLE],
        kept=[
            ("user", PROMPT),
            ("call", "raises"),
            ("output", FAILED),
            ("assistant", WHOLE),
        ],
    )


def test_39_tool_raises_and_it_is_not_handled(row: Row) -> None:
    row.start(agent="faulty", settings=QUICK)
    row.report.how = "KeyError in a tool with failure_error_function=None, beside another tool"
    row.send(
        Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 2}), ToolCall("raises_unhandled", {})])
    )
    row.shows(
        "✓ add .*3", "✗ raises_unhandled.*KeyError", "this is not handled", "Ctrl.?R to continue"
    )
    assert row.finished().outcome == "failed"
    row.sent_requests(1)
    row.counted_errors({"tool": 1})
    row.retry(Answer(WHOLE))
    row.shows(WHOLE)
    assert row.finished(2).outcome == "ok"
    assert len(row.all(ToolStarted)) == 2
    row.next_turn_has(
        ("user", PROMPT),
        ("call", "add"),
        ("call", "raises_unhandled"),
        ("output", "3"),
        ("output", ".*"),
        ("assistant", WHOLE),
    )


def test_40_tool_time_out(row: Row) -> None:
    row.start(agent="faulty", settings={**QUICK, "timeouts_tool": 1})
    row.run_turn(
        calling("waits"),
        Answer(WHOLE),
        how="a tool that never returns, with a time-out of 1 s",
        shows=["✗ waits.*timed out", WHOLE],
        kept=[
            ("user", PROMPT),
            ("call", "waits"),
            ("output", ".*timed out.*"),
            ("assistant", WHOLE),
        ],
    )


@pytest.mark.parametrize("api", ["responses"])
@pytest.mark.parametrize("tool", ["blocks", "hangs"])
def test_41_tool_hangs(row: Row, tool: str) -> None:
    """``blocks`` blocks the agent's event loop, ``hangs`` only a thread."""
    row.start(agent="faulty", settings=QUICK, keep=False, warm=False)
    row.report.how = f"sync code that never ends ({tool})"
    row.send(calling(tool))
    row.shows(f"⟳ {tool}")
    (before,) = children_of(row.terminal.pid)
    row.terminal.press("escape")
    row.shows("cancelling" if tool == "blocks" else "still running in the background")
    row.terminal.type("the dashboard responds")
    row.shows("the dashboard responds")

    row.terminal.press_until("escape", "process restarts")
    row.report.seen.append("Esc again: restarted")
    wait_until(lambda: before not in children_of(row.terminal.pid), "the worker was ended")
    row.terminal.wait_for(re.compile(r"── (idle|cancelled|failed)\b"))
    assert len(row.all(ToolStarted)) == 1
    row.sent_requests(1)
    row.terminal.press("ctrl+c")
    row.terminal.wait_for("Ask the agent")
    row.next_turn_has(("user", PROMPT), ("call", tool), ("output", INTERRUPTED_OUTPUT))
