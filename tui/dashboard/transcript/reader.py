"""Reading a conversation: a cursor over its items, folding, searching, copying."""

from __future__ import annotations

from itertools import chain
from typing import ClassVar

from textual import events
from textual.binding import BindingType
from textual.selection import Selection

from tui.dashboard.bindings import bindings_for
from tui.dashboard.messages import Copied, HitsChanged, LinkClicked
from tui.dashboard.transcript.codes import Code, codes
from tui.dashboard.transcript.layout import FOLD_LINE, GUTTER, Place
from tui.dashboard.transcript.search import Search
from tui.dashboard.transcript.selection import selected_text
from tui.dashboard.transcript.telling import Telling
from tui.dashboard.transcript.transcript_items import Item, ToolItem

_KINDS = {"answer": "message", "user": "message"}


class Reader(Telling):
    """A view with a cursor. ``y`` copies what it is on, Space opens or folds it."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_for("chat")

    _search: Search | None = None
    _code: Code | None = None
    _times = False

    @property
    def cursor(self) -> Item | None:
        """The item that the keys are about."""
        item = self._painter.cursor
        items = self.conversation.items
        if item is not None and item.index < len(items) and items[item.index] is item:
            return item
        return None

    def fold(self, key: str, *, folded: bool) -> None:
        """Fold an item to its first lines, or open it; the line being read stays."""
        item = self.conversation.by_key.get(key)
        if item is None:
            return
        item.fold(folded=folded)
        self.conversation.stale(item, range(min(2, len(item.units))))
        if not folded:
            self.opened(item)
        self.conversation.changed(item)
        self.changed(self.conversation.heights.start(item.index))

    def opened(self, item: Item) -> None:
        """An item was unfolded: what it did not need to know before it needs now."""

    # Searching

    def read_folded(self) -> None:
        """Take in what was not needed as long as it is folded."""

    def search(self, words: str) -> None:
        """Mark all occurrences of words and go to the first from here on; "" ends the search."""
        self._search = Search(words) if words.strip() else None
        self._painter.pattern = self._search.pattern if self._search is not None else None
        self._painter.current = None
        self._step(forward=True)
        self.refresh()

    def next_hit(self) -> None:
        """Go to the next hit of the search, after the last to the first."""
        self._step(forward=True)

    def previous_hit(self) -> None:
        """Go to the hit before."""
        self._step(forward=False)

    def _step(self, *, forward: bool) -> None:
        search = self._search
        if search is None:
            self.post_message(HitsChanged("", 0, 0))
            return
        self.read_folded()
        top = self.conversation.place(self.scroll_offset.y)
        number, count = search.step(self.conversation, top, forward=forward)
        if search.current is not None:
            item = self.conversation.items[search.current.item]
            if item.folded and search.current.unit:
                self.fold(item.key, folded=False)
            place, start = search.place(self.conversation, search.current)
            self._painter.current = place, start
            self._painter.cursor = item
            self.show_place(place)
            self.refresh()
        self.post_message(HitsChanged(search.words, number, count))

    # Moving and folding

    def action_cursor_down(self) -> None:
        self._move(1)

    def action_cursor_up(self) -> None:
        self._move(-1)

    def action_toggle_fold(self) -> None:
        item = self.cursor or self._newest()
        if item is not None:
            self._toggle(item)

    def action_toggle_times(self) -> None:
        self._times = not self._times
        for item in self.conversation.items:
            item.show_time = self._times
            self.conversation.stale(item, [0])
        self.changed(0)

    def _move(self, by: int) -> None:
        items = self.conversation.items
        if not items:
            return
        self._code = self._painter.unit = None
        now = self.cursor
        index = now.index + by if now is not None else self._first_seen(by)
        item = items[min(max(index, 0), len(items) - 1)]
        self._painter.cursor = item
        self.show_place(Place(item.index, 0, 1 if item.apart else 0))
        self.refresh()

    def _first_seen(self, by: int) -> int:
        line = self.scroll_offset.y + (self.size.height - 1 if by < 0 else 0)
        return self.conversation.place(min(line, self.conversation.total - 1)).item

    def _newest(self) -> Item | None:
        return self.conversation.items[-1] if self.conversation.items else None

    def _toggle(self, item: Item) -> None:
        if item.can_fold:
            self.fold(item.key, folded=not item.is_folded)

    # Copying

    def copy_focused(self) -> str:
        """Copy the code block stepped to, else the message of the cursor, else the newest answer.

        Posts ``Copied`` and returns the text; "" when there is nothing.
        """
        text, what = self._focused()
        if text:
            self.post_message(Copied(text, what))
        return text

    def action_copy_focused(self) -> None:
        self.copy_focused()

    def action_next_code(self) -> None:
        self._step_code(forward=True)

    def action_previous_code(self) -> None:
        self._step_code(forward=False)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        return selected_text(self.conversation, selection), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self._painter.selection = selection
        self.refresh()

    def _focused(self) -> tuple[str, str]:
        if self._code is not None:
            return self._code.text, f"a block of {self._code.language or 'code'}"
        item = self.cursor
        if item is None:
            answers = (i for i in reversed(self.conversation.items) if i.kind == "answer")
            item = next(answers, None)
        if item is None:
            return "", ""
        if isinstance(item, ToolItem):
            return item.result, f"the result of {item.name}"
        return item.source(), f"the {_KINDS.get(item.kind, item.kind)}"

    def _step_code(self, *, forward: bool) -> None:
        """Go to the next block of code from the cursor, or the one before."""
        items = self.conversation.items
        at = self._code[:3] if self._code is not None else self._code_start(forward=forward)
        if forward:
            rest = (code for item in items[at[0] :] for code in codes(item) if code[:3] > at)
        else:
            back = (reversed(list(codes(item))) for item in reversed(items[: at[0] + 1]))
            rest = (code for code in chain.from_iterable(back) if code[:3] < at)
        code = next(rest, None)
        if code is None:
            return
        self._code = code
        item = items[code.item]
        if item.is_folded:
            self.fold(item.key, folded=False)
        self._painter.cursor, self._painter.unit = item, code.unit
        self.show_place(Place(code.item, code.unit, 0))
        self.refresh()

    def _code_start(self, *, forward: bool) -> tuple[int, int, int]:
        index = self.cursor.index if self.cursor is not None else self._first_seen(1)
        return (index, -1, -1) if forward else (index + 1, 0, 0)

    # The mouse

    def on_click(self, event: events.Click) -> None:
        super().on_click(event)
        line = self.scroll_offset.y + event.y
        if event._stop_propagation or line >= self.conversation.total:  # noqa: SLF001 - no getter
            return
        address = event.style.meta.get("address")
        if isinstance(address, str):
            self.post_message(LinkClicked(address))
            return
        place = self.conversation.place(line)
        item = self.conversation.items[place.item]
        self._code = self._painter.unit = None
        self._painter.cursor = item
        row = (place.unit == 0 and item.header_only) or place.unit == FOLD_LINE
        if row and event.x >= GUTTER:
            self._toggle(item)
        self.refresh()
