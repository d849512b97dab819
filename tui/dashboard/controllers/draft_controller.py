"""Keeps the prompt's draft on disk, and brings it back."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tui.dashboard.prompt.drafts import Draft, Drafts
from tui.dashboard.prompt.working_folder import working_folder

if TYPE_CHECKING:
    from tui.dashboard.screens.main_screen import MainScreen

PAUSE = 0.4
"""Seconds between a change and its place on disk."""


class DraftController:
    """Does nothing until `begin`: without a journal nothing is kept."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self._drafts: Drafts | None = None
        self._session = ""
        self._folder = Path()
        """In which the program was started."""
        self._waits = False

    def begin(self, folder: Path, session: str, *, resumed: bool) -> None:
        """Keep drafts in a folder; offer the one of the session, or else of the working folder."""
        self._drafts, self._session = Drafts(folder), session
        self._folder = here = working_folder()
        draft = None
        if self._screen.prompt.draft:
            pass
        elif resumed:
            draft = self._drafts.take(session=session)
        elif here.is_absolute():
            draft = self._drafts.take(folder=str(here))
        self._bring_back(draft)
        self.changed()

    def changed(self) -> None:
        """The text in the prompt has changed."""
        if self._drafts is not None and not self._waits:
            self._waits = True
            self._screen.set_timer(PAUSE, self._save)

    def switch(self, session: str) -> None:
        """Another session is shown: each has its own draft."""
        if self._drafts is None or session == self._session:
            return
        # It is one of the session that is left.
        self._screen.runs.follow_ups.abandon()
        self._drafts.save(self._draft())
        self._session = session
        self._screen.prompt.put_folded("")
        self._bring_back(self._drafts.take(session=session), quietly=True)

    def end(self) -> None:
        """Keep what was typed last."""
        if self._drafts is not None:
            self._drafts.save(self._draft())
            self._drafts.release()

    def _draft(self) -> Draft:
        prompt, mask = self._screen.prompt, self._screen.mask
        edits = self._screen.runs.follow_ups
        text, beside = prompt.draft, edits.draft
        if edits.editing and (not edits.is_changed or not text.strip()):
            # The message itself is kept with the session.
            text, beside = beside, ""
        folds = {label: mask(words) for label, words in prompt.folds.used(text).items()}
        return Draft(
            session=self._session,
            folder=str(self._folder),
            saved=time.time(),
            text=mask(text),
            folds=folds,
            beside=mask(beside),
        )

    async def _save(self) -> None:
        self._waits = False
        if self._drafts is not None:
            await asyncio.to_thread(self._drafts.save, self._draft())

    def _bring_back(self, draft: Draft | None, *, quietly: bool = False) -> None:
        if draft is None:
            return
        prompt = self._screen.prompt
        prompt.folds.learn(draft.folds, draft.text)
        prompt.give_back_folded(draft.text)
        if not quietly:
            clear = self._screen.key("interrupt")
            self._screen.tell(f"What you had not sent is in the prompt again. {clear} clears it.")
        prompt.set_aside(draft.beside)
