"""Which calls the dashboard knows not to have started, when their worker is gone."""

import pytest

from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.protocol import events


def called(call: str, *, hosted: bool = False, handoff: bool = False) -> events.ToolCalled:
    return events.ToolCalled(
        at=0, run="r1", tool_call=call, name="f", arguments="{}", hosted=hosted, handoff=handoff
    )


def started(call: str) -> events.ToolStarted:
    return events.ToolStarted(at=0, run="r1", tool_call=call)


def asked(call: str) -> events.ApprovalRequested:
    return events.ApprovalRequested(at=0, run="r1", tool_call=call, name="f", arguments="{}")


def answered(call: str) -> events.ApprovalAnswered:
    return events.ApprovalAnswered(at=0, run="r1", tool_call=call, approved=True)


EXITED = events.WorkerExited(at=9, code=None, signal="SIGKILL")


def not_run(*session: events.Event) -> tuple[str, ...]:
    mirror = HistoryMirror()
    for event in session:
        mirror.observe(event)
    return mirror.take().not_run


def test_a_call_behind_a_running_one_has_not_started() -> None:
    assert not_run(called("a"), called("b"), started("a")) == ("b",)


def test_a_call_that_waits_for_approval_has_not_started() -> None:
    assert not_run(called("a"), asked("a")) == ("a",)


def test_a_killed_dashboard_may_have_missed_a_start() -> None:
    assert not_run(called("a")) == ()
    assert not_run(called("a"), asked("a"), answered("a")) == ()


def test_a_dead_worker_has_reported_all_starts() -> None:
    assert not_run(called("a"), EXITED) == ("a",)
    assert not_run(called("a"), asked("a"), answered("a"), EXITED) == ("a",)
    assert not_run(called("a"), started("a"), EXITED) == ()


@pytest.mark.parametrize("session", [
    (called("a", hosted=True), EXITED),
    (called("a", handoff=True), EXITED),
    (called("a"), events.ToolFinished(at=1, run="r1", tool_call="a", outcome="ok"), EXITED),
])  # fmt: skip
def test_what_does_not_report_its_start_may_have_completed(session: list[events.Event]) -> None:
    assert not_run(*session) == ()


def test_calls_of_the_run_before_are_settled() -> None:
    run = events.RunStarted(at=3, run="r2", prompt="", entered_at=3, wall=0.0)
    assert not_run(called("a"), called("b"), started("a"), run) == ()
