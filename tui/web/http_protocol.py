"""uvicorn's HTTP protocol, with limits to how long a request may take, and errors as all others."""

import asyncio
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from tui.web.guards.request_guard import SECURITY_HEADERS
from tui.web.request_refusals import RefusedError
from tui.web.routes.json_answers import refused

SLOWEST_HEAD = 15.0
"""Seconds from the first byte of a request, or from the connection, to the end of its head."""

_STATES_BEFORE_AN_ANSWER: Final = (h11.IDLE, h11.SEND_RESPONSE)


class PatientProtocol(H11Protocol):
    """Closes connections whose next request does not come, or comes too slowly."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._waiting: asyncio.TimerHandle | None = None
        """For the head of the next request."""
        self._cutting: asyncio.TimerHandle | None = None
        """For the rest of a body that was answered before it had come."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._cutting is not None and self.conn.their_state is not h11.SEND_BODY:
            # It has come: the next request is another matter.
            self._cutting.cancel()
            self._cutting = None
        if self.conn.their_state is h11.IDLE:
            if self._waiting is None:
                self._wait()
        elif self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        for timer in filter(None, (self._waiting, self._cutting)):
            timer.cancel()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.conn.their_state is h11.SEND_BODY:
            # It was answered before its body had come: the rest of that has limited time too.
            self._cutting = self.loop.call_later(SLOWEST_HEAD, self.transport.close)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words are its own
        """Answer a request that breaks HTTP, and close."""
        self._refuse(RefusedError("BAD_REQUEST", "this is not a valid request in HTTP/1.1"))

    def _refuse(self, error: RefusedError) -> None:
        """Unless an answer has begun."""
        if self.conn.our_state in _STATES_BEFORE_AN_ANSWER:
            answer = refused(error)
            answer.headers.update({**SECURITY_HEADERS, "connection": "close"})
            for event in (
                h11.Response(status_code=answer.status_code, headers=answer.raw_headers),
                h11.Data(data=bytes(answer.body)),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(SLOWEST_HEAD, self._give_up)

    def _give_up(self) -> None:
        if self.conn.trailing_data[0]:
            self._refuse(RefusedError("TOO_SLOW", "the request's headers took too long to arrive"))
        self.transport.close()
