"""Shows and saves the pictures and files that tool calls made, and those of messages."""

# ruff: noqa: PLC0415 - the first frame must not wait for what only a command needs

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from tui.core.config.settings import PictureSetting
    from tui.dashboard.messages import ResultWanted
    from tui.dashboard.screens.main_screen import MainScreen
    from tui.dashboard.tools.tool_rows import Row
    from tui.journal.store import JournalStore
    from tui.protocol.events import Attachment

_T = TypeVar("_T")

MESSAGE = "user "
"""How the key of a message of the user's begins; its run follows."""

YOURS = "your message"

NONE = "There is no picture or file here: no tool has returned one, and no message had one."
GONE = "It is no longer in memory, and not in the journal."


class Files(NamedTuple):
    """What one tool call made, or one message had."""

    source: str
    attachments: Sequence[Attachment]


class FileController:
    """Of the message or call under the cursor; elsewhere, of the newest that has any."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self.pictures: PictureSetting = "auto"
        """How pictures are drawn: the setting."""

    def view(self) -> None:
        self._aside(self._view())

    def save(self, path: str = "") -> None:
        self._aside(self._save_all(path))

    def restore(self, wanted: ResultWanted) -> None:
        """Put the rest of a long result back into its row."""
        self._aside(self._restore(wanted))

    async def _restore(self, wanted: ResultWanted) -> None:
        from tui.journal.stored_files import rest_of_result

        row = wanted.row
        call = row.call
        pieces = await self._read(rest_of_result, call.run, call.key) if call is not None else ()
        if not pieces:
            self._screen.tell(GONE)
            return
        self._screen.tools.results.restore(row, pieces)
        wanted.then()

    async def _view(self) -> None:
        from tui.dashboard.windows.files_card import FilesCard

        files = await self._found()
        if files is None:
            return

        def save(one: Attachment, number: int) -> None:
            self._aside(self._save([one], files.source, "", number))

        card = FilesCard(files.source, files.attachments, save, self.pictures)
        self._screen.app.push_screen(card)

    async def _save_all(self, path: str) -> None:
        files = await self._found()
        if files is not None:
            await self._save(files.attachments, files.source, path, 1)

    async def _found(self) -> Files | None:
        """None after saying why there are none."""
        from tui.journal.stored_files import attached_to, files_of

        screen, transcript = self._screen, self._screen.chat.transcript
        in_tools = screen.tools.has_focus
        item = None if in_tools else transcript.reader.item
        key = item.key if item is not None else ""
        if key.startswith(MESSAGE) and (
            attached := await self._read(attached_to, key.removeprefix(MESSAGE), "")
        ):
            return Files(YOURS, attached)
        row = screen.tools.row_with_files(key)
        at_cursor = row is not None and (
            row is screen.tools.row_at_cursor if in_tools else row.key == key
        )
        if not at_cursor and (attached := await self._of_message_after(row)):
            return Files(YOURS, attached)
        if row is None:
            screen.tell(NONE)
            return None
        if not row.files_stored or row.call is None:
            return Files(row.source, row.attachments)
        stored = await self._read(files_of, row.call.run, row.call.key)
        if not stored:
            screen.tell(GONE)
            return None
        return Files(row.source, stored)

    async def _of_message_after(self, row: Row | None) -> tuple[Attachment, ...]:
        """What the newest message with files had, if that is newer than a call's."""
        from tui.journal.stored_files import newest_attached

        items = self._screen.chat.transcript.item_list.items
        runs = [one.key.removeprefix(MESSAGE) for one in items if one.key.startswith(MESSAGE)]
        if row is not None and row.call is not None and row.call.run in runs:
            runs = runs[runs.index(row.call.run) + 1 :]

        def read(store: JournalStore, session: str, *_: str) -> tuple[Attachment, ...]:
            return newest_attached(store, session, runs)

        return await self._read(read, "", "") if runs else ()

    async def _read(
        self, what: Callable[[JournalStore, str, str, str], tuple[_T, ...]], run: str, key: str
    ) -> tuple[_T, ...]:
        """What the journal has of a call or message; nothing if it does not have it."""
        sessions = self._screen.sessions.sessions
        if sessions is None:
            return ()
        store, current = sessions.journal.store, sessions.current
        try:
            return await asyncio.to_thread(what, store, current, run, key)
        except sessions.CANNOT_OPEN as error:
            self._screen.tell(str(error))
            return ()

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        self._screen.run_worker(work, group="files")

    async def _save(
        self, attachments: Sequence[Attachment], source: str, path: str, number: int
    ) -> None:
        from tui.dashboard.pictures.saved_files import save
        from tui.protocol.attachment_words import described

        for place, one in enumerate(attachments, number):
            if not one.data:
                elsewhere = one.url or one.file_id
                why = "it is not on this machine" if elsewhere else "it has no data"
                self._screen.tell(f"Not saved, {why}: {described(one)}")
                continue
            try:
                saved = await asyncio.to_thread(save, one, source, place, Path(path or "."))
            except OSError as error:
                self._screen.say(f"not saved: {error.filename or path}: {error.strerror}")
            else:
                self._screen.say(f"saved to {saved}")
