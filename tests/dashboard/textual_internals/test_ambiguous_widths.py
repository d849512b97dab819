"""Terminals that give a script or an emoji another width than Textual does."""

import re
import sys
from collections.abc import Callable
from unicodedata import category

import pytest
from rich.cells import cell_len
from textual.geometry import Region

from tui.core.config.settings import AppOptions, Config
from tui.dashboard.app import StreamTui
from tui.dashboard.textual_internals.compositor import PiecesUpdate
from tui.protocol import events

IDLE = (sys.executable, "-c", "import sys; sys.stdin.read()")
WIDTH, HEIGHT = 100, 30
TEXTS = ("हिन्दी विश्व की एक प्रमुख भाषा है और भारत की एक राजभाषा है", "👍🏽 👩‍👩‍👧‍👦 🏳️‍🌈 ❤️ end")
MOVE = re.compile(r"\x1b\[(\d+);(\d+)H")

Cells = Callable[[str], int]


def wide(character: str) -> int:
    """A mark takes a cell unless it has no width, a part of an emoji takes two."""
    return 0 if category(character) in {"Mn", "Cf"} else max(cell_len(character), 1)


def narrow(character: str) -> int:
    """No mark takes a cell, and nothing takes two."""
    marks = {"Mn", "Mc", "Cf", "Sk"}
    return 0 if category(character) in marks and not character.isascii() else 1


class Terminal:
    """A grid full of old characters; lines are not wrapped."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self.rows = [["z"] * WIDTH for _ in range(HEIGHT)]

    def show(self, update: PiecesUpdate | None) -> None:
        assert update is not None
        for move, strip in (part for span in update.spans for part in span):
            found = MOVE.fullmatch(move)
            assert found is not None
            row, column = int(found[1]) - 1, int(found[2]) - 1
            for character in strip.text:
                for _ in range(self._cells(character)):
                    self.rows[row][min(column, WIDTH - 1)] = character
                    column += 1


@pytest.mark.parametrize("cells", [wide, narrow])
@pytest.mark.parametrize("text", TEXTS)
async def test_frames_stay_whole_and_no_old_character_is_left(cells: Cells, text: str) -> None:
    app = StreamTui(AppOptions(config=Config(), worker_command=IDLE))
    async with app.run_test(size=(WIDTH, HEIGHT)) as pilot:
        await pilot.pause()
        app.dispatcher.dispatch(
            [
                events.RunStarted(at=2, run="r1", prompt="hello", entered_at=2, wall=1.0),
                events.ModelCallStarted(at=3, run="r1", call="c1", agent="Ann", model="m"),
                events.AttemptStarted(at=4, run="r1", call="c1"),
                events.TextDelta(at=5, run="r1", call="c1", text=f"{text} " * 30),
            ]
        )
        app.dispatcher.flush()
        await pilot.pause()
        compositor, transcript = app.main._compositor, app.main.chat.transcript
        region = transcript.region
        terminal = Terminal(cells)
        compositor._dirty_regions = {Region(0, 0, WIDTH, HEIGHT)}
        terminal.show(compositor.render_partial_update())
        compositor._dirty_regions = {Region(region.x, region.y, region.width - 1, region.height)}
        terminal.show(compositor.render_partial_update())
        for row in terminal.rows[region.y : region.bottom]:
            assert (row[0], row[-1]) == ("│", "│")
        assert ["".join(row) for row in terminal.rows if "z" in row] == []
