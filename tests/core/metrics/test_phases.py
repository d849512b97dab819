"""The steps of sending a request, among the attempt's figures."""

from tests.core.metrics.story import MS, Story, about
from tui.core.metrics import PhaseFigures
from tui.protocol.events import ConnectionPhases


def phases(
    *, connect: int | None = None, tls: int | None = None, attempt: int = 1
) -> ConnectionPhases:
    return ConnectionPhases(
        at=60 * MS, run="run", call="c1", attempt=attempt, began=32 * MS,
        connect=connect, tls=tls, sent=MS, first_byte=20 * MS,
    )  # fmt: skip


def phases_of(event: ConnectionPhases) -> PhaseFigures | None:
    story = Story().begins(0).calls(10).tries(20).adds(event).connects(61).says(90)
    attempt = story.figures().attempt
    assert attempt is not None
    return attempt.phases


def test_the_steps_are_in_seconds_and_start_with_building_the_request() -> None:
    shown = phases_of(phases(connect=2 * MS, tls=5 * MS))
    assert shown is not None
    assert not shown.reused
    steps = (shown.prepared, shown.connect, shown.tls, shown.sent, shown.first_byte)
    assert [step.value for step in steps] == [about(s) for s in (0.012, 0.002, 0.005, 0.001, 0.02)]


def test_without_a_connect_step_the_connection_was_reused() -> None:
    shown = phases_of(phases())
    assert shown is not None
    assert shown.reused
    assert (shown.connect.known, shown.tls.known) == (False, False)


def test_phases_of_another_attempt_do_not_count() -> None:
    assert phases_of(phases(attempt=2)) is None
