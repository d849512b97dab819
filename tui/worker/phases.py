"""The phases of a request, as the HTTP client's trace extension tells them."""

from collections.abc import Mapping
from typing import Any

from tui.events import ConnectionPhases
from tui.worker.event_writer import EventWriter

CONNECT = ("connection.connect_tcp", "connection.connect_unix_socket")
TLS = "connection.start_tls"
SENT = ("send_request_headers", "send_request_body")
ANSWERED = "receive_response_headers"


class PhaseTrace:
    """Called with each step of one request; says how long they took when the headers are here."""

    def __init__(self, writer: EventWriter, call: str, attempt: int) -> None:
        self._writer = writer
        self._call = call
        self._attempt = attempt
        self._began: int | None = None
        self._started: dict[str, int] = {}
        self._took: dict[str, int] = {}

    async def __call__(self, name: str, _info: Mapping[str, Any]) -> None:
        """``name`` is ``connection.connect_tcp.started`` and the like; the client awaits this."""
        now = self._writer.now()
        if self._began is None:
            self._began = now
        step, _, stage = name.rpartition(".")
        if stage == "started":
            self._started[step] = now
        elif stage == "complete" and step in self._started:
            self._took[step] = now - self._started[step]
            if step.endswith(ANSWERED):
                self._tell(now, self._began)

    def _tell(self, now: int, began: int) -> None:
        connect = [self._took[step] for step in CONNECT if step in self._took]
        self._writer.emit(
            ConnectionPhases(
                at=now,
                call=self._call,
                attempt=self._attempt,
                began=began,
                connect=connect[0] if connect else None,
                tls=self._took.get(TLS),
                sent=sum(took for step, took in self._took.items() if step.endswith(SENT)),
                first_byte=next(
                    took for step, took in self._took.items() if step.endswith(ANSWERED)
                ),
            )
        )
