"""The values that the menu offers for the argument of a slash command."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tui.dashboard.prompt.choices import Choice, Values

if TYPE_CHECKING:
    from tui.dashboard.screens.prompt_screen import PromptScreen
    from tui.journal.store import SessionInfo

MOST_SESSIONS = 100


class ArgumentValues:
    """Asked at each key: what has to be read is read beside, and shown when it is there."""

    def __init__(self, screen: PromptScreen) -> None:
        self._screen = screen
        self.stored: Callable[[], Sequence[SessionInfo]] | None = None
        """Reads the stored sessions, in a thread."""
        self.models: Callable[[], Sequence[str]] = lambda: ()
        """Models and profiles that can be chosen."""
        self._sessions: Sequence[SessionInfo] = ()
        self._asked = False
        """The sessions were read, or are being read, for the argument that is typed now."""
        self._values: dict[str, Callable[[], Values]] = {
            "theme": self._themes,
            "pace": lambda: Values(_PACES),
            "export": lambda: Values(_FORMS),
            "model": self._models,
            "session": self._session_ids,
            "replay_speed": lambda: Values(_SPEEDS),
        }

    def of(self, command: str) -> Values:
        """The values for a command's argument, by its id."""
        values = self._values.get(command)
        return values() if values is not None else Values()

    def _themes(self) -> Values:
        return Values([*map(Choice, sorted(self._screen.app.available_themes))], only=True)

    def _models(self) -> Values:
        self._read()
        used = [one.model for one in self._sessions if one.model]
        return Values([*map(Choice, dict.fromkeys([*self.models(), *used]))])

    def _session_ids(self) -> Values:
        self._read()
        ids = [
            Choice(one.id, help=one.title, words=one.title)
            for one in self._sessions[:MOST_SESSIONS]
        ]
        return Values([Choice("list", help="Choose from a list"), *ids])

    def _read(self) -> None:
        if self.stored is not None and not self._asked:
            self._asked = True
            reading = self._read_sessions(self.stored)
            self._screen.run_worker(reading, group="argument values", exclusive=True)

    async def _read_sessions(self, stored: Callable[[], Sequence[SessionInfo]]) -> None:
        from tui.journal.journal_errors import JournalError  # noqa: PLC0415 - see the class

        try:
            sessions = await asyncio.to_thread(stored)
        except JournalError:
            return
        if sessions != self._sessions:
            self._sessions = sessions
            self._screen.prompt.completion.refresh()

    def left(self) -> None:
        """No argument is typed any more: for the next one the sessions are read again."""
        self._asked = False


_PACES = (
    Choice("instant", help="As it arrives"),
    Choice("smooth", help="Bursts are evened out"),
    *(Choice(str(words), help="words per minute") for words in (200, 300, 450, 600)),
)
_FORMS = (
    Choice("html", help="A web page that looks like the screen", more=True),
    Choice("md", help="Markdown", more=True),
    Choice("jsonl", help="Every event as a JSON line", more=True),
)
_SPEEDS = tuple(Choice(f"{speed:g}") for speed in (0.25, 0.5, 1, 2, 4, 8, 16, 64))
