"""Rows 36 to 41: tools that cannot be called, fail, or never end."""

import re

import pytest

from tests.faults.answers import QUICK, WHOLE
from tests.faults.dashboard import wait_until
from tests.faults.row import PROMPT, Row
from tests.support.provider import Answer, ToolCall
from tests.support.terminal import children_of
from tui.protocol.events import ToolFinished, ToolStarted
from tui.worker.input_items import INTERRUPTED_OUTPUT

FAILED = "An error occurred while running the tool.*"
GOES_ON = "Ctrl.?R resumes"


def calling(*names: str, arguments: object = None) -> Answer:
    return Answer(tool_calls=[ToolCall(name, arguments or {}) for name in names])  # type: ignore[arg-type]


def test_36_arguments_that_are_not_json(row: Row) -> None:
    row.start(agent="faulty", settings=QUICK)
    row.play(
        calling("add", arguments="{broken"),
        Answer(WHOLE),
        how="half an object as the arguments",
        sees=["✗ add", WHOLE],
        keeps=[
            ("user", PROMPT),
            ("call", "add"),
            ("output", FAILED),
            ("assistant", WHOLE),
        ],
    )
    assert row.all(ToolStarted) == [] or row.all(ToolFinished)[0].outcome == "error"


def test_37_unknown_tool(row: Row) -> None:
    row.start(agent="faulty", settings=QUICK)
    row.play(
        calling("no_such_tool"),
        how="a call of a tool that is not offered",
        sees=["no_such_tool", f"Tool no_such_tool not found|{GOES_ON}"],
        outcome="failed",
        keeps=[("user", PROMPT), ("call", "no_such_tool"), ("output", "not run.*")],
    )


def test_38_tool_raises(row: Row) -> None:
    row.start(agent="faulty", settings=QUICK)
    row.play(
        calling("raises"),
        Answer(WHOLE),
        how="ValueError in the tool",
        sees=["✗ raises.*ValueError", "the cellar is locked", WHOLE],
        keeps=[
            ("user", PROMPT),
            ("call", "raises"),
            ("output", FAILED),
            ("assistant", WHOLE),
        ],
    )


def test_39_tool_raises_and_nobody_handles_it(row: Row) -> None:
    row.start(agent="faulty", settings=QUICK)
    row.report.how = "KeyError in a tool with failure_error_function=None, beside another tool"
    row.say(
        Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 2}), ToolCall("raises_unhandled", {})])
    )
    row.sees("✓ add .*3", "✗ raises_unhandled.*KeyError", "nobody handles this", GOES_ON)
    assert row.finished().outcome == "failed"
    row.asked(1)
    row.counted({"tool": 1})
    row.retry(Answer(WHOLE))
    row.sees(WHOLE)
    assert row.finished(2).outcome == "ok"
    assert len(row.all(ToolStarted)) == 2
    row.goes_on(
        ("user", PROMPT),
        ("call", "add"),
        ("call", "raises_unhandled"),
        ("output", "3"),
        ("output", ".*"),
        ("assistant", WHOLE),
    )


def test_40_tool_time_out(row: Row) -> None:
    row.start(agent="faulty", settings={**QUICK, "timeouts_tool": 1})
    row.play(
        calling("waits"),
        Answer(WHOLE),
        how="a tool that waits for ever, with a time-out of 1 s",
        sees=["✗ waits.*timed out", WHOLE],
        keeps=[
            ("user", PROMPT),
            ("call", "waits"),
            ("output", ".*timed out.*"),
            ("assistant", WHOLE),
        ],
    )


@pytest.mark.parametrize("api", ["responses"])
@pytest.mark.parametrize("tool", ["blocks", "hangs"])
def test_41_tool_hangs(row: Row, tool: str) -> None:
    """``blocks`` stops the agent's loop, ``hangs`` only a thread of it."""
    row.start(agent="faulty", settings=QUICK, keep=False, warm=False)
    row.report.how = f"sync code that never ends ({tool})"
    row.say(calling(tool))
    row.sees(f"⟳ {tool}")
    (before,) = children_of(row.terminal.pid)
    row.terminal.press("escape")
    row.sees("cancelling" if tool == "blocks" else "still running in background")
    row.terminal.type("the dashboard lives")
    row.sees("the dashboard lives")

    def pressed_again(screen: list[str]) -> bool:
        row.terminal.press("escape")
        return any("started anew" in line for line in screen)

    row.terminal.wait_for(pressed_again)
    row.report.seen.append("Esc again: started anew")
    wait_until(lambda: before not in children_of(row.terminal.pid), "the worker was ended")
    row.terminal.wait_for(re.compile(r"── (idle|cancelled|failed)\b"))
    assert len(row.all(ToolStarted)) == 1
    row.asked(1)
    row.terminal.press("ctrl+c")
    row.terminal.wait_for("Ask the agent")
    row.goes_on(("user", PROMPT), ("call", tool), ("output", INTERRUPTED_OUTPUT))
