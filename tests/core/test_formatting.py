"""Text for times, counts and long strings."""

import pytest

from tui.core.formatting import MILLISECOND, SECOND, duration, stopwatch


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (None, "—"),
        (400_000, "<1 ms"),
        (12 * MILLISECOND, "12 ms"),
        (999 * MILLISECOND, "999 ms"),
        (999_600_000, "1.00 s"),
        (1_250 * MILLISECOND, "1.25 s"),
        (12_300 * MILLISECOND, "12.3 s"),
        (59_960 * MILLISECOND, "1 m 00 s"),
        (123 * SECOND, "2 m 03 s"),
        (3_660 * SECOND, "1 h 01 m"),
    ],
)
def test_durations_have_at_most_three_digits(nanoseconds: int | None, text: str) -> None:
    assert duration(nanoseconds) == text


def test_the_stopwatch_keeps_its_width() -> None:
    assert [stopwatch(n * SECOND) for n in (0, 4, 65)] == ["00:00.0", "00:04.0", "01:05.0"]
    assert stopwatch(4_290 * MILLISECOND) == "00:04.2"
