"""Attacks on the protocol: sizes, speed, framing, paths, methods, headers."""

import socket
import time
from contextlib import suppress

import pytest

from tests.support.patience import PATIENCE
from tests.web.attacks.conftest import TOKEN, Target, read_to_end, refusal
from tui.web.http_protocol import SLOWEST_HEAD

MUCH = 10 * 1024**2 + 1


def status_of(answer: bytes) -> int:
    """Of an error in the service's own words."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b'{"error":{"code":"' in body, answer[:300]
    return int(head.split()[1])


@pytest.mark.parametrize("path", ["/sessions", "/agui", "/sessions/x/approvals/y"])
@pytest.mark.parametrize("how", ["declared", "chunked", "lied about"])
def test_a_body_that_is_too_large(target: Target, path: str, how: str) -> None:
    """It is refused before it arrives, and a client that keeps sending is disconnected."""
    size = {"declared": f"content-length: {MUCH}", "chunked": "transfer-encoding: chunked"}
    header = size.get(how, "content-length: 99999999999999999999999999")
    with target.connection() as connection:
        connection.sendall(target.head(f"POST {path} HTTP/1.1", header))
        if how == "chunked":
            piece = b"%x\r\n%b\r\n" % (1 << 20, b" " * (1 << 20))
            with suppress(ConnectionError):
                for _ in range(11):
                    connection.sendall(piece)
        answer = connection.recv(1 << 16)
        while b"\r\n\r\n" not in answer or b"}" not in answer.partition(b"\r\n\r\n")[2]:
            answer += connection.recv(1 << 16)
        assert status_of(answer) == (400 if how == "lied about" else 413)


def test_a_body_that_goes_on_after_it_was_refused(target: Target) -> None:
    with target.connection() as connection:
        connection.sendall(target.head("POST /nothing HTTP/1.1", f"content-length: {MUCH}"))
        answer = connection.recv(1 << 16)
        assert answer.startswith(b"HTTP/1.1 404 ")
        began = time.monotonic()
        with suppress(ConnectionError):
            while time.monotonic() - began < PATIENCE:
                connection.sendall(b" ")
                time.sleep(0.2)
            pytest.fail("it was read for ever")


def test_a_body_that_does_not_come(target: Target) -> None:
    session = target.client.new_session()
    head = target.head(f"POST /sessions/{session}/messages HTTP/1.1", "content-length: 100")
    with target.connection() as connection:
        connection.sendall(head + b'{"message": "')
        answer = read_to_end(connection)
    assert status_of(answer) == 408
    assert b"too long" in answer
    assert target.client.session(session)["message_count"] == 0


def test_a_stream_after_a_body_that_came_when_it_was_refused(target: Target) -> None:
    session = target.client.new_session()
    with target.connection() as connection:
        refused = f"POST /sessions HTTP/1.1\r\nhost: {target.host}\r\ncontent-length: 5\r\n\r\n"
        connection.sendall(refused.encode())
        assert b" 401 " in connection.recv(1 << 16)
        connection.sendall(
            b"12345"
            + target.head(f"GET /sessions/{session}/events HTTP/1.1", "connection: keep-alive")
        )
        ends = time.monotonic() + SLOWEST_HEAD + 2
        while (left := ends - time.monotonic()) > 0:
            connection.settimeout(left)
            with suppress(TimeoutError):
                assert connection.recv(1 << 16), "the stream was cut"


def test_heads_that_do_not_come(target: Target) -> None:
    """Many at once: others are served, and each of these is closed."""
    slow = [target.connection() for _ in range(100)]
    for connection in slow:
        connection.sendall(b"GET /sessions HTTP/1.1\r\nhost: ")
    target.check()
    for connection in slow:
        with connection:
            assert status_of(read_to_end(connection)) == 408


HIDDEN = b"DELETE /sessions HTTP/1.1\r\nhost: x\r\n\r\n"


@pytest.mark.parametrize(
    "headers",
    [
        ("content-length: 5", "transfer-encoding: chunked"),
        ("transfer-encoding: chunked", "transfer-encoding: identity"),
        ("transfer-encoding: xchunked",),
        ("transfer-encoding: chunked, identity",),
        ("transfer-encoding : chunked",),
        ("content-length: 5", "content-length: 6"),
        ("content-length: +5",),
        ("content-length: 0x5",),
        ("content-length: -1",),
        ("content-length: 5 5",),
    ],
    ids=" and ".join,
)
def test_a_request_hidden_in_another(target: Target, headers: tuple[str, ...]) -> None:
    """At most one answer, an error, and the connection ends with it."""
    kept = "connection: keep-alive"
    answer = target.raw(
        target.head("POST /sessions HTTP/1.1", kept, *headers) + b"0\r\n\r\n" + HIDDEN
    )
    assert answer.count(b"HTTP/1.1 ") == 1, answer
    assert status_of(answer) in {400, 501}


def test_a_chunk_that_is_none(target: Target) -> None:
    head = target.head("POST /sessions HTTP/1.1", "transfer-encoding: chunked")
    answer = target.raw(head + b"zz\r\n{}\r\n0\r\n\r\n")
    assert answer.count(b"HTTP/1.1 ") <= 1
    assert b" 201 " not in answer


@pytest.mark.parametrize(
    "path",
    [
        "/../../../../etc/passwd",
        "/page/../../serving.py",
        "/page/%2e%2e/__init__.py",
        "/page/%2e%2e%2f__init__.py",
        "/page/__init__.py",
        "/page/%00",
        "/page/index.html%00.js",
        "/sessions/%2e%2e",
        "/sessions/%00",
        "/sessions/%ff%fe",
        "/sessions/" + "a" * 50_000,
        "/sessions/" + "%41" * 10_000,
        "//evil.example/",
        "//evil.example/sessions/",
        "/sessions/x/events/../../../healthz",
        "/agui/",
        "http://evil.example/sessions",
        "*",
    ],
    ids=lambda path: path[:40],
)
def test_a_path_that_leads_elsewhere(target: Target, path: str) -> None:
    answer = target.raw(target.head(f"GET {path} HTTP/1.1"))
    assert b"evil" not in answer.partition(b"\r\n\r\n")[0]
    assert b"\r\nset-cookie" not in answer
    if answer.startswith(b"HTTP/1.1 307 "):
        assert f"location: http://{target.host}/".encode() in answer
    else:
        assert status_of(answer) == 404


@pytest.mark.parametrize("method", ["PUT", "TRACE", "CONNECT", "get", "DELETE", "G" * 9_000])
def test_a_method_that_is_none_of_the_path(target: Target, method: str) -> None:
    for path in ("/sessions", "/agui", "/healthz", "/"):
        head = target.head(f"{method} {path} HTTP/1.1", "x-http-method-override: GET")
        answer = target.raw(head)
        assert status_of(answer) == 405
        assert TOKEN.encode() not in answer


def test_a_head_of_a_stream_does_not_follow_it(target: Target) -> None:
    session = target.client.new_session()
    answer = target.raw(target.head(f"HEAD /sessions/{session}/events HTTP/1.1"))
    assert answer.startswith(b"HTTP/1.1 405 "), answer
    assert target.http.head("/healthz").status_code == 200


@pytest.mark.parametrize(
    "text",
    ["1\r\nset-cookie: a=b", "1\n\nevent: evil\ndata: {}", "-1", "1.5.7", "9" * 5_000, "\u0661",
     "1e3", "0x1", "NaN", "../1", "'; drop table events; --"],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_a_last_event_id_that_is_none(target: Target, text: str) -> None:
    session = target.client.new_session()
    for method, name in (("GET", "events"), ("POST", "messages"), ("POST", "retry")):
        path = f"/sessions/{session}/{name}"
        answer = target.http.request(method, path, params={"last_event_id": text})
        assert refusal(answer) == (400, "BAD_REQUEST")
        assert "set-cookie" not in answer.headers
        if "\n" not in text:
            headers = {b"last-event-id": text.encode()}
            answer = target.http.request(method, path, headers=headers)
            assert refusal(answer) == (400, "BAD_REQUEST")
    assert target.client.session(session)["message_count"] == 0


@pytest.mark.parametrize(
    "id_", ["a%0d%0aset-cookie:%20a=b", "%0aevent:%20evil", "%1b%5b2J", "%e2%80%ae", "x%00y"]
)
def test_a_header_in_an_id(target: Target, id_: str) -> None:
    for method, path in (
        ("GET", f"/sessions/{id_}"), ("GET", f"/sessions/{id_}/events"),
        ("DELETE", f"/sessions/{id_}"), ("POST", f"/sessions/{id_}/cancel"),
    ):  # fmt: skip
        answer = target.http.request(method, path)
        assert refusal(answer) == (404, "SESSION_NOT_FOUND")
        assert "set-cookie" not in answer.headers
    raw = target.raw(target.head("GET /sessions HTTP/1.1", "last-event-id: 1\n\nevent: evil"))
    assert b"evil" not in raw


@pytest.mark.parametrize(
    "request_",
    ["GET /sessions", "GET /sessions HTTP/0.9", "GET /sessions HTTP/3.0", "PRI * HTTP/2.0",
     "GET  /sessions HTTP/1.1", "GET /ses sions HTTP/1.1", "\x16\x03\x01\x02\x00\x01"],
)  # fmt: skip
def test_what_is_no_http_1(target: Target, request_: str) -> None:
    assert status_of(target.raw(target.head(request_))) == 400


def test_http_1_0(target: Target) -> None:
    answer = target.raw(target.head("GET /sessions HTTP/1.0"))
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert status_of(target.raw(b"GET /sessions HTTP/1.0\r\n\r\n")) == 403
    kept = target.raw(target.head("GET /sessions HTTP/1.0", "connection: keep-alive") * 2)
    assert kept.count(b"HTTP/1.1 ") in {1, 2}


@pytest.mark.parametrize("protocol", ["websocket", "h2c"])
def test_an_upgrade(target: Target, protocol: str) -> None:
    head = target.head(
        "GET /agui HTTP/1.1", "connection: upgrade", f"upgrade: {protocol}",
        "sec-websocket-version: 13", "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
    )  # fmt: skip
    assert b" 101 " not in target.raw(head)


def test_many_headers_and_many_requests_at_once(target: Target) -> None:
    many = target.head("GET /sessions HTTP/1.1", *(f"x-{n}: y" for n in range(20_000)))
    assert status_of(target.raw(many)) == 400
    one = target.head("GET /healthz HTTP/1.1", "connection: keep-alive")
    last = target.head("GET /healthz HTTP/1.1")
    answer = target.raw(one * 499 + last)
    assert answer.count(b"HTTP/1.1 200 OK") == 500


def test_a_compressed_body(target: Target) -> None:
    headers = {"content-encoding": "gzip"}
    answer = target.http.post("/sessions", content=b"\x1f\x8b\x08" + b"\0" * 99, headers=headers)
    assert refusal(answer) == (400, "BAD_REQUEST")


def test_a_client_that_goes_at_once(target: Target) -> None:
    session = target.client.new_session()
    body = b'{"message": "hello"}'
    head = target.head(
        f"POST /sessions/{session}/messages HTTP/1.1", f"content-length: {len(body)}"
    )
    for sent in (head, head + body[:5], b"POST"):
        with target.connection() as connection:
            connection.sendall(sent)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    assert target.client.session(session)["message_count"] == 0
