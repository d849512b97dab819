"""Asks whether all calls that wait may run, and shows all that they would run with."""

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from rich.text import Text
from textual import events as textual_events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Size
from textual.widget import Widget

from tui.dashboard.chat.argument_lines import LaidOut, argument_lines
from tui.dashboard.commands.bindings import bindings_for, key_of
from tui.dashboard.windows.modal import Modal
from tui.protocol.events import ApprovalRequested

MARGIN = 4
"""Rows for its frame, and of the terminal that it leaves free."""

Lines = Sequence[tuple[str, str]]
"""Each with its style."""


class CallsQuestion(Modal[bool]):
    """Answers True for yes, which counts only once the end of the arguments was on the screen."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_for("question")

    def __init__(self, asked: Sequence[ApprovalRequested], *, runs: bool) -> None:
        """``runs``: yes runs them; otherwise it rejects them, which needs no reading."""
        super().__init__()
        self._calls = Calls(asked, runs=runs)

    def compose(self) -> ComposeResult:
        yield self._calls

    def on_mount(self) -> None:
        self._calls.focus()

    def action_answer(self, answer: bool) -> None:
        if answer and not self._calls.may_answer:
            self.notify("Read to the end first: End goes there.", markup=False)
        else:
            self.dismiss(answer)


class Calls(Widget, can_focus=True):
    """The question, a page of the arguments, and the keys."""

    def __init__(self, asked: Sequence[ApprovalRequested], *, runs: bool) -> None:
        super().__init__(id="calls-question")
        self._asked = asked
        self._runs = runs
        self._top = 0
        """The first line that is shown."""
        self._end_seen = False
        self._laid_out: LaidOut[tuple[str, str]] = LaidOut(self, lambda: None)

    @property
    def may_answer(self) -> bool:
        """Whether yes counts."""
        return self._end_seen or not self._runs

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        lines = self._lines(width)
        room = self._room(width)
        return len(self._head(width)) + min(len(lines), room) + len(self._keys(width))

    def render(self) -> Text:
        width = self.size.width
        lines, room = self._lines(width), self._room(width)
        self._top = max(0, min(self._top, len(lines) - room))
        if width and self._top + room >= len(lines) and not self._laid_out.reading:
            self._end_seen = True
        shown = [Text(line, style) for line, style in lines[self._top : self._top + room]]
        return Text("\n", end="").join([*self._head(width), *shown, *self._keys(width)])

    def on_key(self, event: textual_events.Key) -> None:
        width = self.size.width
        page, last = self._room(width), len(self._lines(width))
        steps = {
            "up": -1, "down": 1, "pageup": -page, "pagedown": page, "home": -last,
            "end": last,
        }  # fmt: skip
        if event.key in steps:
            event.stop()
            event.prevent_default()
            self._scroll(steps[event.key])

    def on_mouse_scroll_down(self, event: textual_events.MouseScrollDown) -> None:
        event.stop()
        self._scroll(3)

    def on_mouse_scroll_up(self, event: textual_events.MouseScrollUp) -> None:
        event.stop()
        self._scroll(-3)

    def _scroll(self, by: int) -> None:
        width = self.size.width
        self._top = max(0, min(self._top + by, len(self._lines(width)) - self._room(width)))
        self.refresh()

    def _room(self, width: int) -> int:
        """How many lines of arguments fit."""
        free = self.app.size.height - MARGIN - len(self._head(width)) - 1
        # The line that says where this is takes a row only if there is more.
        return free if len(self._lines(width)) <= free else max(1, free - 1)

    def _lines(self, width: int) -> Lines:
        length = sum(len(one.arguments) for one in self._asked)
        lines = self._laid_out.lines(width, length, partial(_lines_of, self._asked, width))
        return lines if lines is not None else [("… reading the arguments", "dim")]

    def _head(self, width: int) -> list[Text]:
        what, count = "Run" if self._runs else "Reject", len(self._asked)
        which = {1: "this call", 2: "both calls"}.get(count, f"all {count} calls")
        return [*Text(f"{what} {which}?", "bold").wrap(self.app.console, max(width, 8))]

    def _keys(self, width: int) -> list[Text]:
        """Where in the arguments this is, and how to answer."""
        total, room = len(self._lines(width)), self._room(width)
        yes, no = (key_of(self, f"question.{answer}") for answer in ("yes", "no"))
        style, when = ("", "") if self.may_answer else ("dim", " at the end")
        answers = Text.assemble(
            (yes, style or "bold"), (f" yes{when}", style), "   ", (no, "bold"), " no"
        )
        keys = [answers]
        if total > room:
            last = min(total, self._top + room)
            keys.insert(0, Text(f"lines {self._top + 1}-{last} of {total}, ↑ ↓ PgDn End scroll"))
        for line in keys:
            line.truncate(max(width, 8), overflow="ellipsis")
        return keys


def _lines_of(asked: Sequence[ApprovalRequested], width: int) -> Lines:
    """Of each call its name, its arguments in full, and why it has not run yet."""
    lines: list[tuple[str, str]] = []
    for place, one in enumerate(asked, 1):
        who = f" for {one.agent}" if one.agent else ""
        # As the arguments: a name is the model's, too.
        lines += [(line, "bold") for line in argument_lines(f"{place}. {one.name}{who}", width)]
        lines += [(line, "") for line in argument_lines(one.arguments, width)]
        if one.problem:
            problem = argument_lines(f"Not run yet: {one.problem}", width)
            lines += [(line, "bold") for line in problem]
    return lines
