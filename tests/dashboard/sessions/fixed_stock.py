"""Sessions for the list, without a journal."""

from collections.abc import Sequence

from tui.dashboard.sessions.session_rows import SessionRow
from tui.journal import NoSuchSessionError
from tui.journal.index.session_index import Hits


class FixedStock:
    """Shows some rows; everything that is done to a session is only noted."""

    CANNOT_OPEN: tuple[type[Exception], ...] = (NoSuchSessionError,)
    current = ""

    def __init__(self, rows: Sequence[SessionRow] = (), hits: Hits = Hits()) -> None:  # noqa: B008
        self.listed = list(rows)
        self.hits = hits
        self.done: list[tuple[str, ...]] = []

    def rows(self, *, trash: bool) -> list[SessionRow]:
        return [] if trash else self.listed

    def search(self, typed: str) -> Hits:
        self.done.append(("search", typed))
        return self.hits

    def rename(self, session: str, name: str) -> None:
        self.done.append(("rename", session, name))

    def trash(self, session: str) -> None:
        self.done.append(("trash", session))

    def restore(self, session: str) -> None:
        self.done.append(("restore", session))

    def delete(self, session: str) -> None:
        self.done.append(("delete", session))
