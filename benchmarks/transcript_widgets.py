"""One widget alone, fed Markdown deltas frame by frame: the transcript, or Textual's own.

Usage: python -m benchmarks.transcript_widgets ours|textual COUNT PER_FRAME; prints JSON: seconds
and CPU seconds until the last delta is on the screen, and resident MB.
"""

import asyncio
import json
import resource
import sys
import time
from pathlib import Path

from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Markdown

from benchmarks.transcript_text import deltas
from tui.dashboard.terminal.legible_colours import LegibleColours
from tui.dashboard.transcript import Transcript

FRAME = 1 / 30
LAST = "DONE"


class Ours(LegibleColours, App[None]):
    """One transcript."""

    CSS_PATH = Path(__file__).parents[1] / "styles.tcss"

    def compose(self) -> ComposeResult:
        yield Transcript()

    async def feed(self, text: str) -> None:
        transcript = self.query_one(Transcript)
        transcript.start_answer("a", "Agent", 0.0)
        transcript.append("a", text)

    async def finish(self) -> None:
        transcript = self.query_one(Transcript)
        transcript.finish("a")
        while not transcript.is_settled:  # noqa: ASYNC110 - it has no event to wait for
            await asyncio.sleep(0.001)
        shown = [transcript.render_line(y).text.strip() for y in range(transcript.size.height)]
        assert LAST in shown


class Textuals(App[None]):
    """One Markdown widget that follows its end."""

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Markdown()

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).anchor()

    async def feed(self, text: str) -> None:
        await self.query_one(Markdown).append(text)

    async def finish(self) -> None:
        assert self.query_one(Markdown).source.endswith(LAST)


async def measure(app: Ours | Textuals, count: int, per_frame: int) -> dict[str, float]:
    pieces = deltas("markdown", count, LAST)
    frames = ["".join(pieces[at : at + per_frame]) for at in range(0, count, per_frame)]
    async with app.run_test(size=(120, 50)) as pilot:
        await pilot.pause()
        started, cpu = time.perf_counter(), time.process_time()
        for number, text in enumerate(frames):
            await app.feed(text)
            late = time.perf_counter() - started - (number + 1) * FRAME
            await asyncio.sleep(max(-late, 0))
        await app.finish()
        await pilot.pause()
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "cpu": cpu, "memory": memory}


if __name__ == "__main__":
    widget = Ours() if sys.argv[1] == "ours" else Textuals()
    print(json.dumps(asyncio.run(measure(widget, int(sys.argv[2]), int(sys.argv[3])))))
