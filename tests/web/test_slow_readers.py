"""A reader that does not read holds up nobody, and gets everything when it reads again."""

import socket

from tests.support.provider import Answer, Provide
from tests.web.client import text_of
from tests.web.conftest import Serve


def test_a_reader_that_stops_holds_up_neither_the_run_nor_others(
    serve: Serve, provide: Provide
) -> None:
    deltas = [f"word{number:05} " for number in range(6_000)]
    service = serve(provider=provide(Answer(deltas=deltas), Answer("short")))
    client = service.client()
    session = client.new_session()
    host, _, port = service.url.removeprefix("http://").partition(":")
    slow = socket.socket()
    # So small that the service cannot send all of it ahead.
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    with slow:
        slow.connect((host, int(port)))
        slow.sendall(
            f"GET /sessions/{session}/events HTTP/1.0\r\nhost: {host}:{port}\r\n"
            f"authorization: Bearer {service.token}\r\n\r\n".encode()
        )
        assert text_of(client.say(session, "tell")) == "".join(deltas)
        assert text_of(client.say(session, "more")) == "short"
        slow.settimeout(60)
        got = b""
        while got.count(b'"status":"idle"') < 2:
            got += slow.recv(1 << 16)
    assert got.count(b'"final_response"') == 2
    assert b"word05999" in got
