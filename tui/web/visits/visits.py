"""Who looks at a dashboard: each visitor has a process, and keeps it over a reload of the page."""

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tui.web.request_refusals import RefusedError
from tui.web.visits.dashboard_process import DashboardProcess, Size

TICKET_LIFE: Final = 30.0
"""Seconds: a browser opens the socket at once."""

SETUP: Final = b"\x1b[?1049h\x1b[?1000h\x1b[?1003h\x1b[?1015h\x1b[?1006h\x1b[?25l\x1b[?2004h"
"""What the driver sends when it starts, for a terminal that comes later: another screen, the mouse,
no cursor, pasted text in brackets."""


class Visit:
    """One visitor's dashboard. ``session``: the one that it shows."""

    def __init__(self, argv: Sequence[str]) -> None:
        self.session = ""
        self.addresses: list[tuple[str, bool]] = []
        """To open in the browser, and whether in a tab of its own."""
        self.process = DashboardProcess(argv, self._told)

    def _told(self, meta: Mapping[str, Any]) -> None:
        match meta:
            case {"type": "session", "id": str(session)}:
                self.session = session
            case {"type": "open_url", "url": str(url), "new_tab": bool(new_tab)}:
                self.addresses.append((url, new_tab))


class Visits:
    """``argv_of``: starts a dashboard, with a stored session or, for "", with a new one.

    ``most`` at a time; a process ends ``grace`` seconds after its browser went away.
    """

    def __init__(
        self,
        argv_of: Callable[[str], Sequence[str]],
        *,
        most: int,
        grace: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._argv_of = argv_of
        self._most = most
        self._grace = grace
        self._clock = clock
        self._visits: dict[str, Visit] = {}
        self._sessions: dict[str, str] = {}
        """By visitor: the session that an ended dashboard showed."""
        self._tickets: dict[str, tuple[str, float]] = {}
        self._leaving: dict[str, asyncio.Task[None]] = {}

    def ticket(self, visitor: str) -> str:
        """Lets a browser open one socket, which cannot carry the token itself.

        Raise `RefusedError` if there are too many visitors.
        """
        if visitor not in self._visits and len(self._visits) >= self._most:
            raise RefusedError(
                "TOO_MANY_SESSIONS",
                f"{self._most} dashboards are open, which is all that --visitors allows",
            )
        now = self._clock()
        self._tickets = {key: one for key, one in self._tickets.items() if one[1] > now}
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = (visitor, now + TICKET_LIFE)
        return ticket

    def visitor_of(self, ticket: str) -> str | None:
        """Whose ticket it is; it is used up then. None: it is not valid."""
        visitor, until = self._tickets.pop(ticket, ("", 0.0))
        return visitor if visitor and until > self._clock() else None

    async def attach(self, visitor: str, size: Size) -> tuple[Visit, int]:
        """The visitor's dashboard, started if it does not run, and the browser's number.

        Raise `RefusedError` or `OSError` if it cannot be.
        """
        if (leaving := self._leaving.pop(visitor, None)) is not None:
            leaving.cancel()
        visit = self._visits.get(visitor)
        if visit is not None and not visit.process.ended:
            listener = visit.process.listen()
            visit.process.resize(size)
            visit.process.repaint()
            return visit, listener
        session = visit.session if visit is not None else self._sessions.get(visitor, "")
        if visit is None and len(self._visits) >= self._most:
            raise RefusedError("TOO_MANY_SESSIONS", "too many dashboards are open")
        visit = Visit(self._argv_of(session))
        self._visits[visitor] = visit
        listener = visit.process.listen()
        try:
            await visit.process.start(size)
        except OSError:
            del self._visits[visitor]
            raise
        return visit, listener

    def detach(self, visitor: str, visit: Visit, listener: int) -> None:
        """A browser has gone; if it was the last one, the dashboard ends after the grace."""
        if visit.process.listener != listener or self._visits.get(visitor) is not visit:
            return
        visit.process.hush()
        leave = self._leave(visitor, visit, 0.0 if visit.process.ended else self._grace)
        self._leaving[visitor] = asyncio.create_task(leave, name="visitor leaves")

    async def close(self) -> None:
        """End all of them; each stores its session."""
        for leaving in self._leaving.values():
            leaving.cancel()
        await asyncio.gather(*(visit.process.close() for visit in self._visits.values()))
        self._visits.clear()

    async def _leave(self, visitor: str, visit: Visit, after: float) -> None:
        await asyncio.sleep(after)
        self._leaving.pop(visitor, None)
        if self._visits.get(visitor) is visit:
            del self._visits[visitor]
            self._sessions[visitor] = visit.session
        await visit.process.close()
