"""Starts, opens and exports sessions, and shows which one is current."""

# ruff: noqa: PLC0415 - the first frame must not wait for what only a command needs

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.core.formatting import counted
from tui.dashboard.controllers.session_changes import SessionChanges
from tui.dashboard.textual_internals.driver import report_session

if TYPE_CHECKING:
    from tui.dashboard.screens.main_screen import MainScreen
    from tui.dashboard.sessions.session_list import Chosen
    from tui.journal import JournalState
    from tui.journal.sessions import Opened, Sessions

NO_JOURNAL = "the journal is off: there are no sessions to open or to export"
FORMS = {"md": "markdown", "markdown": "markdown", "html": "html", "jsonl": "jsonl"}


class SessionController:
    """``sessions`` is None without a journal, and until the panes are loaded."""

    def __init__(self, screen: MainScreen) -> None:
        self._screen = screen
        self.sessions: Sessions | None = None
        self.changes = SessionChanges(screen)
        self._after_run: Callable[[], object] | None = None

    def new(self) -> None:
        question = "A run is in progress. Cancel it and start a new session?"
        self._when_idle(question, self._begin_in_turn)

    def _begin_in_turn(self) -> None:
        if self.changes.in_progress:
            self.changes.change(self._begin)
        else:
            self._begin()

    def choose(self) -> None:
        if self.sessions is None:
            self._screen.chat.notice(NO_JOURNAL)
        else:
            self._aside(self._choose(self.sessions))

    def session(self, argument: str = "") -> None:
        if self.sessions is None:
            self._screen.chat.notice(NO_JOURNAL)
        elif argument == "list":
            self.choose()
        elif argument:
            self._open(argument)
        else:
            self._aside(self._show_card(self.sessions))

    def rename(self, name: str = "") -> None:
        """Name the current session; without a name, it has its first message as its name again."""
        if self.sessions is None:
            self._screen.chat.notice(NO_JOURNAL)
        else:
            self._aside(self._rename(self.sessions, name))

    async def _rename(self, sessions: Sessions, name: str) -> None:
        await self.changes.settled()
        try:
            now = await asyncio.to_thread(sessions.rename, sessions.current, name)
        except sessions.CANNOT_OPEN as error:
            self._screen.tell(f"not renamed: {error}")
        else:
            called = f"The session is called: {now}" if now else "Named after its first message."
            self._screen.tell(called)

    def fork(self, argument: str = "") -> None:
        """Continue in a copy of this session, or of its first turns; this one stays as it is."""
        sessions = self.sessions
        if sessions is None:
            self._screen.chat.notice(NO_JOURNAL)
        elif argument and not argument.isdecimal():
            self._screen.tell("Write the number of the last turn to keep: /fork 3")
        else:
            turns = int(argument) if argument else None
            self._when_idle(
                "A run is in progress. Cancel it and fork the session?",
                lambda: self.changes.change(partial(self._fork, sessions, turns), forgets=False),
            )

    async def _fork(self, sessions: Sessions, turns: int | None) -> None:
        try:
            forked = await asyncio.to_thread(sessions.fork, turns)
        except sessions.CANNOT_OPEN as error:
            self._screen.tell(f"not forked: {error}")
        else:
            await self._open_now(sessions, forked)

    def export(self, argument: str = "") -> None:
        first, _, rest = argument.partition(" ")
        form = FORMS.get(first) or FORMS.get(argument.rpartition(".")[2], "")
        path = rest if first in FORMS else argument
        if not form and argument and "." not in argument and "/" not in argument:
            self._screen.tell(
                f"{argument}: the formats are html, md and jsonl. "
                f"For a file of that name: /export md {argument}"
            )
            return
        if self.sessions is None:
            self._screen.chat.notice(NO_JOURNAL)
            return
        self._aside(self._export_current(self.sessions, form or "markdown", path.strip()))

    async def resume(self, sessions: Sessions, opening: Awaitable[Opened]) -> None:
        """Show a stored session once it is read; messages entered meanwhile are sent then."""
        await self.changes.changed(partial(self._resume, sessions, opening))

    async def _resume(self, sessions: Sessions, opening: Awaitable[Opened]) -> None:
        screen = self._screen
        screen.dispatcher.hold()
        try:
            opened = await opening
        except sessions.CANNOT_OPEN as error:
            screen.chat.notice(f"not opened: {error}")
        else:
            await self._show(sessions, opened)
        finally:
            screen.dispatcher.release()

    def run_began(self) -> None:
        """A run has begun: the session is worth resuming."""
        if self.sessions is not None:
            report_session(self._screen.app, self.sessions.current)

    def run_ended(self) -> bool:
        """A run has ended: do what was waiting for that; False if nothing was, or it waits on."""
        state = self._screen.conversation
        if state.running or state.undoing:
            return False
        then, self._after_run = self._after_run, None
        if then is not None:
            then()
        return then is not None

    def journal_changed(self, state: JournalState) -> None:
        """Report the journal's state; offer another file if this one cannot be used."""
        screen, sessions = self._screen, self.sessions
        screen.heading.unsaved = not state.saved
        lost = f"; {counted(state.lost, 'event is', 'events are')} not in it" if state.lost else ""
        screen.tell(state.message or f"The journal is being saved again{lost}.")
        if sessions is None or state.trouble not in {"corrupt", "newer", "read_only"}:
            return
        if other := sessions.another_file():
            screen.ask(
                f"{state.message}.\n\nThat file is left unchanged. Keep this session in "
                f"a new file, {other}? Otherwise it stays in memory only.",
                partial(sessions.move, other),
            )

    def _open(self, session: str, chosen: Chosen | None = None) -> None:
        sessions = self.sessions
        if sessions is None:
            return

        async def opened() -> None:
            to_turn = chosen is not None and bool(chosen.run)
            if not (to_turn and sessions.current == session):
                await self._open_now(sessions, session)
            if chosen is not None and to_turn and sessions.current == session:
                self._show_turn(chosen.run, chosen.words)

        question = "A run is in progress. Cancel it and open another session?"
        self._when_idle(question, partial(self.changes.change, opened))

    async def _open_now(self, sessions: Sessions, session: str) -> None:
        at = self._screen.source.now()
        await self._resume(sessions, asyncio.to_thread(sessions.open, session, at))

    async def _choose(self, sessions: Sessions) -> None:
        from tui.dashboard.sessions.session_list import SessionList
        from tui.dashboard.sessions.session_stock import SessionStock

        stock = SessionStock(sessions)
        try:
            rows = await asyncio.to_thread(lambda: stock.rows(trash=False))
            # Someone who deleted everything still wants to bring it back.
            any_there = bool(rows or await asyncio.to_thread(sessions.journal.store.trashed))
        except sessions.CANNOT_OPEN as error:
            self._screen.tell(str(error))
            return
        if any_there:
            self._screen.app.push_screen(SessionList(stock, rows), self._chosen)
        else:
            self._screen.tell("No session is stored yet.")

    def _chosen(self, chosen: Chosen | None) -> None:
        sessions = self.sessions
        if chosen is None or sessions is None:
            return
        here = chosen.session == sessions.current and not self.changes.in_progress
        if here and chosen.run:
            self._show_turn(chosen.run, chosen.words)
        else:
            self._open(chosen.session, chosen)

    def go_to_turn(self, number: int) -> None:
        """Bring a turn into view; the first is number 1."""
        turns = self._screen.dispatcher.figures().turns
        run = next((turn.run for turn in turns if turn.number == number), None)
        if run is None:
            self._screen.tell(f"This session has no turn {number}.")
        else:
            self._show_turn(run)

    def _show_turn(self, run: str, words: str = "") -> None:
        """Bring a turn into view, and the words that were searched for in it."""
        transcript = self._screen.chat.transcript
        transcript.go_to(f"user {run}")
        if words:
            transcript.search(words)
        transcript.focus()

    async def _show_card(self, sessions: Sessions) -> None:
        from tui.dashboard.reports.cards import session_card

        await self.changes.settled()
        session = sessions.current
        try:
            info = await asyncio.to_thread(sessions.stored, session)
        except sessions.CANNOT_OPEN as error:
            self._screen.tell(str(error))
        else:
            path = sessions.journal.path
            card = session_card(session, info, path, self._screen.commands)
            self._screen.read("Session", card)

    async def _export_current(self, sessions: Sessions, form: str, name: str) -> None:
        await self.changes.settled()
        session = sessions.current
        await self._export(sessions, session, form, _export_path(name, session, form))

    async def _export(
        self, sessions: Sessions, session: str, form: str, path: Path, *, overwrite: bool = False
    ) -> None:
        screen = self._screen
        try:
            skipped = await asyncio.to_thread(
                sessions.export, session, form, path, overwrite=overwrite
            )
        except FileExistsError:
            again = partial(self._export, sessions, session, form, path, overwrite=True)
            screen.ask(f"{path} already exists. Overwrite it?", lambda: self._aside(again()))
        except OSError as error:
            screen.say(f"not exported: {path}: {error.strerror or error}")
        except sessions.CANNOT_OPEN as error:
            screen.say(f"not exported: {error}")
        else:
            lost = f"; {counted(skipped, 'event')} could not be read" if skipped else ""
            screen.say(f"exported to {path}{lost}")

    def _begin(self) -> None:
        from tui.core.conversation.ledger_mirror import HistoryMirror

        screen = self._screen
        self._clear()
        report_session(screen.app, "")
        screen.source.restore(HistoryMirror())
        screen.dispatcher.begin(self.sessions.begin() if self.sessions is not None else None)
        if self.sessions is not None:
            screen.drafts.switch(self.sessions.current)
        screen.runs.refresh()

    async def _show(self, sessions: Sessions, opened: Opened) -> None:
        from tui.stream.dispatcher import Past

        screen, resumed = self._screen, opened.resumed
        self._clear()
        recorder = sessions.continue_with(opened)
        report_session(screen.app, sessions.current)
        screen.source.restore(resumed.history)
        past = Past(steps=resumed.steps, metrics=resumed.metrics, conversation=resumed.conversation)
        with self.at_once():
            await screen.dispatcher.replay(past, recorder)
            await self.shown()
        screen.drafts.switch(sessions.current)
        screen.prompt.remember(resumed.prompts)
        screen.runs.to_draft(screen.conversation.returned_prompt)
        if opened.skipped:
            screen.chat.notice(f"{counted(opened.skipped, 'event')} could not be read")

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Show text at once, whatever the pace is, and paint the screen once at the end."""
        transcript = self._screen.chat.transcript
        transcript.follow()
        pace = transcript.pace
        transcript.set_pace("instant")
        try:
            with self._screen.app.batch_update(), transcript.bulk_load():
                yield
        finally:
            transcript.set_pace(pace)

    async def handled(self) -> None:
        """Wait until the panes have handled everything that was posted so far."""
        handled = asyncio.Event()
        self._screen.call_later(handled.set)
        await handled.wait()

    async def shown(self) -> None:
        """The same, and until it is laid out."""
        await self.handled()
        # Otherwise the tool log would lay its rows out one frame later.
        self._screen.tools.fit()

    def _clear(self) -> None:
        self._screen.chat.clear()
        self._screen.tools.clear()
        # The next thing typed is for this session.
        self._screen.prompt.focus()

    def _when_idle(self, question: str, then: Callable[[], object]) -> None:
        """Do something now; during a run, ask first, cancel it, and do it when it has ended."""
        screen = self._screen
        if screen.conversation.undoing:
            # The worker's answer changes the history of this session.
            self._after_run = then
            return
        if not screen.conversation.running:
            then()
            return

        def agreed() -> None:
            if not screen.conversation.running:
                then()
                return
            self._after_run = then
            if screen.conversation.cancelling_since is None:
                screen.runs.cancel()

        screen.ask(question, agreed)

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        self._screen.run_worker(work, group="sessions")


def _export_path(name: str, session: str, form: str) -> Path:
    name = name or f"streamtui-{session}.{'md' if form == 'markdown' else form}"
    return Path(os.path.expanduser(name)).absolute()  # noqa: PTH111 - Path's own raises for unknown users
