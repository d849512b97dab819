"""Stands before every route: refuses what may not ask, and completes every answer's headers."""

import time
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tui.web.guards.host_check import HostCheck
from tui.web.guards.rate_limit import Rate, RateLimit
from tui.web.guards.token_check import AUTHORIZED, is_authorized
from tui.web.request_refusals import RefusedError
from tui.web.routes.json_answers import refused

SECURITY_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
"""Unless an answer has one of its own."""

_CORS_HEADERS: Final = "authorization, content-type, last-event-id"
_CORS_METHODS: Final = "GET, POST, DELETE, OPTIONS"


class RequestGuard:
    """An ASGI application around another. ``open_paths``: those that need no token.

    ``open_sockets``: web sockets whose paths begin so check a ticket of their own; "": none.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: HostCheck,
        token: str | None,
        rate: Rate,
        open_paths: frozenset[str],
        open_sockets: str = "",
    ) -> None:
        self._app = app
        self._hosts = hosts
        self._token = token
        self._rate = RateLimit(rate, time.monotonic)
        self._open = open_paths
        self._open_sockets = open_sockets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = ", ".join(headers.getlist("origin"))

        async def send_completed(message: Message) -> None:
            if message["type"] == "http.response.start":
                completed = MutableHeaders(scope=message)
                self._complete(completed, origin)
                if _has_two_lengths(headers):
                    # Where this request ends, and the next one begins, is not certain.
                    completed["connection"] = "close"
            await send(message)

        try:
            self._check(scope, headers, origin)
        except RefusedError as error:
            await refused(error)(scope, receive, send_completed)
            return
        if scope["type"] == "http" and scope["method"] == "OPTIONS" and origin:
            await _preflight(send_completed)
            return
        await self._app(scope, receive, send_completed)

    def _check(self, scope: Scope, headers: Headers, origin: str) -> None:
        """Raise `RefusedError`."""
        if not scope.get("http_version", "1.1").startswith("1."):
            raise RefusedError("BAD_REQUEST", "this is not a valid request in HTTP/1.1")
        if _has_two_lengths(headers):
            raise RefusedError("BAD_REQUEST", "send Content-Length or Transfer-Encoding, not both")
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._hosts.knows_host(hosts[0]):
            raise RefusedError("FORBIDDEN", "this host name is not allowed: see --allow-host")
        if origin and not self._hosts.knows_origin(origin, hosts[0]):
            raise RefusedError("FORBIDDEN", "this origin is not allowed: see --allow-origin")
        authorized = is_authorized(headers.getlist("authorization"), self._token)
        scope[AUTHORIZED] = authorized
        client = scope.get("client")
        # Who has the token shares its bucket; who has not must not empty it.
        who = "" if authorized else client[0] if client else "?"
        wait = self._rate.wait_of(who)
        if wait:
            raise RefusedError("RATE_LIMITED", "too many requests: wait a moment", retry_after=wait)
        if not (authorized or self._is_open(scope, origin)):
            raise RefusedError("UNAUTHORIZED", "send the token: Authorization: Bearer TOKEN")

    def _is_open(self, scope: Scope, origin: str) -> bool:
        """Whether this needs no token: a page, a question of CORS, a socket with its ticket."""
        if scope["type"] == "websocket":
            return bool(self._open_sockets) and scope["path"].startswith(self._open_sockets)
        preflight = scope["method"] == "OPTIONS" and bool(origin)
        return preflight or scope["path"] in self._open

    def _complete(self, headers: MutableHeaders, origin: str) -> None:
        for name, value in SECURITY_HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("cache-control", "no-store")
        if origin and self._hosts.may_read(origin):
            headers["access-control-allow-origin"] = origin
            headers["cross-origin-resource-policy"] = "cross-origin"
            headers.add_vary_header("origin")


def _has_two_lengths(headers: Headers) -> bool:
    return "content-length" in headers and "transfer-encoding" in headers


async def _preflight(send: Send) -> None:
    headers = [
        (b"access-control-allow-methods", _CORS_METHODS.encode()),
        (b"access-control-allow-headers", _CORS_HEADERS.encode()),
        (b"access-control-max-age", b"600"),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
