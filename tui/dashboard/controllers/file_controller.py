"""Shows and saves the pictures and files that tool calls made."""

# ruff: noqa: PLC0415 - the first frame must not wait for what only a command needs

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.core.config.settings import PictureSetting
    from tui.dashboard.screens.main_screen import MainScreen
    from tui.protocol.events import Attachment

NONE = "No tool has returned a picture or a file."
DROPPED = "It is no longer in memory. The journal has it: /export jsonl."


class Files(NamedTuple):
    """What one tool call made."""

    source: str
    attachments: Sequence[Attachment]


class FileController:
    """Of the call under the cursor; elsewhere, of the newest call that has any."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self.pictures: PictureSetting = "auto"
        """How pictures are drawn: the setting."""

    def view(self) -> None:
        from tui.dashboard.screens.files_card import FilesCard

        screen, files = self._screen, self._found()
        if files is None:
            screen.tell(NONE)
            return

        def save(one: Attachment, number: int) -> None:
            self._write([one], files.source, "", number)

        screen.app.push_screen(FilesCard(files.source, files.attachments, save, self.pictures))

    def save(self, path: str = "") -> None:
        files = self._found()
        if files is None:
            self._screen.tell(NONE)
        else:
            self._write(files.attachments, files.source, path)

    def _found(self) -> Files | None:
        screen, transcript = self._screen, self._screen.chat.transcript
        item = transcript.reader.item if transcript.has_focus else None
        row = screen.tools.row_with_files(item.key if item is not None else "")
        return Files(row.source, row.attachments) if row is not None else None

    def _write(
        self, attachments: Sequence[Attachment], source: str, path: str, number: int = 1
    ) -> None:
        self._screen.run_worker(self._save(attachments, source, path, number), group="files")

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
                self._screen.chat.notice(f"not saved: {error.filename or path}: {error.strerror}")
            else:
                self._screen.chat.notice(f"saved to {saved}")
