"""Telling a view a whole conversation: its end is seen first, and before all work on the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from textual.geometry import Region
from textual.strip import Strip

from tui.dashboard.transcript.highlighting import load_lexers, loading_no_lexers
from tui.dashboard.transcript.view import View


class Telling(View):
    """A view that a stored conversation can be put into."""

    _unpainted: set[str] | None = None
    """What was told is not on the screen yet; languages of code that will be coloured then."""

    @property
    def is_settled(self) -> bool:
        return super().is_settled and self._unpainted is None

    @contextmanager
    def told_at_once(self) -> Iterator[None]:
        """A whole conversation is told: work on it when all of it is there, the end first.

        That is to be seen at once: the rest, and colours that have to be loaded, come after it.
        """
        self._told_at_once = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        try:
            yield
        finally:
            with loading_no_lexers() as languages:
                self.take_in_end(self.size.height)
                self._arrange()
            self._told_at_once = False
            self._unpainted = languages
            self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        strips = super().render_lines(crop)
        if self._unpainted is not None:
            self.call_later(self._painted, self._unpainted)
            self._unpainted = None
        return strips

    def _painted(self, languages: set[str]) -> None:
        self.changed()
        if languages:
            self.run_worker(self._coloured(languages), exit_on_error=False)

    async def _coloured(self, languages: set[str]) -> None:
        await asyncio.to_thread(load_lexers, languages)
        self.conversation.forget_drawn()
        self.take_in_colours()
        self.changed(0)

    def take_in_end(self, lines: int) -> None:
        """Do what is due for so many lines at the end, however long it takes."""

    def take_in_colours(self) -> None:
        """Lexers have been loaded that code had to do without."""
