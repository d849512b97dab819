"""The dashboard in a browser: its page, Textual's front end, and the socket between them."""

import asyncio
import json
import mimetypes
import re
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from tui.web.guards.request_body import body_of
from tui.web.request_refusals import RefusedError
from tui.web.routes.json_answers import answered
from tui.web.routes.page_routes import files_of
from tui.web.visits.dashboard_process import Size
from tui.web.visits.visits import SETUP, Visit, Visits

DASHBOARD: Final = "/dashboard"
SOCKETS: Final = f"{DASHBOARD}/socket/"
STATIC: Final = ("js/textual.js", "css/xterm.css", "fonts/RobotoMono-VariableFont_wght.ttf")
"""The files of textual-serve that the page needs."""

CONTENT_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
    "font-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""The terminal sets the styles of its cells itself."""

REPLACED: Final = 4001
"""Close code: the dashboard is shown in another tab now."""
REFUSED: Final = 4003
ENDED: Final = 4000
SMALLEST: Final = 10
LARGEST: Final = 500
"""Cells, in either direction."""


class TicketOrder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    visitor: str
    """A random name that the page's tab keeps."""


class Ticket(msgspec.Struct, frozen=True):
    ticket: str


class DashboardRoutes:
    """Raise `FileNotFoundError` if textual-serve is not installed."""

    def __init__(self, visits: Visits) -> None:
        self._visits = visits
        self._files = {**files_of("tui.web.terminal_page"), **_front_end()}

    @property
    def routes(self) -> list[BaseRoute]:
        return [
            Route(DASHBOARD, self.index, methods=["GET"]),
            Route(f"{DASHBOARD}/tickets", self.ticket, methods=["POST"]),
            Route(f"{DASHBOARD}/{{name:path}}", self.file, methods=["GET"]),
            WebSocketRoute(f"{SOCKETS}{{ticket:str}}", self.socket),
        ]

    @property
    def paths(self) -> frozenset[str]:
        """What answers without a token."""
        return frozenset({DASHBOARD, *(f"{DASHBOARD}/{name}" for name in self._files)})

    async def index(self, _: Request) -> Response:
        return self._answer("terminal.html")

    async def file(self, request: Request) -> Response:
        return self._answer(request.path_params["name"])

    async def ticket(self, request: Request) -> Response:
        order = await body_of(request, TicketOrder)
        if not re.fullmatch(r"[0-9A-Za-z-]{16,64}", order.visitor):
            raise RefusedError("BAD_REQUEST", "a visitor is 16 to 64 letters and digits")
        return answered(Ticket(self._visits.ticket(order.visitor)), 201)

    async def socket(self, socket: WebSocket) -> None:
        visitor = self._visits.visitor_of(socket.path_params["ticket"])
        if visitor is None:
            await socket.close(REFUSED)
            return
        await socket.accept()
        try:
            visit, mine = await self._visits.attach(visitor, _size(socket))
        except (OSError, RefusedError):
            await socket.close(REFUSED)
            return
        sending = asyncio.create_task(self._send(socket, visit, mine), name="dashboard socket")
        try:
            await _receive(socket, visit, mine)
        finally:
            sending.cancel()
            self._visits.detach(visitor, visit, mine)

    async def _send(self, socket: WebSocket, visit: Visit, mine: int) -> None:
        if mine > 1:
            await socket.send_bytes(SETUP)
        with suppress(WebSocketDisconnect, RuntimeError):
            while data := await visit.process.output(mine):
                await socket.send_bytes(data)
                while visit.addresses:
                    url, new_tab = visit.addresses.pop(0)
                    await socket.send_text(
                        json.dumps(["open_url", {"url": url, "new_tab": new_tab}])
                    )
            await socket.close(ENDED if visit.process.listener == mine else REPLACED)

    def _answer(self, name: str) -> Response:
        content = self._files.get(name)
        if content is None:
            return Response(status_code=404)
        media_type, _ = mimetypes.guess_type(name)
        headers = {"content-security-policy": CONTENT_POLICY, "cache-control": "no-cache"}
        return Response(content, headers=headers, media_type=media_type)


async def _receive(socket: WebSocket, visit: Visit, mine: int) -> None:
    """Pass on what the front end sends: a JSON array with a name, and what belongs to it."""
    with suppress(WebSocketDisconnect):
        async for text in socket.iter_text():
            if visit.process.listener != mine:
                return
            match _decoded(text):
                case ["stdin", str(keys)]:
                    visit.process.type(keys)
                case ["resize", {"width": int(width), "height": int(height)}]:
                    visit.process.resize(_bounded(width, height))
                case ["ping", sent]:
                    await socket.send_text(json.dumps(["pong", sent]))
                case [("focus" | "blur") as name]:
                    visit.process.tell(type=name)


def _decoded(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _size(socket: WebSocket) -> Size:
    def number(name: str, default: int) -> int:
        text = socket.query_params.get(name, "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else default

    return _bounded(number("width", 80), number("height", 24))


def _bounded(width: int, height: int) -> Size:
    return Size(*(max(SMALLEST, min(each, LARGEST)) for each in (width, height)))


def _front_end() -> dict[str, bytes]:
    spec = find_spec("textual_serve")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("textual-serve")
    folder = Path(next(iter(spec.submodule_search_locations))) / "static"
    return {f"static/{name}": (folder / name).read_bytes() for name in STATIC}
