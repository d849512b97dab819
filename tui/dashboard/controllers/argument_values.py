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
        self._reading = False
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
        if self.stored is not None and not self._reading and not self._sessions:
            self._reading = True
            self._screen.run_worker(self._read_sessions(), group="argument values")

    async def _read_sessions(self) -> None:
        from tui.journal.journal_errors import JournalError  # noqa: PLC0415 - see the class

        try:
            if self.stored is not None:
                self._sessions = await asyncio.to_thread(self.stored)
        except JournalError:
            return
        finally:
            self._reading = False
        self._screen.prompt.completion.refresh()

    def forget(self) -> None:
        """Read the sessions again when they are needed."""
        self._sessions = ()


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
