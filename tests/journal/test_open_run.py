"""Runs that a killed dashboard left open."""

import msgspec
import pytest

from tui.journal.open_run import ENDED_HERE, mended
from tui.protocol import events
from tui.protocol.events import Event

WORKER = events.WorkerStarted(at=1, pid=1, python="3.11", wall=1.0)
STARTED = events.RunStarted(at=2, run="r1", prompt="hi", entered_at=2, wall=1.0, agent="Ann")
KEPT = events.HistoryChanged(at=3, run="r1", keep=0, items=(msgspec.Raw(b"{}"),), agent="Bob")
SAID = events.TextDelta(at=4, run="r1", call="c1", text="once")
FINISHED = events.RunFinished(at=5, run="r1", outcome="ok")
ENDED = events.RunFinished(
    at=4, run="r1", outcome="cancelled", problem=ENDED_HERE, agent="Bob", can_continue=True
)


@pytest.mark.parametrize(
    "session",
    [
        [WORKER, STARTED, KEPT, SAID, FINISHED],
        [WORKER, STARTED, KEPT, SAID, events.WorkerExited(at=5, code=1), WORKER],
        [WORKER],
        [],
    ],
)
def test_a_session_whose_runs_have_ended_stays_as_it_is(session: list[Event]) -> None:
    assert list(mended(session)) == session


@pytest.mark.parametrize("after", [[], [WORKER], [WORKER, STARTED, FINISHED], [STARTED, FINISHED]])
def test_an_open_run_ends_where_its_dashboard_did(after: list[Event]) -> None:
    before: list[Event] = [WORKER, STARTED, KEPT, SAID]
    assert list(mended([*before, *after])) == [*before, ENDED, *after]


def test_the_last_run_of_a_session_that_is_held_goes_on() -> None:
    session: list[Event] = [WORKER, STARTED, KEPT, SAID]
    again: list[Event] = [WORKER, STARTED, KEPT, SAID]
    assert list(mended([*session, *again], held=True)) == [*session, ENDED, *again]


def test_tools_without_an_end_may_have_completed_if_they_had_begun() -> None:
    calls: list[Event] = [
        events.ToolCalled(at=5, run="r1", tool_call=key, name=key, arguments="{}", hosted=hosted)
        for key, hosted in {"done": False, "begun": False, "waits": False, "theirs": True}.items()
    ]
    calls += [events.ToolStarted(at=6, tool_call=key) for key in ("done", "begun")]
    calls += [events.ToolFinished(at=7, tool_call="done", outcome="ok")]
    told = list(mended([STARTED, KEPT, *calls]))[2 + len(calls) :]
    ends = [(e.tool_call, e.outcome) for e in told if isinstance(e, events.ToolFinished)]
    assert ends == [("begun", "unknown"), ("waits", "cancelled"), ("theirs", "unknown")]
    assert isinstance(told[-1], events.RunFinished)


def test_a_message_that_never_reached_the_ledger_is_not_kept() -> None:
    *_, end = mended([WORKER, STARTED])
    assert isinstance(end, events.RunFinished)
    assert (end.kept, end.can_continue) == (False, False)
