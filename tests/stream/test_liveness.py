"""Signs of life and two clocks, over moments in ns that the tests make up."""

from collections import deque

import pytest

from tui.stream.liveness import REMEMBERED, SECOND, Pulse, Reading, clock_offset

LIMIT = 4 * SECOND


def beating(at: int = 0) -> Pulse:
    """One that has begun, and was asked at a moment."""
    pulse = Pulse(LIMIT)
    pulse.heard()
    assert pulse.should_ask(at)
    return pulse


def test_nothing_is_asked_of_a_worker_that_has_not_begun() -> None:
    pulse = Pulse(LIMIT)
    assert not pulse.should_ask(0)
    assert not pulse.falls_silent(100 * SECOND)


def test_it_falls_silent_once_when_the_answer_is_overdue() -> None:
    pulse = beating(at=10)
    assert not pulse.falls_silent(10 + LIMIT - 1)
    assert pulse.falls_silent(10 + LIMIT)
    assert pulse.silent_since == 10
    assert not pulse.falls_silent(10 + 9 * LIMIT)


def test_what_does_not_come_through_is_not_asked_again() -> None:
    pulse = beating()
    assert not pulse.should_ask(3 * SECOND)
    assert pulse.falls_silent(LIMIT)
    assert not pulse.should_ask(60 * SECOND)


def test_whatever_comes_is_a_sign_of_life_and_only_the_first_one_is_news() -> None:
    pulse = beating()
    assert not pulse.heard()
    assert pulse.should_ask(5 * SECOND)
    assert pulse.falls_silent(5 * SECOND + LIMIT)
    assert pulse.heard()
    assert pulse.silent_since is None
    assert not pulse.heard()


def test_a_dashboard_that_stood_still_itself_waits_the_whole_limit_again() -> None:
    pulse = beating()
    pulse.excuse(100 * SECOND)
    assert not pulse.falls_silent(100 * SECOND + LIMIT - 1)
    assert pulse.falls_silent(100 * SECOND + LIMIT)


def test_an_excuse_makes_nobody_heard() -> None:
    pulse = beating()
    assert pulse.falls_silent(LIMIT)
    pulse.excuse(100 * SECOND)
    assert pulse.silent_since == 0


@pytest.mark.parametrize(
    ("readings", "offset"),
    [
        ([], 0),
        # Their clock says nothing that a question under way could not explain: the same clock.
        ([Reading(100, 50)], 0),
        ([Reading(100, 51)], 51),
        # The quickest of them errs least.
        ([Reading(1000, 900), Reading(10, 700), Reading(500, 800)], 700),
        ([Reading(1000, -900), Reading(10, 4)], 0),
    ],
)
def test_the_offset_is_that_of_the_quickest_answer(readings: list[Reading], offset: int) -> None:
    assert clock_offset(deque(readings)) == offset


def test_an_old_reading_does_not_hold_two_clocks_together_that_drift_apart() -> None:
    pulse = Pulse(LIMIT)
    pulse.read_clock(sent=0, received=2, theirs=1001)
    for number in range(REMEMBERED):
        sent = (number + 1) * SECOND
        pulse.read_clock(sent=sent, received=sent + 20, theirs=sent + 2010)
    assert clock_offset(pulse.readings) == 2000


def test_a_machine_that_has_slept_is_believed_at_its_next_answer() -> None:
    pulse = Pulse(LIMIT)
    pulse.read_clock(sent=0, received=SECOND // 50, theirs=SECOND // 100)
    assert clock_offset(pulse.readings) == 0
    pulse.read_clock(sent=SECOND, received=SECOND + SECOND // 40, theirs=601 * SECOND)
    assert clock_offset(pulse.readings) == pytest.approx(600 * SECOND, abs=SECOND // 40)
