"""The list of stored sessions: filtered and sorted as one types, searched, named, deleted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, ClassVar, NamedTuple, Protocol

from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.core.sanitize.characters import clean_line
from tui.dashboard.commands.bindings import bindings_for, key_of
from tui.dashboard.sessions.session_lines import (
    found_words,
    hit_lines,
    session_line,
    titles_line,
)
from tui.dashboard.sessions.session_rows import ORDERS, Layout, SessionRow, fits, in_order
from tui.dashboard.windows.modal import Modal
from tui.dashboard.windows.question import Question
from tui.dashboard.windows.typed_line import TypedLine
from tui.journal.index.session_index import Hit, Hits
from tui.journal.index.word_matching import folded

MOST_SHOWN = 200
"""Rows. Older sessions are found by typing a word of them."""

SEARCH = "/"
"""At the start of what is typed: search everything that was said."""


class Chosen(NamedTuple):
    """A session to open, and where: ``run`` is "" for its end."""

    session: str
    run: str = ""
    words: str = ""
    """What to search for from there."""


class Stock(Protocol):
    """What the list shows and changes. Everything blocks, and may raise one of ``CANNOT_OPEN``."""

    @property
    def CANNOT_OPEN(self) -> tuple[type[Exception], ...]: ...  # noqa: N802 - as `Sessions` calls it
    @property
    def current(self) -> str: ...
    def rows(self, *, trash: bool) -> list[SessionRow]: ...
    def search(self, typed: str) -> Hits: ...
    def rename(self, session: str, name: str) -> None: ...
    def trash(self, session: str) -> None: ...
    def restore(self, session: str) -> None: ...
    def delete(self, session: str) -> None: ...


class SessionList(Modal[Chosen]):
    """Answers with what to open. The focus stays on what is typed."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_for("sessions")

    def __init__(self, stock: Stock, rows: Sequence[SessionRow]) -> None:
        super().__init__()
        self._stock = stock
        self._rows = list(rows)
        self._order = "used"
        self._in_trash = False
        """The rows are those of the trash."""
        self._wants_trash = False
        """The same of the rows that were asked for last."""
        self._reads = 0
        self._deleted: list[str] = []
        """Sessions that were deleted here, for the key that brings them back."""
        self._naming: SessionRow | None = None
        self._hits: dict[str, Hit] = {}
        self._searched: str | None = None
        """The words that the hits are for."""
        self._opens_first_hit = False
        """Enter was pressed before they were found."""
        self._filter = TypedLine(placeholder="type to filter · / searches all that was said",
                             compact=True, id="sessions-filter")  # fmt: skip
        self._name_typed = TypedLine(compact=True, id="sessions-name")
        self._heading = Static(id="sessions-heading", markup=False)
        self._list = OptionList(markup=False, compact=True)
        self._list.can_focus = False
        self._note = Static(id="sessions-note", markup=False)

    def compose(self) -> ComposeResult:
        with Vertical(id="sessions") as box:
            box.border_title = "Sessions"
            yield self._filter
            yield self._name_typed
            yield self._heading
            yield self._list
            yield self._note

    def on_mount(self) -> None:
        self._name_typed.display = False
        self._filter.focus()

    def on_resize(self, _: events.Resize) -> None:
        self.call_after_refresh(self._show)

    # What is typed

    @on(Input.Changed, "#sessions-filter")
    def _typed(self) -> None:
        self._show()

    @on(OptionList.OptionSelected)
    def _selected(self, message: OptionList.OptionSelected) -> None:
        message.stop()
        self._open(message.option_id or "")

    def action_escape(self) -> None:
        if self._naming is not None:
            self._name_ended()
        elif self._wants_trash:
            self.action_show_trash()
        else:
            self.dismiss(None)

    def action_move(self, how: str) -> None:
        """Move the cursor of the list: the focus stays on the filter."""
        if self._naming is None:
            getattr(self._list, f"action_{how}")()

    def action_open(self) -> None:
        """Open the session under the cursor; with a name typed, save that."""
        self._after_typing(self._open_highlighted)

    def _after_typing(self, do: Callable[[], None]) -> None:
        """Do something when what was typed before is in its field, and has been answered.

        In a burst of keys, those of the list arrive before characters that were typed first.
        """
        typed = self._name_typed if self._naming is not None else self._filter
        typed.call_later(self.call_later, do)

    def _open_highlighted(self) -> None:
        if self._naming is not None:
            row, name = self._naming, self._name_typed.value
            self._name_ended()
            self._change(self._rename(row.info.id, name))
        elif self._is_search and self._searched != self._filter.value[1:]:
            self._opens_first_hit = True
        elif (option := self._highlighted) is not None:
            self._open(option)

    def _open(self, option: str) -> None:
        if self._in_trash:
            self._tell(f"{key_of(self, 'sessions.undo')} restores it; then it can be opened.")
        elif (hit := self._hits.get(option)) is not None:
            # As it is written there: with its marks.
            marked = next((piece.text for piece in hit.pieces if piece.marked), "")
            words = marked if hit.kind in {"you", "answer"} else ""
            self.dismiss(Chosen(hit.session, hit.run, words))
        else:
            self.dismiss(Chosen(option))

    def action_sort(self, step: int) -> None:
        """Sort by the next column."""
        orders = list(ORDERS)
        self._order = orders[(orders.index(self._order) + step) % len(orders)]
        self._show()

    # What is done to a session

    def action_rename(self) -> None:
        row = self._row
        if row is None or self._in_trash or self._naming is not None:
            return
        self._naming = row
        self._name_typed.value = row.info.title
        self._name_typed.display, self._filter.display = True, False
        self._name_typed.focus()
        self._name_typed.action_select_all()
        keys = f"{key_of(self, 'sessions.open')} saves · {key_of(self, 'escape')} does not"
        self._tell(f"The session's name. {keys}. Empty: its first message.")

    def action_trash(self) -> None:
        """Delete the session under the cursor; inside what is typed, the character to the right."""
        self._after_typing(self._trash_highlighted)

    def _trash_highlighted(self) -> None:
        typed = self._name_typed if self._naming is not None else self._filter
        if self._naming is not None or typed.cursor_position < len(typed.value):
            typed.action_delete_right()
        elif (row := self._row) is None:
            return
        elif self._in_trash:
            name = clean_line(row.info.title) or row.info.id
            self.app.push_screen(
                Question(f"Delete {name!r} permanently?"),
                lambda yes: self._change(self._delete(row.info.id)) if yes else None,
            )
        elif row.info.id == self._stock.current:
            self._tell("This session is open here: start or open another one first.")
        else:
            self._change(self._trash(row))

    def action_undo(self) -> None:
        """Bring back the session under the cursor of the trash, or the one deleted last."""
        if self._naming is not None:
            return
        if self._in_trash:
            if (row := self._row) is not None:
                self._change(self._restore(row.info.id))
        elif self._deleted:
            self._change(self._restore(self._deleted.pop()))
        else:
            keys = key_of(self, "sessions.show_trash")
            self._tell(f"Nothing was deleted here. {keys} shows what was deleted before.")

    def action_show_trash(self) -> None:
        if self._naming is None:
            self._wants_trash = not self._wants_trash
            self._filter.value = ""
            self._change(self._reload())

    async def _rename(self, session: str, name: str) -> None:
        await asyncio.to_thread(self._stock.rename, session, name)
        await self._reload()

    async def _trash(self, row: SessionRow) -> None:
        await asyncio.to_thread(self._stock.trash, row.info.id)
        self._deleted.append(row.info.id)
        name = clean_line(row.info.title).rstrip(".") or row.info.id
        await self._reload()
        self._tell(f"Deleted: {name}. {key_of(self, 'sessions.undo')} brings it back.")

    async def _restore(self, session: str) -> None:
        await asyncio.to_thread(self._stock.restore, session)
        self._deleted = [one for one in self._deleted if one != session]
        await self._reload()
        self._highlight(session)
        self._tell("Restored.")

    async def _delete(self, session: str) -> None:
        await asyncio.to_thread(self._stock.delete, session)
        await self._reload()

    async def _reload(self) -> None:
        self._reads += 1
        read, trash = self._reads, self._wants_trash
        try:
            rows = await asyncio.to_thread(lambda: self._stock.rows(trash=trash))
        except self._stock.CANNOT_OPEN:
            self._wants_trash = self._in_trash
            raise
        if read == self._reads:
            self._rows, self._in_trash = rows, trash
            self._show()

    def _change(self, work: Coroutine[Any, Any, None]) -> None:
        async def guarded() -> None:
            try:
                await work
            except self._stock.CANNOT_OPEN as error:
                self._tell(str(error))

        self.run_worker(guarded(), group="changing sessions")

    def _name_ended(self) -> None:
        self._naming = None
        self._name_typed.display, self._filter.display = False, True
        self._filter.focus()
        self._show()

    # What is shown

    @property
    def _is_search(self) -> bool:
        return self._filter.value.startswith(SEARCH) and not self._in_trash

    @property
    def _highlighted(self) -> str | None:
        place = self._list.highlighted
        return None if place is None else self._list.get_option_at_index(place).id

    @property
    def _row(self) -> SessionRow | None:
        """The session under the cursor; that of a hit in a search."""
        option = self._highlighted
        hit = self._hits.get(option or "")
        session = hit.session if hit is not None else option
        return next((row for row in self._rows if row.info.id == session), None)

    def _show(self) -> None:
        """Show the rows that fit what is typed, with the cursor on the same one if it is there."""
        typed = self._filter.value
        self._opens_first_hit = False
        if self._is_search:
            self.run_worker(self._search(typed[1:]), group="searching", exclusive=True)
            return
        # What it finds would be shown in the place of the rows.
        self.workers.cancel_group(self, "searching")
        self._hits, self._searched = {}, None
        words = folded(typed).split()
        found = in_order([row for row in self._rows if fits(row, words)], self._order)
        shown = found[:MOST_SHOWN]
        layout = Layout(shown, max(self._width, 1), time.time())
        self._heading.update(titles_line(layout, self._order))
        before = self._highlighted
        self._list.clear_options()
        self._list.add_options(
            Option(session_line(layout, row, here=row.info.id == self._stock.current), row.info.id)
            for row in shown
        )
        if shown and not self._highlight(before):
            self._list.highlighted = 0
        self._tell(self._counted(len(found)))
        self._describe_keys()

    async def _search(self, typed: str) -> None:
        began = time.perf_counter()
        try:
            hits = await asyncio.to_thread(self._stock.search, typed)
        except self._stock.CANNOT_OPEN as error:
            self._tell(str(error))
            return
        took = time.perf_counter() - began
        names = {row.info.id: row.info.title for row in self._rows}
        self._searched = typed
        self._hits = {f"hit {number}": hit for number, hit in enumerate(hits.hits)}
        self._heading.update("")
        self._list.clear_options()
        self._list.add_options(
            Option(hit_lines(hit, names.get(hit.session, ""), self._list.size.width), option)
            for option, hit in self._hits.items()
        )
        if hits.hits:
            self._list.highlighted = 0
        self._tell(found_words(typed, hits, took))
        self._describe_keys()
        if self._opens_first_hit and hits.hits:
            self._open("hit 0")

    def _counted(self, count: int) -> str:
        what = "deleted session" if self._in_trash else "session"
        words = f"{count:,} {what}{'' if count == 1 else 's'}, by {ORDERS[self._order].title}"
        return words if count <= MOST_SHOWN else f"{words}; the first {MOST_SHOWN}"

    def _describe_keys(self) -> None:
        box = self.query_one("#sessions")
        box.border_title = "Deleted sessions" if self._in_trash else "Sessions"
        parts = {
            "sessions.open": "opens",
            "sessions.rename": "renames",
            "sessions.trash": "deletes",
            "sessions.sort": "sorts",
            "sessions.show_trash": "deleted ones",
            "escape": "closes",
        }
        if self._in_trash:
            parts = {"sessions.undo": "brings back", "sessions.trash": "deletes for good",
                     "escape": "back"}  # fmt: skip
        elif self._is_search:
            parts = {"sessions.open": "opens at that turn", "escape": "closes"}
        words = [f"{key_of(self, command)} {does}" for command, does in parts.items()]
        while len(words) > 2 and len(" · ".join(words)) > self._width:
            del words[-2]
        box.border_subtitle = " · ".join(words)

    @property
    def _width(self) -> int:
        # Whether there is a scroll bar is known too late.
        return self._list.size.width - 2

    def _highlight(self, session: str | None) -> bool:
        for number in range(self._list.option_count):
            if self._list.get_option_at_index(number).id == session:
                self._list.highlighted = number
                return True
        return False

    def _tell(self, text: str) -> None:
        self._note.update(Text(clean_line(text), "dim", no_wrap=True, overflow="ellipsis"))
