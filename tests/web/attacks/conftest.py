"""One service that all attacks of a file are made on, and a conversation that must survive each."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from typing import Any

import pytest

from tests.support.patience import PATIENCE
from tests.support.provider import Answer, Gate, Provider, RequestRecord, Step, ToolCall
from tests.support.warm import WarmWorkers
from tests.web.client import Client, text_of
from tests.web.conftest import KEY, Service, serving

TOKEN = "a-token-of-my-own-0123456789"
ESCAPES = "\x1b]0;evil\x07\x1b[2J\x00<script>alert(1)</script>\u202e"


class Target:
    """The service under attack."""

    def __init__(self, service: Service, provider: Provider, held: Gate) -> None:
        self.service = service
        self.provider = provider
        self.held = held
        """Closed while a run that was told to ``wait`` must not end."""
        self.client = service.client()
        self.http = self.client.http
        self.host = service.url.removeprefix("http://")
        self._before = self.client.new_session()
        self._items = count(1, 2)
        self.check()

    def check(self) -> None:
        """The conversation from before the attack continues, with its whole history."""
        told = self.client.say(self._before, "are you there?")
        assert text_of(told) == f"{next(self._items)} items"
        assert self.http.get("/healthz").json()["status"] == "ok"

    def raw(self, request: bytes) -> bytes:
        """Send bytes, and read to the end of the connection."""
        with self.connection() as connection:
            with suppress(ConnectionError):
                connection.sendall(request)
            return read_to_end(connection)

    def connection(self) -> socket.socket:
        host, _, port = self.host.partition(":")
        return socket.create_connection((host, int(port)), timeout=PATIENCE)

    def head(self, line: str, *headers: str) -> bytes:
        """A request's head, with the right host and token. The connection ends with the answer."""
        if not any(header.startswith("connection:") for header in headers):
            headers = ("connection: close", *headers)
        lines = (line, f"host: {self.host}", f"authorization: Bearer {TOKEN}", *headers, "", "")
        return "\r\n".join(lines).encode("latin-1")


def read_to_end(connection: socket.socket) -> bytes:
    answer = b""
    with suppress(ConnectionError):
        while piece := connection.recv(1 << 16):
            answer += piece
    return answer


def refusal(answer: Any) -> tuple[int, str]:
    """Status and code of an answer, which must have a message too, and nothing that is secret."""
    error = answer.json()["error"]
    assert error["message"]
    assert_clean(answer.text)
    return answer.status_code, error["code"]


def assert_clean(text: str) -> None:
    for secret in (TOKEN, KEY, "Traceback", 'File "', "site-packages", "/tui/"):
        assert secret not in text, secret


def answering(held: Gate) -> Any:
    def route(request: RequestRecord) -> Step:
        said = request.last_user_text
        if said == "launch" and not request.tool_outputs:
            return Answer(tool_calls=[ToolCall("launch", {"target": "it"})])
        if said == "wait":
            return Answer(deltas=["Once", " upon"], gates={1: held})
        if said == "escape":
            return Answer(deltas=["a ", ESCAPES, " z"])
        return Answer(f"{len(request.items)} items")

    return route


@pytest.fixture(scope="module")
def _target(
    tmp_path_factory: pytest.TempPathFactory, warm_workers: WarmWorkers
) -> Iterator[Target]:
    folder, held = tmp_path_factory.mktemp("attacked"), Gate()
    with (
        Provider(route=answering(held)) as provider,
        serving(folder, warm_workers) as serve,
    ):
        # Whatever is logged beside requests is a fault.
        options = ("--token", TOKEN, "--quiet", "--rate", "100000", "--workers", "1")
        service = serve(*options, provider=provider)
        yield Target(service, provider, held)
        held.open()
        assert service.end() == 143
        assert_clean(service.stderr_to_its_end())


@pytest.fixture
def target(_target: Target) -> Iterator[Target]:
    yield _target
    _target.check()


@pytest.fixture
def client(target: Target) -> Client:
    return target.client
