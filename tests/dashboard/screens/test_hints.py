"""The bottom line names keys that do something now."""

import pytest

from tests.dashboard.test_main_screen import SECOND, Desk, desk, finished, loaded, started
from tui.protocol import events


def line(it: Desk) -> str:
    return str(it.app.main.hints.content)


@pytest.mark.parametrize("size", [(100, 30), (60, 20)])
async def test_cancel_and_retry_are_named_only_while_they_do_something(
    size: tuple[int, int],
) -> None:
    problem = events.Problem(kind="server", message="It broke.")
    async with desk(size) as it:
        assert line(it).startswith(" F1 help")
        await it.feed(*loaded())
        assert "cancel" not in line(it)
        assert "retry" not in line(it)
        await it.feed(*started())
        assert line(it).startswith(" Esc cancel ")
        assert "retry" not in line(it)
        place = line(it).index("F1")
        await it.feed(
            events.AttemptFailed(at=5, run="r1", call="c1", problem=problem),
            events.RetryScheduled(
                at=6, run="r1", call="c1", attempt=2, most=4, delay=9.0, until=6 + 9 * SECOND
            ),
        )
        assert line(it).startswith(" Esc cancel  ^R retry ")
        await it.feed(finished("failed", problem=problem, can_continue=True))
        assert line(it).startswith(" ^R retry ")
        assert "cancel" not in line(it)
        assert line(it).index("F1") == place
        await it.press("ctrl+n")
        assert line(it).startswith(" F1 help")
