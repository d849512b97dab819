"""The Textual application: starts the worker, the journal and the screen, and ends them.

Only what the first frame needs is imported here; `StreamTui.load` imports the rest after it.
"""

# ruff: noqa: PLC0415 - see above

from __future__ import annotations

import asyncio
import gc
from typing import TYPE_CHECKING, Any

from textual import on
from textual.message import Message
from textual.screen import Screen

from tui.core.config.settings import AppOptions
from tui.dashboard import messages
from tui.dashboard.chat.prompt import MOST_KEPT
from tui.dashboard.commands.command import Commands
from tui.dashboard.commands.command_table import COMMANDS
from tui.dashboard.diagnostics.bug_guard import MOST_STREAM_FAILURES
from tui.dashboard.screens.main_screen import MainScreen
from tui.dashboard.terminal.last_words import say_last
from tui.dashboard.terminal_app import TerminalApp, run_in_terminal
from tui.dashboard.textual_internals.painted_screen import PaintedScreen
from tui.dashboard.textual_internals.supported import unsupported
from tui.stream.source import Source
from tui.stream.supervisor import Supervisor

if TYPE_CHECKING:
    from tui.core.metrics import SessionFigures
    from tui.dashboard.wiring import Wiring
    from tui.journal import JournalState
    from tui.journal.sessions import Opened, Sessions
    from tui.stream.dispatcher import Dispatcher


