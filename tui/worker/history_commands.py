"""Changes the conversation between two runs: clears it, replaces it, brings back an answer.

The user's own SDK session follows: it is read once, and left when the conversation becomes another.
"""

from tui.protocol.commands import RestoreHistory, UndoRetry
from tui.worker.input_items import settled
from tui.worker.observer import Observer
from tui.worker.retry_undo import undo_retry
from tui.worker.session_sync import SessionSync
from tui.worker.turn_choice import restore


class HistoryCommands:
    """No run may be in progress. ``session`` is the user's, if there is one."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self.session: SessionSync | None = None
        self._session_read = True

    def use(self, session: SessionSync) -> None:
        """Read this session before the first run, and write each turn to it."""
        self.session, self._session_read = session, False

    async def read_session(self) -> None:
        """Begin with what the user's session holds, unless a conversation is restored."""
        if self.session is None or self._session_read:
            return
        self._session_read = True
        if not self._observer.ledger.items:
            items = settled(await self.session.read())
            if items:
                self._observer.set_history(items)

    async def written(self) -> None:
        """Wait for what is being written to the session."""
        if self.session is not None:
            await self.session.written()

    def clear(self, first_agent: str) -> None:
        """Begin anew, with this agent."""
        ledger = self._observer.ledger
        ledger.agent = first_agent
        if ledger.items or not self._session_read:
            self._leave_session()
        if ledger.server.leave():
            self._say_left()
        self._observer.set_history([])

    def restore(self, command: RestoreHistory) -> None:
        """Take over from an earlier worker or, if there is a conversation, put it in its place.

        That must not clear first: readers of the events have the new conversation already.
        """
        ledger = self._observer.ledger
        replaces = bool(ledger.items)
        if replaces or command.fork:
            self._leave_session(for_fork=bool(command.fork))
        left = replaces and ledger.server.leave()
        restore(self._observer, command)
        if left and not ledger.server.active:
            self._say_left()

    def undo_retry(self, command: UndoRetry) -> None:
        """Bring the turn before a retry back; it was not refused."""
        undo_retry(self._observer, command)
        if self.session is not None:
            self.session.write_soon(self._observer.ledger.items)

    def _leave_session(self, *, for_fork: bool = False) -> None:
        if self.session is not None:
            self._session_read = True
            self.session.leave(for_fork=for_fork)

    def _say_left(self) -> None:
        server = self._observer.ledger.server
        self._observer.tell(
            f"the server's conversation {server.conversation} stays as it is, and is left: "
            "from now on, all messages are sent"
        )
