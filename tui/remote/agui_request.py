"""One request to an AG-UI server: sends the input, yields the events as they come."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx2

from tui.protocol.agui.agui_codec import decode_agui_event
from tui.protocol.agui.agui_events import MEDIA_TYPE, ReadEvent
from tui.remote.remote_failures import NotAStreamError, StatusError, StreamTimeoutError
from tui.remote.remote_settings import RemoteSettings

LONGEST_EVENT = 64 * 1024 * 1024
"""Bytes: a snapshot of a state may be large."""
LONGEST_PAGE = 65_536
"""Bytes that are read of an answer that is no stream."""


class Came(NamedTuple):
    """An event, the ns of the clock when it came, and itself as it came."""

    event: ReadEvent
    at: int
    data: str


class IdleWatch:
    """Raises when nothing comes in time; not while ``busy``: a tool may run for long."""

    def __init__(
        self, settings: RemoteSettings, limit: asyncio.Timeout, busy: Callable[[], bool]
    ) -> None:
        self._settings = settings
        self._limit = limit
        self._busy = busy
        self.heard = False

    def wait(self) -> None:
        """Wait for the next event from now on."""
        limit = self._settings.idle_timeout if self.heard else self._settings.first_event_timeout
        if limit is None or self._busy():
            self._limit.reschedule(None)
        else:
            self._limit.reschedule(asyncio.get_running_loop().time() + limit)

    def pause(self) -> None:
        """Something came, and is being read."""
        self.heard = True
        self._limit.reschedule(None)

    @property
    def error(self) -> StreamTimeoutError:
        limit = self._settings.idle_timeout if self.heard else self._settings.first_event_timeout
        return StreamTimeoutError(limit or 0.0, first=not self.heard)


def new_client(settings: RemoteSettings) -> httpx2.AsyncClient:
    """The client of all requests; its connections are reused."""
    headers = dict(settings.headers)
    if settings.token:
        headers["Authorization"] = f"Bearer {settings.token}"
    return httpx2.AsyncClient(
        headers={"User-Agent": "streamtui", **headers},
        auth=settings.login,
        # Times between events are watched here: a keep-alive is no event.
        timeout=httpx2.Timeout(None, connect=settings.connect_timeout),
        follow_redirects=False,
    )


@asynccontextmanager
async def opened(
    client: httpx2.AsyncClient, url: str, body: bytes, trace: "RequestTrace"
) -> AsyncIterator[httpx2.Response]:
    """The answer to a request, once its headers are there.

    Raise `StatusError`, `NotAStreamError` or one of httpx2's errors.
    """
    place = url
    for _ in range(3):
        async with client.stream(
            "POST",
            place,
            content=body,
            headers={
                "Content-Type": "application/json",
                "Accept": MEDIA_TYPE,
                "Cache-Control": "no-store",
            },
            extensions={"trace": trace},
        ) as response:
            moved = _moved(response)
            if moved is None:
                await _check(response)
                yield response
                return
            place = moved
    raise StatusError(310, {"location": place}, b"")


async def events_of(response: httpx2.Response) -> AsyncIterator[Came]:
    async for sent in httpx2.EventSource(response, max_event_size=LONGEST_EVENT):
        if sent.data:
            yield Came(decode_agui_event(sent.data), time.monotonic_ns(), sent.data)


async def _check(response: httpx2.Response) -> None:
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if response.is_success and kind == MEDIA_TYPE:
        return
    body = bytearray()
    try:
        async with asyncio.timeout(5):
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > LONGEST_PAGE:
                    break
    except (TimeoutError, httpx2.HTTPError):
        pass  # The beginning says enough.
    if response.is_success:
        raise NotAStreamError(kind, bytes(body))
    raise StatusError(response.status_code, response.headers, bytes(body))


def _moved(response: httpx2.Response) -> str | None:
    """Where the same host keeps it: a token must not reach another one."""
    if response.status_code not in (307, 308) or "location" not in response.headers:
        return None
    there = response.request.url.join(response.headers["location"])
    here = response.request.url
    same = (there.scheme, there.host, there.port) == (here.scheme, here.host, here.port)
    return str(there) if same else None


class RequestTrace:
    """Called by the HTTP client with each step of a request."""

    _CONNECT = ("connection.connect_tcp", "connection.connect_unix_socket")
    _TLS = "connection.start_tls"
    _SENT = ("send_request_headers", "send_request_body")
    _ANSWERED = "receive_response_headers"

    def __init__(self, report: Callable[..., object]) -> None:
        """``report`` gets the fields of `ConnectionPhases` when the headers have come."""
        self.began = time.monotonic_ns()
        self._report = report
        self._started: dict[str, int] = {}
        self._took: dict[str, int] = {}

    async def __call__(self, name: str, _info: Mapping[str, Any]) -> None:
        now = time.monotonic_ns()
        step, _, stage = name.rpartition(".")
        if stage == "started":
            self._started[step] = now
        elif stage == "complete" and step in self._started:
            self._took[step] = now - self._started[step]
            if step.endswith(self._ANSWERED):
                self._report(
                    at=now,
                    began=self.began,
                    connect=next(
                        (self._took[one] for one in self._CONNECT if one in self._took), None
                    ),
                    tls=self._took.get(self._TLS),
                    sent=sum(took for one, took in self._took.items() if one.endswith(self._SENT)),
                    first_byte=self._took[step],
                )
