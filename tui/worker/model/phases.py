"""The phases of a request, as the HTTP client's trace extension and the event loop tell them."""

import asyncio
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from tui.protocol.events import ConnectionPhases
from tui.worker.io.event_writer import EventWriter

CONNECT = ("connection.connect_tcp", "connection.connect_unix_socket")
TLS = "connection.start_tls"
SENT = ("send_request_headers", "send_request_body")
ANSWERED = "receive_response_headers"


class PhaseTrace:
    """Called with each step of one request; says how long they took when the headers are here."""

    def __init__(self, writer: EventWriter, call: str, attempt: int) -> None:
        """The request is built now."""
        self._writer = writer
        self._call = call
        self._attempt = attempt
        self._began = writer.now()
        self._started: dict[str, int] = {}
        self._took: dict[str, int] = {}
        self._lookup: int | None = None

    async def __call__(self, name: str, _info: Mapping[str, Any]) -> None:
        """``name`` is ``connection.connect_tcp.started`` and the like; the client awaits this."""
        now = self._writer.now()
        step, _, stage = name.rpartition(".")
        if stage == "started":
            self._started[step] = now
        elif stage == "complete" and step in self._started:
            self._took[step] = now - self._started[step]
            if step.endswith(ANSWERED):
                self._tell(now)

    async def looking_up(self, found: Any) -> Any:
        """Await the addresses of a host; it is part of what the client calls connecting."""
        began = self._writer.now()
        addresses = await found
        self._lookup = (self._lookup or 0) + self._writer.now() - began
        return addresses

    def _tell(self, now: int) -> None:
        connect = next((self._took[step] for step in CONNECT if step in self._took), None)
        # Who looks up without connecting was not this request: its connection was open already.
        lookup = None if connect is None else self._lookup
        self._writer.emit(
            ConnectionPhases(
                at=now,
                call=self._call,
                attempt=self._attempt,
                began=self._began,
                lookup=lookup,
                connect=None if connect is None else max(connect - (lookup or 0), 0),
                tls=self._took.get(TLS),
                sent=sum(took for step, took in self._took.items() if step.endswith(SENT)),
                first_byte=next(
                    took for step, took in self._took.items() if step.endswith(ANSWERED)
                ),
            )
        )


TRACE: ContextVar[PhaseTrace | None] = ContextVar("streamtui_trace", default=None)
"""The request that is being made in this context."""


class TracingLoop(asyncio.SelectorEventLoop):
    """Tells a request how long its host was looked up: the HTTP client has no step for it."""

    async def getaddrinfo(self, *args: Any, **kwargs: Any) -> Any:
        found = super().getaddrinfo(*args, **kwargs)
        trace = TRACE.get()
        return await (found if trace is None else trace.looking_up(found))
