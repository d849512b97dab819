"""What the list of sessions shows and changes: the journal's sessions, and the index of them."""

import time

from tui.dashboard.sessions.session_rows import SessionRow, stored_rows
from tui.journal.index.session_index import Hits
from tui.journal.sessions import CANNOT_OPEN, Sessions

READING_SECONDS = 0.3
"""How long the list may wait for sessions that are not in the index yet."""

MOST_HITS = 100


class SessionStock:
    """Every method blocks and may raise one of ``CANNOT_OPEN``: call it in a thread."""

    CANNOT_OPEN = CANNOT_OPEN

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    @property
    def current(self) -> str:
        return self._sessions.current

    def rows(self, *, trash: bool) -> list[SessionRow]:
        until = time.monotonic() + READING_SECONDS
        store, index = self._sessions.journal.store, self._sessions.index
        rows, _ = stored_rows(store, index, trash=trash, stop=lambda: time.monotonic() > until)
        return rows

    def search(self, typed: str) -> Hits:
        live = [info.id for info in self._sessions.journal.store.sessions()]
        return self._sessions.index.search(typed, live, MOST_HITS)

    def rename(self, session: str, name: str) -> None:
        self._sessions.rename(session, name)

    def trash(self, session: str) -> None:
        self._sessions.journal.store.trash(session, wall=time.time())

    def restore(self, session: str) -> None:
        self._sessions.journal.store.restore(session)

    def delete(self, session: str) -> None:
        self._sessions.journal.store.delete(session)
