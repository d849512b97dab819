"""Offers files for what is typed after "@", without waiting for them."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Final

from tui.dashboard.prompt.choices import Choice, Offer
from tui.dashboard.prompt.working_folder import working_folder

if TYPE_CHECKING:
    from tui.dashboard.chat.prompt import Prompt
    from tui.dashboard.prompt.path_search import PathSearch

_TYPED: Final = re.compile(r'(?<![^\s(\[{"\'])@(?P<mark>"?)(?P<path>[^\s"@]*|(?<=")[^"\n]*)$')


class PathChoices:
    """The newest text is looked for when the search before it has ended."""

    def __init__(self, prompt: Prompt) -> None:
        self._prompt = prompt
        self._search: PathSearch | None = None
        self._found: tuple[str, list[Choice]] = ("", [])
        self._wanted: str | None = None
        self._busy = False

    def offer(self) -> Offer | None:
        """The files that fit the word before the cursor, as far as they are known."""
        prompt = self._prompt
        row, column = prompt.cursor_location
        typed = _TYPED.search(prompt.document[row][:column])
        if typed is None or not prompt.selection.is_empty:
            return None
        path = typed["path"]
        if self._found[0] != path or not self._found[1]:
            self._look_for(path)
        choices = self._found[1]
        if not choices:
            return None
        return Offer(choices, typed.start(), typed[0], only=False, submits=False)

    def _look_for(self, path: str) -> None:
        if self._found[0] == path and self._found[1] == [] and self._wanted == path:
            return
        self._wanted = path
        if not self._busy:
            self._busy = True
            self._prompt.run_worker(self._look(), group="paths")

    async def _look(self) -> None:
        from tui.dashboard.prompt.path_search import PathSearch  # noqa: PLC0415 - after the frame

        if self._search is None:
            self._search = PathSearch(working_folder())
        try:
            looked_for = None
            while self._wanted is not None and looked_for != self._wanted:
                looked_for = self._wanted
                self._found = (
                    looked_for,
                    await asyncio.to_thread(self._choices, self._search, looked_for),
                )
        finally:
            self._busy = False
        self._prompt.completion.refresh()

    @staticmethod
    def _choices(search: PathSearch, typed: str) -> list[Choice]:
        """In a thread."""
        return [_choice(path) for path in search.find(typed)]


class TargetChoices(PathChoices):
    """Offers where a command can write a file: folders, and files that are there."""

    def __init__(self, prompt: Prompt) -> None:
        super().__init__(prompt)
        self._found = "\0", []

    def offer_for(self, typed: str, start: int) -> Offer | None:
        """Those that fit what is typed from the column ``start`` on, as far as they are known."""
        if self._found[0] != typed:
            self._look_for(typed)
        low = typed.lower()
        found = [one for one in self._found[1] if one.text.lower().startswith(low)]
        return Offer(found, start, typed, only=False, submits=False) if found else None

    @staticmethod
    def _choices(search: PathSearch, typed: str) -> list[Choice]:
        return [Choice(path) for path in search.beside(typed)]


def _choice(path: str) -> Choice:
    written = f'@"{path}"' if " " in path and not path.endswith("/") else f"@{path}"
    return Choice(written, path, more=not path.endswith("/"))