class StreamTui(TerminalApp, inherit_bindings=False):
    """The dashboard for one agent."""

    STYLES_LATER = True

    def __init__(
        self, options: AppOptions, source: Source | None = None, table: Commands = COMMANDS
    ) -> None:
        """``source`` gives the events; by default a worker, with the command in the options."""
        super().__init__(options, table)
        self.source = source or Supervisor(options.worker_command)
        self.main = self.new_screen()
        self.main.panes.memory = self.memory
        self.main.options = options
        self._wiring: Wiring | None = None
        """Set by `load`."""
        self._loading: asyncio.Task[None] | None = None
        self._stream: asyncio.Task[None] | None = None
        self._stream_failures = 0
        self.way_back = ""
        """How to open this session again, in words; "" if it is empty or not stored."""

    def new_screen(self) -> MainScreen:
        return MainScreen(self.source, self.commands, self.masker.mask)

    @property
    def wiring(self) -> Wiring:
        """Raise RuntimeError before the first frame."""
        if self._wiring is None:
            raise RuntimeError("the panes are not loaded yet")
        return self._wiring

    @property
    def dispatcher(self) -> Dispatcher:
        return self.wiring.dispatcher

    @property
    def sessions(self) -> Sessions | None:
        return self.wiring.sessions

    def get_default_screen(self) -> Screen[Any]:
        return self.main

    async def on_mount(self) -> None:
        self.prepare()
        if self.is_headless:
            await self.load()

    @on(PaintedScreen.FirstPainted)
    def _first_painted(self) -> None:
        """Load what the first frame did not need."""
        if self._wiring is not None:
            return
        self._loading = asyncio.create_task(self.load(), name="load")
        self._loading.add_done_callback(self.end_if_failed)

    async def load(self) -> None:
        """Import the rest, start the worker, and put the panes on the screen."""
        wiring_of = await asyncio.to_thread(_import_wiring)
        self.add_styles()
        self._wiring = wiring = wiring_of(
            self.options,
            self.source,
            self.masker,
            post=self._post,
            on_bug=self.failed,
            past_read=self._past_read,
            journal_changed=self._journal_changed,
        )
        wiring.dispatcher.hold()
        if self.options.session is None:
            self._read_stream()
        await self._show(wiring, self.options.session)
        if not self.is_headless:
            painted = asyncio.Event()
            self.main.call_after_refresh(painted.set)
            await painted.wait()
        if self.options.turn:
            self.main.sessions.go_to_turn(self.options.turn)
        if self._stream is None:
            # Loading an agent keeps the processors busy: show the stored session first.
            self._read_stream()
        if not self.is_headless:
            self._open_log()
        wiring.dispatcher.release()
        await self.main.do_waiting()
        wiring.read_past()
        if self.options.offers_local:
            await self._offer_local_servers()
        # Imported code stays: to traverse it takes 50 to 150 ms of every full collection.
        gc.freeze()
        gc.set_threshold(20_000, 20, 100)
        gc.enable()

    async def _offer_local_servers(self) -> None:
        from tui.dashboard.controllers.local_servers import local_servers

        for found in await local_servers(self.options.config):
            self.main.chat.notice(found.offer)

    async def _show(self, wiring: Wiring, session: str | None) -> None:
        """Show the panes, with the stored session if there is one.

        The session is read first, so that the screen is painted only once. Keys are accepted
        meanwhile.
        """
        from tui.dashboard.controllers.attention import Attention

        opening: asyncio.Future[Opened] | None = None
        if session is not None and wiring.sessions is not None:
            opening = asyncio.ensure_future(asyncio.to_thread(wiring.open, session))
            await asyncio.wait((opening,))
        with self.batch_update():
            await self.main.load_panes(wiring.panes, wiring.dispatcher, wiring.sessions)
            self.main.attention = Attention(self.main)
            self.main.chat.transcript.set_pace(self.options.config.display.pace)
            self.main.runs.confirm_retry = self.options.config.ui.confirm_retry
            self.main.files.pictures = self.options.config.display.pictures
            if opening is not None and wiring.sessions is not None:
                await self.main.sessions.resume(wiring.sessions, opening)
        if wiring.sessions is not None:
            self._recall(wiring.sessions, resumed=session is not None)
        if (sentence := unsupported()) is not None:
            self.main.chat.notice(sentence)

    def _recall(self, sessions: Sessions, *, resumed: bool) -> None:
        """Bring back earlier messages of all sessions, and what was not sent."""
        store = sessions.journal.store
        folder = store.path.parent / "drafts"
        self.main.drafts.begin(folder, sessions.current, resumed=resumed)
        self.main.recall(lambda: store.prompts(MOST_KEPT))

    async def on_unmount(self) -> None:
        if self._loading is not None:
            self._loading.cancel()
        if self.main.attention is not None:
            self.main.attention.end()
        try:
            self.main.drafts.end()
        finally:
            await self._close()

    async def _close(self) -> None:
        """End the worker, and store what it has said."""
        await self.source.close()
        if self._stream is not None:
            self._stream.cancel()
        if self._wiring is not None:
            self.way_back = self._words_to_resume()
            await asyncio.to_thread(self._wiring.close)

    def _words_to_resume(self) -> str:
        sessions = self.sessions
        if sessions is None or self.main.heading.unsaved or self.main.conversation.run is None:
            return ""
        return sessions.way_back(self.options)

    def _past_read(self, past: SessionFigures) -> None:
        """Called in the reader's thread."""
        self.call_later(self.main.performance.compare, past)

    def _journal_changed(self, state: JournalState) -> None:
        """Called in the journal's thread."""
        self.call_later(self.main.sessions.journal_changed, state)

    @on(messages.ThresholdCrossed)
    def _alert(self, message: messages.ThresholdCrossed) -> None:
        self.alert(message.text)

    @on(messages.PersonNeeded)
    def _call_person(self, message: messages.PersonNeeded) -> None:
        self.call_person(message.text)

    def _post(self, message: Message) -> None:
        if self.log_file is not None and isinstance(message, messages.StreamAdvanced):
            self.log_file.advanced(message)
        self.main.post_message(message)

    def _open_log(self) -> None:
        path = self.open_log()
        if self.options.debug:
            self.main.tell(f"The log is in {path}" if path else "No log can be written.")

    def _read_stream(self) -> None:
        self._stream = asyncio.create_task(
            self.dispatcher.run(self.source.batches()), name="stream"
        )
        self._stream.add_done_callback(self._stream_ended)

    def _stream_ended(self, stream: asyncio.Task[None]) -> None:
        error = None if stream.cancelled() else stream.exception()
        if not isinstance(error, Exception):
            return
        self._stream_failures += 1
        if self._stream_failures < MOST_STREAM_FAILURES and self.can_continue:
            self.failed(error)
            self._read_stream()
        else:
            self.end_with(error)


def _import_wiring() -> type[Wiring]:
    """Called in a thread, so that keys are accepted meanwhile."""
    # The palette has to appear at once, also the first time.
    import tui.dashboard.windows.palette  # noqa: F401
    from tui.dashboard.wiring import Wiring

    return Wiring


def run(options: AppOptions, source: Source | None = None) -> int:
    """Run the dashboard; returns the exit code of the process. ``source``: see `StreamTui`."""
    app = StreamTui(options, source)
    code = run_in_terminal(app)
    if code == 0 and app.way_back:
        say_last(app.masker.mask(app.way_back))
    return code
