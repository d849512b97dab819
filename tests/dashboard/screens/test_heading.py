"""The top line in the room that it has."""

import pytest
from textual.app import App, ComposeResult

from tui.core.conversation import Conversation, fold
from tui.dashboard.screens.heading import Heading
from tui.protocol import events

LOADED = events.AgentLoaded(at=1, agent="Ann", model="gpt-5-mini", api="responses",
                            host="api.example.com", sdk="0.24.0")  # fmt: skip


class Desk(App[None]):
    def compose(self) -> ComposeResult:
        yield Heading()


@pytest.mark.parametrize(
    ("width", "shown"),
    [
        (100, " streamtui ── Ann ── gpt-5-mini @ api.example.com ──  ! tok/s  ── streaming"),
        (70, " Ann ── gpt-5-mini @ api.example.com ──  ! tok/s  ── streaming"),
        (60, " Ann ── api.example.com ──  ! tok/s  ── streaming"),
        (45, " api.example.com ──  ! tok/s  ── streaming"),
        (30, "  ! tok/s  ── streaming"),
    ],
)
async def test_the_host_is_named_as_long_as_there_is_room(width: int, shown: str) -> None:
    async with Desk().run_test(size=(width, 3)) as pilot:
        heading = pilot.app.query_one(Heading)
        heading.describe(fold(Conversation(), LOADED))
        heading.alert, heading.state = " ! tok/s ", "streaming"
        await pilot.pause()
        assert heading.render().plain == shown
