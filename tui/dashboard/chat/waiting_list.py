"""The messages that wait for the end of the run: a few lines above the prompt."""

from typing import ClassVar, Literal

from rich.cells import cell_len
from rich.text import Text
from textual import events as textual_events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from tui.core.conversation import FollowUp
from tui.core.formatting import one_line
from tui.dashboard.commands.bindings import bindings_for, key_of
from tui.dashboard.textual_internals.sizing import SizedInLayout

LOW = 24
"""Lines of the screen: with fewer, fewer messages are shown at once."""

Deed = Literal["edit", "drop", "up", "down", "steer", "put back"]

_BUTTONS: tuple[tuple[str, Deed], ...] = (
    (" edit ", "edit"), (" ↑ ", "up"), (" ↓ ", "down"), (" send now ", "steer"), (" drop ", "drop"),
)  # fmt: skip
"""On the line under the cursor, for the mouse."""


class WaitingList(SizedInLayout, Widget, can_focus=True):
    """One line for each message; the keys act on the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_for("waiting messages")

    class Asked(Message):
        """The user wants something done with a message."""

        def __init__(self, deed: Deed, key: str) -> None:
            self.deed: Deed = deed
            self.key = key
            super().__init__()

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._waiting: tuple[FollowUp, ...] = ()
        self._in_run = False
        self._editing = ""
        self._drafting = False
        self._cursor = 0
        self._first = 0
        """The place of the message on the first line."""

    def show(self, waiting: tuple[FollowUp, ...], *, running: bool, editing: str = "") -> None:
        """``editing``: the key of the message that is in the prompt."""
        under = self._key
        self._waiting, self._in_run = waiting, running
        self._editing = editing
        keys = [one.key for one in waiting]
        self._cursor = keys.index(under) if under in keys else min(self._cursor, len(keys) - 1)
        self._cursor = max(0, self._cursor)
        self.set_class(bool(waiting), "-waiting")
        self._write()

    def draft_changed(self, *, drafting: bool) -> None:
        """Whether the prompt holds text, which Enter sends first."""
        if drafting != self._drafting:
            self._drafting = drafting
            self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        return self._rows + self.has_focus

    def render(self) -> Text:
        shown = range(self._first, self._first + self._rows)
        lines = [self._line(place) for place in shown]
        if self.has_focus:
            lines.append(self._keys())
        return Text("\n", no_wrap=True, overflow="ellipsis", end="").join(lines)

    def allow_focus(self) -> bool:
        return super().allow_focus() and bool(self._waiting)

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self._write()

    def on_mouse_down(self, event: textual_events.MouseDown) -> None:
        place = self._first + event.y
        if event.y >= self._rows or place >= len(self._waiting):
            return
        if self.has_focus and place == self._cursor:
            self._press(event.x - self.styles.padding.left)
        self._cursor = place
        self._write()

    def on_mouse_scroll_down(self, event: textual_events.MouseScrollDown) -> None:
        event.stop()
        self.action_go(1)

    def on_mouse_scroll_up(self, event: textual_events.MouseScrollUp) -> None:
        event.stop()
        self.action_go(-1)

    def action_go(self, by: int) -> None:
        self._cursor = max(0, min(len(self._waiting) - 1, self._cursor + by))
        self._write()

    def action_do(self, deed: Deed) -> None:
        if self._key or deed == "put back":
            self.post_message(self.Asked(deed, self._key))

    @property
    def _key(self) -> str:
        return self._waiting[self._cursor].key if self._cursor < len(self._waiting) else ""

    @property
    def _rows(self) -> int:
        """How many messages are shown."""
        low = self.app.size.height < LOW
        most = (3 if low else 6) if self.has_focus else (2 if low else 3)
        return min(len(self._waiting), most)

    @property
    def _width(self) -> int:
        return self.size.width or 78

    def _press(self, x: int) -> None:
        left = self._width - _BUTTON_CELLS
        for label, deed in _BUTTONS:
            if left <= x < left + cell_len(label):
                self.action_do(deed)
            left += cell_len(label)

    def _write(self) -> None:
        rows = self._rows
        last = len(self._waiting) - rows
        if self.has_focus:
            self._first = max(min(self._first, self._cursor, last), self._cursor - rows + 1, 0)
        else:
            self._first = 0
        self.refresh(layout=self.size.height != rows + self.has_focus)

    def _line(self, place: int) -> Text:
        one, width = self._waiting[place], self._width
        under = self.has_focus and place == self._cursor
        label = self._label(place, one)
        line = Text(no_wrap=True, overflow="ellipsis", end="")
        line.append(label, "bold" if one.steers else "")
        line.append(one_line(one.shown))
        if one.images:
            # Not before the first frame.
            from tui.protocol.attached_files import name_of  # noqa: PLC0415

            names = ", ".join(name_of(address) or "a file" for address in one.images)
            line.append(f" [{one_line(names)}]")
        after = self._after(place)
        room = width - (_BUTTON_CELLS if under else cell_len(after))
        line.truncate(max(room, 8), overflow="ellipsis", pad=under)
        if under:
            line.stylize("reverse")
            for label, _ in _BUTTONS:
                line.append(label, "bold")
        else:
            line.append(after, "dim")
        return line

    def _label(self, place: int, one: FollowUp) -> str:
        if one.key == self._editing:
            return "editing: "
        if place and one.held and not self._waiting[place - 1].held:
            return "  held: "
        if place:
            return f"{place + 1:>6}. "
        return "next: " if one.steers else "held: " if one.held else "queued: "

    def _after(self, place: int) -> str:
        """What stands at the end of the first and the last line that are shown."""
        left_out = len(self._waiting) - self._rows
        if not self.has_focus and left_out and place == self._rows - 1:
            return f"  and {left_out} more: {key_of(self, 'previous_pane')}"
        if self.has_focus or place:
            return ""
        one = self._waiting[0]
        if one.key == self._editing:
            return f"  {key_of(self, 'escape')} discards the edit"
        if one.steers:
            return "  after this model call"
        return self._how_to_send(one) if one.held or self._in_run else ""

    def _how_to_send(self, one: FollowUp) -> str:
        now = " now" if self._in_run else ""
        if self._drafting:
            # The keys of the prompt send what is in it.
            keys = f"{key_of(self, 'previous_pane')} {key_of(self, 'waiting.steer')}"
            first = f"{key_of(self, 'prompt.send')} sends your text, " if one.held else ""
            return f"  {first}{keys} sends this{now}"
        return f"  {key_of(self, 'steer' if self._in_run else 'prompt.send')} sends it{now}"

    def _keys(self) -> Text:
        named = (
            ("edit", "edit"), ("drop", "drop"), ("put_back", "undo"), ("up", "↑"), ("down", "↓"),
            ("steer", "send now"),
        )  # fmt: skip
        words = " · ".join(f"{key_of(self, f'waiting.{id_}')} {word}" for id_, word in named)
        place = f"{self._cursor + 1}/{len(self._waiting)}  "
        return Text(f"{place}{words}", "dim", no_wrap=True, overflow="ellipsis", end="")


_BUTTON_CELLS = sum(cell_len(label) for label, _ in _BUTTONS)
