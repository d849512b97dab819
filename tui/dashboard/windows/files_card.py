"""The pictures and files of a tool call: look at them one by one, and save them."""

import os
import sys
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static

from tui.core.config.settings import PictureSetting
from tui.core.sanitize.characters import clean, clean_line
from tui.dashboard.commands.bindings import bindings_for, key_of
from tui.dashboard.pictures.picture_drawing import can_draw
from tui.dashboard.pictures.picture_forms import Form, cell_pixels, form_for
from tui.dashboard.pictures.picture_view import PictureView
from tui.dashboard.windows.modal import Modal
from tui.protocol.attachment_words import described
from tui.protocol.events import Attachment

DRAWABLE = frozenset(("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"))
TEXTS = ("text/", "application/json")
MOST_TEXT = 20_000
"""Bytes of a file of text that are shown."""

NOT_INSTALLED = (
    "Pictures are shown here once the extra is installed: pip install 'streamtui[images]'"
)
OFF = "Pictures are off in the settings: [display] pictures"
ELSEWHERE = "It is not on this machine, and nothing is fetched."


class FilesCard(Modal[None]):
    """``save`` is called with the attachment to save and its number, from 1."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_for("files")

    def __init__(
        self,
        title: str,
        files: Sequence[Attachment],
        save: Callable[[Attachment, int], object],
        pictures: PictureSetting = "auto",
    ) -> None:
        super().__init__()
        self._title = clean_line(title)
        self._files = files
        self._save = save
        self._pictures = pictures
        self._shown = 0

    def compose(self) -> ComposeResult:
        with Vertical(id="files") as box:
            several = len(self._files) > 1
            number = f" {self._shown + 1} of {len(self._files)}" if several else ""
            box.border_title = f"{self._title}{number}"
            turn = f"{key_of(self, 'files.next')} next · " if several else ""
            saves, closes = key_of(self, "files.save"), key_of(self, "escape")
            box.border_subtitle = f"{turn}{saves} saves · {closes} closes"
            one = self._files[self._shown]
            yield Static(described(one), id="facts", markup=False)
            yield self._body(one)

    def action_save(self) -> None:
        self._save(self._files[self._shown], self._shown + 1)

    async def action_turn(self, by: int) -> None:
        """Show another file."""
        self._shown = (self._shown + by) % len(self._files)
        await self.recompose()

    def _body(self, one: Attachment) -> Widget:
        if not one.data:
            return Static(ELSEWHERE if one.url or one.file_id else "It is empty.", markup=False)
        if one.media_type in DRAWABLE:
            if self._pictures == "off":
                return Static(OFF, markup=False)
            if not can_draw():
                return Static(NOT_INSTALLED, markup=False)
            form = _form(self._pictures)
            return PictureView(one.data, form, cell_pixels(sys.__stderr__))
        if one.media_type.startswith(TEXTS):
            text = one.data[:MOST_TEXT].decode("utf-8", "replace")
            return Static(clean(text), markup=False)
        return Static("It cannot be shown here, but it can be saved.", markup=False)


def _form(setting: PictureSetting) -> Form:
    return form_for(os.environ) if setting == "auto" or setting == "off" else setting  # noqa: PLR1714 - narrows the type
