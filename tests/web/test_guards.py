"""Who may ask, how much, and how often; what no answer and no log holds."""

import json
import socket
from contextlib import suppress
from typing import Any

import pytest

from tests.support.provider import Answer, Provide, RequestRecord, Step, ToolCall
from tests.web.conftest import KEY, Serve, Service

OWN_TOKEN = "a-token-of-my-own-0123456789"
PATHS = (
    ("POST", "/sessions"), ("GET", "/sessions"), ("GET", "/sessions/x"), ("DELETE", "/sessions/x"),
    ("POST", "/sessions/x/messages"), ("GET", "/sessions/x/events"), ("POST", "/sessions/x/retry"),
    ("POST", "/sessions/x/undo-retry"),
    ("POST", "/sessions/x/cancel"), ("POST", "/sessions/x/approvals/y"),
)  # fmt: skip


def code_of(answer: Any) -> str:
    return str(answer.json()["error"]["code"])


def raw(service: Service, request: bytes) -> bytes:
    """Send bytes; the whole answer."""
    host, _, port = service.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        with suppress(ConnectionResetError):
            while piece := connection.recv(1 << 16):
                answer += piece
    return answer


def test_nothing_of_a_session_without_the_token(serve: Serve) -> None:
    service = serve()
    assert len(service.token) >= 32
    for token in (None, "x", service.token[:-1], service.token + "x", "\u00e9" * 40):
        client = service.client(token=None)
        if token is not None:
            client.http.headers["authorization"] = f"Bearer {token}"
        for method, path in PATHS:
            answer = client.http.request(method, path)
            assert (answer.status_code, code_of(answer)) == (401, "UNAUTHORIZED")
            assert answer.headers["www-authenticate"] == "Bearer"
    assert service.client().http.get("/sessions").status_code == 200


def test_each_start_has_a_token_of_its_own_unless_one_is_given(serve: Serve) -> None:
    assert serve().token != serve().token
    assert serve("--token", OWN_TOKEN).token == OWN_TOKEN
    service = serve("--no-token")
    assert service.token is None
    assert service.client().http.get("/sessions").status_code == 200


def test_foreign_hosts_and_origins_are_refused(serve: Serve) -> None:
    service = serve("--allow-origin", "https://app.example", "--allow-host", "box.example")
    http = service.client().http
    for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", ""):
        answer = http.get("/sessions", headers={"host": host})
        assert answer.status_code in {400, 403}, host
    port = service.url.rpartition(":")[2]
    for host in (f"localhost:{port}", "127.0.0.1", "box.example", "[::1]:80"):
        assert http.get("/sessions", headers={"host": host}).status_code == 200, host
    for origin in ("https://evil.example", "null", f"http://localhost:{port}", "file://"):
        answer = http.get("/sessions", headers={"origin": origin})
        assert (answer.status_code, code_of(answer)) == (403, "FORBIDDEN"), origin
        assert "access-control-allow-origin" not in answer.headers
    own = http.get("/sessions", headers={"origin": service.url})
    assert own.status_code == 200
    assert "access-control-allow-origin" not in own.headers
    named = http.get("/sessions", headers={"origin": "https://app.example"})
    assert named.headers["access-control-allow-origin"] == "https://app.example"
    asked = service.client(token=None).http.options(
        "/sessions",
        headers={"origin": "https://app.example", "access-control-request-method": "POST"},
    )
    assert asked.status_code == 204
    assert "POST" in asked.headers["access-control-allow-methods"]


def test_every_answer_has_the_headers_of_security(serve: Serve) -> None:
    service = serve()
    http = service.client().http
    answers = [http.get("/healthz"), http.get("/sessions"), http.get("/nothing"),
               service.client(token=None).http.get("/sessions")]  # fmt: skip
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "server" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path", "body", "refused"),
    [
        ("POST", "/sessions", b"{", (400, "BAD_REQUEST")),
        ("POST", "/sessions", b"\xff\xfe", (400, "BAD_REQUEST")),
        ("POST", "/sessions", b'{"other": 1}', (400, "BAD_REQUEST")),
        ("POST", "/sessions", b'{"user_context": ' + b"[" * 60_000, (400, "BAD_REQUEST")),
        ("POST", "/sessions", b" " * (10 * 1024**2 + 1), (413, "TOO_LARGE")),
        ("POST", "/sessions/x/messages", b'{"message": "hi"}', (404, "SESSION_NOT_FOUND")),
        ("GET", "/sessions/..%2f..%2fetc", b"", (404, "NOT_FOUND")),
        ("GET", "/sessions/%00", b"", (404, "SESSION_NOT_FOUND")),
        ("GET", "/sessions/' OR 1=1 --", b"", (404, "SESSION_NOT_FOUND")),
        ("GET", "/nothing", b"", (404, "NOT_FOUND")),
        ("PUT", "/sessions", b"", (405, "METHOD_NOT_ALLOWED")),
    ],
)
def test_bad_input_gets_a_clear_error(
    serve: Serve, method: str, path: str, body: bytes, refused: tuple[int, str]
) -> None:
    answer = serve().client().http.request(method, path, content=body)
    assert (answer.status_code, code_of(answer)) == refused
    assert answer.json()["error"]["message"]


