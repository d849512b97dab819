"""The phases of a request, from the HTTP client's trace extension and the event loop."""

import asyncio
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from tui.protocol.events import ConnectionPhases
from tui.worker.model.attempts.attempt_emitter import AttemptEmitter

CONNECT = ("connection.connect_tcp", "connection.connect_unix_socket")
TLS = "connection.start_tls"
SENT = ("send_request_headers", "send_request_body")
ANSWERED = "receive_response_headers"


class PhaseTrace:
    """Called with each step of one request; reports their durations when the headers arrive."""

    def __init__(self, emitter: AttemptEmitter) -> None:
        """Create it when the request is built."""
        self._emitter = emitter
        self._began = emitter.now()
        self._started: dict[str, int] = {}
        self._took: dict[str, int] = {}
        self._lookup: int | None = None

    async def __call__(self, name: str, _info: Mapping[str, Any]) -> None:
        """``name`` is ``connection.connect_tcp.started`` and the like; the client awaits this."""
        now = self._emitter.now()
        step, _, stage = name.rpartition(".")
        if stage == "started":
            self._started[step] = now
        elif stage == "complete" and step in self._started:
            self._took[step] = now - self._started[step]
            if step.endswith(ANSWERED):
                self._report(now)

    async def looking_up(self, found: Any) -> Any:
        """Await the addresses of a host; the client counts this as connecting."""
        began = self._emitter.now()
        addresses = await found
        self._lookup = (self._lookup or 0) + self._emitter.now() - began
        return addresses

    def _report(self, now: int) -> None:
        connect = next((self._took[step] for step in CONNECT if step in self._took), None)
        # A look-up without connecting was for another request: this one had an open connection.
        lookup = None if connect is None else self._lookup
        self._emitter.emit(
            ConnectionPhases,
            at=now,
            began=self._began,
            lookup=lookup,
            connect=None if connect is None else max(connect - (lookup or 0), 0),
            tls=self._took.get(TLS),
            sent=sum(took for step, took in self._took.items() if step.endswith(SENT)),
            first_byte=next(took for step, took in self._took.items() if step.endswith(ANSWERED)),
        )


TRACE: ContextVar[PhaseTrace | None] = ContextVar("streamtui_trace", default=None)
"""The current request in this context."""


class TracingLoop(asyncio.SelectorEventLoop):
    """Measures the look-up of a request's host, for which the HTTP client has no step."""

    async def getaddrinfo(self, *args: Any, **kwargs: Any) -> Any:
        found = super().getaddrinfo(*args, **kwargs)
        trace = TRACE.get()
        return await (found if trace is None else trace.looking_up(found))
