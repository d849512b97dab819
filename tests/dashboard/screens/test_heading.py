"""The top line in the room that it has."""

import pytest
from textual.app import App, ComposeResult

from tests.core.metrics.story import Story
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


async def test_an_ended_turn_has_the_same_time_as_its_e2e() -> None:
    async with Desk().run_test(size=(100, 3)) as pilot:
        heading = pilot.app.query_one(Heading)
        running = Story().begins(0)
        heading.show(running.figures(now=2460), "working")
        assert heading.elapsed == "00:02.4"
        heading.show(running.finishes(2460).figures(), "idle")
        assert heading.elapsed == "2.46 s"


async def test_a_turn_that_was_cut_off_has_no_time() -> None:
    async with Desk().run_test(size=(100, 3)) as pilot:
        heading = pilot.app.query_one(Heading)
        cut = Story().begins(0).calls(0).tries(0).says(100)
        cut.adds(events.RunFinished(at=200, run="run", outcome="cancelled", lost=True))
        heading.show(cut.figures(), "cut off")
        await pilot.pause()
        assert heading.render().plain.endswith("── cut off")
