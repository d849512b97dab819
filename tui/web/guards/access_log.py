"""One line for each answer: who asked for which path, and how it went. No query, body or token."""

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger("tui.web.access")

_MOST = 200


class AccessLog:
    """An ASGI application around another. A stream has its line when it ends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), 0

        async def send_noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_noted)
        finally:
            client = scope.get("client")
            _log.info(
                "%s %s %s %s %.3f s",
                client[0] if client else "-",
                scope["method"] if scope["method"].isalpha() else "?",
                shown_path(scope["path"]),
                status or "-",
                time.monotonic() - began,
            )


def shown_path(path: str) -> str:
    """On one line, whatever it holds."""
    shown = path if len(path) <= _MOST else f"{path[:_MOST]}…"
    return ascii(shown)[1:-1] if not (shown.isascii() and shown.isprintable()) else shown
