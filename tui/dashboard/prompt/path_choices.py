"""Offers files for what is typed after "@", without waiting for them."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui.dashboard.prompt.choices import Choice, Offer

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
            self._search = PathSearch(Path.cwd())
        try:
            looked_for = None
            while self._wanted is not None and looked_for != self._wanted:
                looked_for = self._wanted
                paths = await asyncio.to_thread(self._search.find, looked_for)
                self._found = looked_for, [_choice(path) for path in paths]
        finally:
            self._busy = False
        self._prompt.completion.refresh()


def _choice(path: str) -> Choice:
    written = f'@"{path}"' if " " in path and not path.endswith("/") else f"@{path}"
    return Choice(written, path, more=not path.endswith("/"))
