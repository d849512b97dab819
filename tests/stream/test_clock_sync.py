"""The offset between two clocks, with made-up times in ns."""

import pytest

from tui.stream.clock_sync import MAX_READINGS, ClockSync

SECOND = 1_000_000_000


@pytest.mark.parametrize(
    ("readings", "offset"),
    [
        ([], 0),
        # An offset within half of the round trip: it may be the same clock.
        ([(100, 50)], 0),
        ([(100, 51)], 51),
        # The shortest round trip has the smallest error.
        ([(1000, 900), (10, 700), (500, 800)], 700),
        ([(1000, -900), (10, 4)], 0),
    ],
)
def test_the_offset_is_that_of_the_shortest_round_trip(
    readings: list[tuple[int, int]], offset: int
) -> None:
    clock = ClockSync()
    for round_trip, difference in readings:
        clock.add(sent=0, received=round_trip, theirs=round_trip // 2 + difference)
    assert clock.offset == offset


def test_old_readings_are_forgotten_so_that_a_drift_is_followed() -> None:
    clock = ClockSync()
    clock.add(sent=0, received=2, theirs=1001)
    for number in range(MAX_READINGS):
        sent = (number + 1) * SECOND
        clock.add(sent=sent, received=sent + 20, theirs=sent + 2010)
    assert clock.offset == 2000


def test_after_a_machine_slept_the_next_reading_replaces_the_old_ones() -> None:
    clock = ClockSync()
    clock.add(sent=0, received=SECOND // 50, theirs=SECOND // 100)
    assert clock.offset == 0
    clock.add(sent=SECOND, received=SECOND + SECOND // 40, theirs=601 * SECOND)
    assert clock.offset == pytest.approx(600 * SECOND, abs=SECOND // 40)
