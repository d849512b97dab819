"""The line of a replay: where it is, its turns and errors, its speed. Click or drag to seek."""

from itertools import groupby
from typing import ClassVar, Literal

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.dashboard.replay.seek_times import exact_words, speed_words, time_words
from tui.dashboard.textual_internals.sizing import SizedInLayout
from tui.replay.tape import Tape

Motion = Literal["playing", "paused", "end"]

PLAYED, AHEAD, TURN, ERROR, HEAD = "━", "─", "╋", "✗", "┃"


class SeekBar(SizedInLayout, Widget, can_focus=True):
    """One row; the marks stand where their events are."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "seek-bar--played", "seek-bar--turn", "seek-bar--error", "seek-bar--head",
    }  # fmt: skip

    class Sought(Message):
        """The bar was clicked at, or dragged to, a position in ns."""

        def __init__(self, position: int) -> None:
            self.position = position
            super().__init__()

    def __init__(self, tape: Tape, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._tape = tape
        self._shown: tuple[int, float, Motion, str] = (0, 1.0, "paused", "")
        self._dragged = False

    def show(self, position: int, speed: float, motion: Motion, event: str) -> None:
        """Show a position in ns; ``event``: what arrived last, if there is room for it."""
        if (position, speed, motion, event) != self._shown:
            self._shown = position, speed, motion, event
            self.refresh()

    def render_line(self, y: int) -> Strip:
        # Segments of its own: a text with as many styles takes ten times as long.
        before, after = self._words()
        room = self._room(before, after)
        line = self._line(room) if room > 0 and y == 0 else []
        strip = Strip([Segment(before), *line, Segment(after)]).apply_style(self.rich_style)
        return strip.adjust_cell_length(self.size.width, self.rich_style)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._dragged = True
        self.capture_mouse()
        self._seek(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._dragged:
            self._seek(event)

    def on_mouse_up(self) -> None:
        self._dragged = False
        self.release_mouse()

    def _seek(self, event: events.MouseEvent) -> None:
        before, after = self._words()
        room = self._room(before, after)
        if room > 0:
            place = max(0, min(event.x - cell_len(before), room - 1))
            share = place / max(1, room - 1)
            self.post_message(self.Sought(round(share * self._tape.total)))

    def _words(self) -> tuple[str, str]:
        """What stands before and after the line."""
        position, speed, motion, event = self._shown
        total = self._tape.total
        width = len(exact_words(total))
        words = f" {time_words(total)}  {speed_words(speed)} {motion:<7}"
        if self.size.width >= 100:
            # Also while there is none: the line must not jump when one appears.
            words = f" {event[:20]:<20}{words}"
        return f" {exact_words(position):>{width}} ", words

    def _room(self, before: str, after: str) -> int:
        return self.size.width - cell_len(before) - cell_len(after)

    def _line(self, room: int) -> list[Segment]:
        """The line with its marks, in so many cells."""
        tape, last = self._tape, room - 1
        head = self._cell(self._shown[0], last)
        cells = [(PLAYED, "played")] * head + [(HEAD, "head")] + [(AHEAD, "")] * (last - head)
        for number in tape.marks["turn"]:
            cells[self._cell(tape.positions[number], last)] = TURN, "turn"
        for number in tape.marks["error"]:
            cells[self._cell(tape.positions[number], last)] = ERROR, "error"
        here = {"turn": "head", "error": "error"}.get(cells[head][1], "head")
        cells[head] = cells[head][0], f"{here}-here"
        return [
            Segment("".join(cell for cell, _ in group), self._look(name))
            for name, group in groupby(cells, key=lambda cell: cell[1])
        ]

    def _look(self, name: str) -> Style | None:
        name, _, here = name.partition("-")
        if not name:
            return None
        style = self.get_component_rich_style(f"seek-bar--{name}", partial=True)
        return style + Style(reverse=True) if here else style

    def _cell(self, position: int, last: int) -> int:
        return round(position / self._tape.total * last) if self._tape.total else 0
