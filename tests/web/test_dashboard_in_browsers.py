"""``streamtui serve --dashboard``: the socket between a browser and a dashboard's process."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pyte
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.sync.connection import Connection

from tests.support.patience import PATIENCE
from tests.support.provider import Answer, Gate, Provide
from tests.web.conftest import Serve, Service

VISITOR = "0123456789abcdef0123456789abcdef"
SIZE = (100, 30)


class Screen:
    """A terminal that a browser would show."""

    def __init__(self, socket: Connection) -> None:
        self.socket = socket
        self._screen = pyte.Screen(*SIZE)
        self._stream = pyte.ByteStream(self._screen)
        self.got = b""

    @property
    def text(self) -> str:
        return "\n".join(self._screen.display)

    def see(self, text: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while text not in self.text:
            try:
                data = self.socket.recv(timeout=deadline - time.monotonic())
            except TimeoutError:
                raise AssertionError(f"no {text!r} in\n{self.text}") from None
            if isinstance(data, bytes):
                self._stream.feed(data)
                self.got += data

    def see_end(self) -> None:
        """The socket is closed by the service."""
        with suppress(ConnectionClosed):
            while True:
                self.socket.recv(timeout=PATIENCE)

    def type(self, text: str) -> None:
        self.socket.send(json.dumps(["stdin", text]))


def ticket_of(service: Service, visitor: str = VISITOR) -> str:
    answer = service.client().http.post("/dashboard/tickets", json={"visitor": visitor})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["ticket"])


def address_of(service: Service, ticket: str) -> str:
    width, height = SIZE
    base = service.url.replace("http://", "ws://")
    return f"{base}/dashboard/socket/{ticket}?width={width}&height={height}"


@contextmanager
def visiting(service: Service, visitor: str = VISITOR) -> Iterator[Screen]:
    address = address_of(service, ticket_of(service, visitor))
    with connect(address, origin=service.url, max_size=None) as socket:  # type: ignore[arg-type]
        yield Screen(socket)


def test_the_dashboard_is_shown_and_takes_keys(serve: Serve, provide: Provide) -> None:
    service = serve("--dashboard", provider=provide(Answer("It is sunny.")))
    with visiting(service) as it:
        it.see("Tester")
        it.type("weather?\r")
        it.see("It is sunny.")


def test_a_browser_is_not_asked_what_it_would_answer_with_keys(
    serve: Serve, provide: Provide
) -> None:
    service = serve("--dashboard", provider=provide(Answer("It is sunny.")))
    with visiting(service) as it:
        it.see("idle")
        it.type("weather?\r")
        it.see("It is sunny.")
        assert b"\x1b]11;" not in it.got


def test_a_reload_finds_the_same_dashboard_while_an_answer_streams(
    serve: Serve, provide: Provide
) -> None:
    gate = Gate()
    provider = provide(Answer(deltas=["first ", "second"], gates={1: gate}))
    service = serve("--dashboard", provider=provider)
    with visiting(service) as it:
        it.see("Tester")
        it.type("go\r")
        it.see("first")
    with visiting(service) as again:
        again.see("first")
        gate.open()
        again.see("first second")
    assert len(provider.requests) == 1


def test_another_tab_with_the_same_name_takes_over(serve: Serve) -> None:
    service = serve("--dashboard")
    with visiting(service) as it:
        it.see("Tester")
        with visiting(service) as other:
            other.see("Tester")
            it.see_end()


def test_after_its_end_the_same_visitor_gets_the_same_session(
    serve: Serve, provide: Provide
) -> None:
    service = serve("--dashboard", provider=provide(Answer("remember me")))
    with visiting(service) as it:
        it.see("Tester")
        it.type("hello\r")
        it.see("remember me")
        it.see("idle")
        it.type("/quit\r")
        it.see_end()
    with visiting(service) as again:
        again.see("remember me")


def test_there_are_no_more_dashboards_than_allowed(serve: Serve) -> None:
    service = serve("--dashboard", "--visitors", "1")
    with visiting(service) as it:
        it.see("Tester")
        other = {"visitor": "fedcba9876543210fedcba9876543210"}
        answer = service.client().http.post("/dashboard/tickets", json=other)
        assert answer.status_code == 503
        assert "--visitors" in answer.json()["error"]["message"]


def test_a_socket_needs_a_ticket_and_a_page_of_the_service(serve: Serve) -> None:
    service = serve("--dashboard")
    with pytest.raises(InvalidStatus):
        connect(address_of(service, "wrong"), origin=service.url).close()  # type: ignore[arg-type]
    ticket = ticket_of(service)
    with pytest.raises(InvalidStatus):
        connect(address_of(service, ticket), origin="http://evil.example").close()  # type: ignore[arg-type]
    with connect(address_of(service, ticket), origin=service.url):  # type: ignore[arg-type]
        pass
    with pytest.raises(InvalidStatus):
        connect(address_of(service, ticket), origin=service.url).close()  # type: ignore[arg-type]


def test_tickets_need_the_token(serve: Serve) -> None:
    service = serve("--dashboard")
    client = service.client(token=None)
    assert client.http.post("/dashboard/tickets", json={"visitor": VISITOR}).status_code == 401
    assert client.http.get("/dashboard").status_code == 200
    assert client.http.get("/dashboard/static/js/textual.js").status_code == 200
    assert client.http.get("/dashboard/static/../../server.py").status_code in {401, 404}


def test_dashboards_end_with_the_service(serve: Serve) -> None:
    service = serve("--dashboard")
    with visiting(service) as it:
        it.see("Tester")
        children = children_of(service.process.pid)
        assert service.end() == 143
    for pid in children:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_without_the_option_there_is_no_dashboard(serve: Serve) -> None:
    assert serve().client().http.get("/dashboard").status_code == 404


def children_of(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:  # noqa: PTH123
        return [int(word) for word in file.read().split()]