def test_an_empty_message_is_refused(serve: Serve) -> None:
    client = serve().client()
    session = client.new_session()
    for body in ({}, {"message": ""}, {"message": 1}, {"message": "x", "more": 1}):
        answer = client.http.post(f"/sessions/{session}/messages", json=body)
        assert (answer.status_code, code_of(answer)) == (400, "BAD_REQUEST"), body


def test_too_many_requests_and_sessions_are_refused(serve: Serve) -> None:
    client = serve("--rate", "1").client()
    answers = [client.http.get("/sessions") for _ in range(12)]
    refused = [one for one in answers if one.status_code == 429]
    assert refused
    assert all(code_of(one) == "RATE_LIMITED" and one.headers["retry-after"] for one in refused)
    client = serve("--sessions", "3").client()
    answers = [client.http.post("/sessions") for _ in range(5)]
    # The third place is for a session that is spoken to.
    assert [one.status_code for one in answers] == [201, 201, 503, 503, 503]
    assert code_of(answers[-1]) == "TOO_MANY_SESSIONS"


def test_a_full_service_unloads_who_has_been_idle_longest(serve: Serve, provide: Provide) -> None:
    provider = provide(*(Answer(str(number)) for number in range(4)))
    client = serve("--sessions", "2", provider=provider).client()
    first, second = client.new_session(), ""
    client.say(first, "hi")
    for _ in range(2):
        second = client.new_session()
        client.say(second, "hi")
    lines = client.http.get("/sessions").json()["sessions"]
    assert [line["loaded"] for line in lines] == [True, True, False]
    assert lines[-1]["id"] == first
    assert client.session(first)["message_count"] == 2


def test_sessions_without_a_message_leave_room_for_others(serve: Serve, provide: Provide) -> None:
    client = serve("--sessions", "2", provider=provide(Answer("1"), Answer("2"))).client()
    first = client.new_session()
    client.say(first, "hi")
    client.new_session()
    refused = client.http.post("/sessions")
    assert (refused.status_code, code_of(refused)) == (503, "TOO_MANY_SESSIONS")
    assert refused.headers["retry-after"] == "600"
    assert client.say(first, "still there?")[-1].data["status"] == "idle"


def test_requests_that_break_the_protocol_are_refused(serve: Serve) -> None:
    service = serve()
    host = service.url.removeprefix("http://").encode()
    token = f"authorization: Bearer {service.token}\r\n".encode()
    two_hosts = b"GET /sessions HTTP/1.1\r\nhost: %b\r\nhost: evil\r\n%b\r\n" % (host, token)
    assert b" 400 " in raw(service, two_hosts) or b" 403 " in raw(service, two_hosts)
    for request in (
        b"GET /sessions HTTP/1.1\r\n%b\r\n" % token,
        b"GET /a b HTTP/1.1\r\nhost: %b\r\n\r\n" % host,
        b"POST /sessions HTTP/1.1\r\nhost: %b\r\n%bcontent-length: 5\r\n"
        b"transfer-encoding: chunked\r\n\r\n0\r\n\r\n" % (host, token),
        b"GET /x HTTP/1.1\r\nhost: %b\r\nx: %b\r\n\r\n" % (host, b"a" * 200_000),
        b"\x16\x03\x01\x02\x00\x01\x00\x01",
    ):
        answer = raw(service, request)
        assert answer.split(b" ")[1:2] not in ([b"200"], [b"500"]), request[:60]
    assert service.client().http.get("/sessions").status_code == 200


def test_no_key_path_or_traceback_in_an_answer_or_a_log(serve: Serve, provide: Provide) -> None:
    code = f"""
from agents import Agent, function_tool
@function_tool
def leak() -> str:
    return "{KEY}"
@function_tool(failure_error_function=None)
def fail() -> str:
    raise RuntimeError("cannot open /home/ann/secret/file.txt with {KEY}")
agent = Agent(name="Leaky", tools=[leak, fail])
"""

    def route(request: RequestRecord) -> Step:
        if request.last_user_text == "fail":
            return Answer(tool_calls=[ToolCall("fail", {})])
        if not request.tool_outputs:
            return Answer(tool_calls=[ToolCall("leak", {})])
        return Answer(f"It is {KEY}, my-secret-word.")

    service = serve(agent=code, provider=provide(route=route))
    client = service.client()
    session = client.new_session(user_context={"key": KEY})
    client.say(session, f"my-secret-prompt {KEY}")
    client.say(session, "fail")
    client.http.get("/sessions", params={"q": "my-secret-query"})
    seen = json.dumps([
        client.session(session), [one.data for one in client.events(session)],
        client.http.get("/sessions").json(), client.http.get("/healthz").json(),
    ])  # fmt: skip
    for secret in (KEY, service.token, "Traceback", "/home/ann"):
        assert secret not in seen, secret
    assert "cannot open file.txt" in seen
    service.end()
    log = service.stderr_to_its_end()
    assert "POST /sessions/" in log
    for secret in (KEY, service.token, "my-secret", "/home/ann"):
        assert secret not in log, secret


def test_a_slow_head_does_not_hold_a_connection_for_ever(serve: Serve) -> None:
    service = serve()
    host, _, port = service.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        connection.sendall(b"GET /sessions HTTP/1.1\r\nhost: ")
        assert connection.recv(12) == b"HTTP/1.1 408"
