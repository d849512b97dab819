"""Sessions on the main screen: begin one, open one, export it, say which one it is."""

# ruff: noqa: PLC0415 - the first frame does not wait for what a command shows

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.dashboard.controllers.actions import MainActions
from tui.dashboard.controllers.replay import ShowsPast
from tui.protocol import events

if TYPE_CHECKING:
    from tui.journal import JournalState
    from tui.journal.sessions import Opened, Sessions

NO_JOURNAL = "this dashboard keeps no journal: there are no sessions to open or to export"
FORMS = {"md": "markdown", "markdown": "markdown", "jsonl": "jsonl"}


class SessionActions(ShowsPast, MainActions):
    """Mixed into the main screen. ``sessions`` is None where nothing is kept."""

    sessions: Sessions | None
    agent_loaded: events.AgentLoaded | None
    """What runs now, once it is loaded."""

    def __init__(self) -> None:
        super().__init__()
        self._after_run: Callable[[], object] | None = None

    def action_new_session(self) -> None:
        self._when_idle("A run is in progress. Cancel it and start a new session?", self._begin)

    def action_open_session(self) -> None:
        if self.sessions is None:
            self.chat.notice(NO_JOURNAL)
        else:
            self._aside(self._choose(self.sessions))

    def action_session(self, argument: str = "") -> None:
        if self.sessions is None:
            self.chat.notice(NO_JOURNAL)
        elif argument == "list":
            self.action_open_session()
        elif argument:
            self._open(argument)
        else:
            self._aside(self._show_card(self.sessions))

    def action_export(self, argument: str = "") -> None:
        first, _, rest = argument.partition(" ")
        form, path = (FORMS[first], rest) if first in FORMS else ("markdown", argument)
        if self.sessions is None:
            self.chat.notice(NO_JOURNAL)
            return
        ending = "md" if form == "markdown" else form
        name = path.strip() or f"streamtui-{self.sessions.current}.{ending}"
        self._aside(self._export(self.sessions, form, Path(name).expanduser().absolute()))

    def action_agent(self) -> None:
        if self.agent_loaded is None:
            self.tell("The agent is not loaded.")
        else:
            from tui.dashboard.screens.cards import agent_card

            self.read("Agent", agent_card(self.agent_loaded))

    async def resume(self, session: str) -> None:
        """Open a session and show it as it stood; what is typed meanwhile goes out afterwards."""
        if self.sessions is not None:
            opening = asyncio.to_thread(self.sessions.open, session, self.supervisor.now())
            await self.go_on_with(self.sessions, opening)

    async def go_on_with(self, sessions: Sessions, opening: Awaitable[Opened]) -> None:
        """Show a session as soon as it is open."""
        self.control.held = True
        self.dispatcher.hold()
        try:
            opened = await opening
        except sessions.CANNOT_OPEN as error:
            self.chat.notice(f"not opened: {error}")
        else:
            await self._show(sessions, opened)
        finally:
            self.control.held = False
            self.dispatcher.release()
        self.send_waiting()
        self.refresh_hints()

    def run_gone(self) -> None:
        """Nothing runs any more: what waited for that can be done."""
        then, self._after_run = self._after_run, None
        if then is not None:
            then()

    def journal_changed(self, state: JournalState) -> None:
        """Say how the journal stands; offer another file where this one can never be written."""
        self.heading.unsaved = not state.saved
        lost = f"; {state.lost:,} events are not in it" if state.lost else ""
        self.tell(state.message or f"The journal is being saved again{lost}.")
        if self.sessions is None or state.trouble not in {"corrupt", "newer", "read_only"}:
            return
        if other := self.sessions.another_file():
            self.ask(
                f"{state.message}.\n\nThat file is left unchanged. Keep this session in "
                f"a new file, {other}? Otherwise it stays in memory only.",
                partial(self.sessions.move, other),
            )

    def _open(self, session: str | None) -> None:
        if session:
            question = "A run is in progress. Cancel it and open another session?"
            self._when_idle(question, lambda: self._aside(self.resume(session)))

    async def _choose(self, sessions: Sessions) -> None:
        from tui.dashboard.screens.session_list import SessionList

        try:
            stored = await asyncio.to_thread(sessions.journal.store.sessions)
        except sessions.CANNOT_OPEN as error:
            self.tell(str(error))
            return
        if stored:
            self.app.push_screen(SessionList(stored, sessions.current), self._open)
        else:
            self.tell("No session is stored yet.")

    async def _show_card(self, sessions: Sessions) -> None:
        from tui.dashboard.screens.cards import session_card

        try:
            info = await asyncio.to_thread(sessions.stored)
        except sessions.CANNOT_OPEN as error:
            self.tell(str(error))
        else:
            path = sessions.journal.path
            self.read("Session", session_card(sessions.current, info, path, self.commands))

    async def _export(
        self, sessions: Sessions, form: str, path: Path, *, overwrite: bool = False
    ) -> None:
        try:
            skipped = await asyncio.to_thread(sessions.export, form, path, overwrite=overwrite)
        except FileExistsError:
            again = partial(self._export, sessions, form, path, overwrite=True)
            self.ask(f"{path} already exists. Overwrite it?", lambda: self._aside(again()))
        except OSError as error:
            self.chat.notice(f"not exported: {path}: {error.strerror or error}")
        except sessions.CANNOT_OPEN as error:
            self.chat.notice(f"not exported: {error}")
        else:
            lost = f"; {skipped} events could not be read and were skipped" if skipped else ""
            self.chat.notice(f"exported to {path}{lost}")

    def _begin(self) -> None:
        self._empty()
        self.supervisor.restore(HistoryMirror())
        self.dispatcher.begin(self.sessions.begin() if self.sessions is not None else None)
        self.refresh_hints()

    async def _show(self, sessions: Sessions, opened: Opened) -> None:
        self._empty()
        resumed = opened.resumed
        recorder = sessions.go_on_with(opened)
        self.supervisor.restore(resumed.history)
        with self.showing_past():
            await self.dispatcher.replay(resumed.shown, resumed.metrics, recorder)
            await self.past_shown()
        self.prompt.remember(resumed.prompts)
        if self.control.given_back:
            self.to_draft(self.control.prompt)
        if opened.skipped:
            self.chat.notice(f"{opened.skipped:,} events could not be read and were skipped")
        if self.agent_loaded is not None:
            self.chat.expect_json(self.agent_loaded.output_json)

    def _empty(self) -> None:
        self.control.forget()
        self.show_queued()
        self.chat.clear()
        self.tools.clear()

    def _when_idle(self, question: str, then: Callable[[], object]) -> None:
        """Do something at once, or after a yes and the end of what runs."""
        if not self.control.running:
            then()
            return

        def agreed() -> None:
            if not self.control.running:
                then()
                return
            self._after_run = then
            if self.control.cancelling_since is None:
                self.action_escape()

        self.ask(question, agreed)

    def _aside(self, work: Coroutine[Any, Any, None]) -> None:
        self.run_worker(work, group="sessions")
