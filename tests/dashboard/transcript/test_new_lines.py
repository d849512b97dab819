"""The mark that shows how many lines have come below the view."""

from typing import Any

from textual.screen import Screen

from tests.dashboard.transcript.hosting import Host, paragraphs, screen_lines, screen_text, settled
from tui.dashboard.textual_internals.compositor import PiecesUpdate
from tui.dashboard.textual_internals.painted_screen import PaintedScreen


class PaintingHost(Host):
    """Paints like the dashboard, and keeps the text that was painted."""

    def __init__(self) -> None:
        super().__init__()
        self.painted: list[str] = []

    def get_default_screen(self) -> PaintedScreen:
        return PaintedScreen()

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        if isinstance(renderable, PiecesUpdate):
            self.painted += [strip.text for span in renderable.spans for _, strip in span]
        super()._display(screen, renderable)


async def test_the_mark_is_painted_when_nothing_else_in_view_changes() -> None:
    host = PaintingHost()
    async with host.run_test(size=(80, 24)) as pilot:
        transcript = host.transcript
        transcript.start_answer("a", "Agent", 0.0)
        transcript.append("a", paragraphs(100))
        await settled(pilot, transcript)
        await pilot.press("pageup")
        for start in (100, 110):
            await settled(pilot, transcript)
            host.painted.clear()
            transcript.append("a", paragraphs(10, start=start))
        await settled(pilot, transcript)
        (row,) = [text for text in host.painted if "Paragraph" in text]
        assert "↓ 40 new lines" in row


async def test_lines_that_were_there_before_do_not_count_as_new() -> None:
    host = Host()
    async with host.run_test(size=(80, 24)) as pilot:
        transcript = host.transcript
        lengths = (n % 60 for n in range(300))
        transcript.start_answer("a", "Agent", 0.0)
        transcript.append("a", "".join(f"- {'word ' * length}\n\nend\n\n" for length in lengths))
        transcript.show_thinking("running a tool")
        await settled(pilot, transcript)
        for width in (80, 40, 110):
            await pilot.resize_terminal(width, 24)
            for _ in range(6):
                await pilot.press("pageup")
                await settled(pilot, transcript)
                assert "new line" not in screen_text(transcript)
        transcript.append("a", paragraphs(5))
        await settled(pilot, transcript)
        assert "↓ 10 new lines" in screen_lines(transcript)[-1]
