"""Attacks on sessions: too many of them, answers to what nobody asked, deletions at a bad time."""

import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.support.patience import PATIENCE, wait_until
from tests.support.provider import Answer, Provide, RequestRecord, Step
from tests.web.attacks.conftest import ESCAPES, Target, read_to_end, refusal
from tests.web.client import Client, text_of
from tests.web.conftest import Serve, Service

MANY = 10_000
AT_ONCE = 500
MOST_GROWN = 8.0
"""MB that the service may need for requests that it refuses."""


def memory_of(service: Service) -> float:
    """In MB."""
    status = Path(f"/proc/{service.process.pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


def begin_many(service: Service, count: int) -> list[bytes]:
    """The answers to so many ``POST /sessions``, hundreds of which are sent at once."""
    host, _, port = service.url.removeprefix("http://").partition(":")
    request = (
        f"POST /sessions HTTP/1.1\r\nhost: {host}:{port}\r\ncontent-length: 0\r\n"
        f"authorization: Bearer {service.token}\r\n\r\n"
    ).encode()
    got = b""
    with socket.create_connection((host, int(port)), timeout=PATIENCE) as connection:
        for sent in range(0, count, AT_ONCE):
            connection.sendall(request * AT_ONCE)
            while got.count(b"HTTP/1.1 ") < sent + AT_ONCE or not got.endswith(b"}"):
                piece = connection.recv(1 << 20)
                assert piece
                got += piece
    return got.split(b"HTTP/1.1 ")[1:]


def test_ten_thousand_sessions(serve: Serve, provide: Provide) -> None:
    """They are refused at the limit, cost no memory then, and no other session."""

    def count(request: RequestRecord) -> Step:
        return Answer(f"{len(request.items)} items")

    service = serve("--sessions", "300", "--rate", "1e6", "--quiet", provider=provide(route=count))
    client = service.client()
    old = client.new_session()
    client.say(old, "hello")
    first = begin_many(service, 1_000)
    begun = sum(answer.startswith(b"201") for answer in first)
    assert 200 < begun < 300
    assert text_of(client.say(old, "still there?")) == "3 items"
    memory = memory_of(service)
    answers = begin_many(service, MANY)
    assert len(answers) == MANY
    assert {answer[:3] for answer in answers} == {b"503"}
    assert all(b'"code":"TOO_MANY_SESSIONS"' in answer for answer in answers)
    assert all(b"retry-after: 600" in answer for answer in answers)
    assert b"delete some" in answers[0]
    assert memory_of(service) - memory < MOST_GROWN
    assert client.http.get("/healthz").json()["sessions"] == begun + 1
    assert text_of(client.say(old, "and now?")) == "5 items"
    empty = client.http.get("/sessions").json()["sessions"][-1]["id"]
    assert empty != old
    assert client.http.delete(f"/sessions/{empty}").status_code == 204
    assert client.http.post("/sessions").status_code == 201


def running_session(target: Target) -> tuple[str, threading.Thread, list[Any]]:
    """A session that streams an answer that does not end, its reader, and what that has got."""
    session, got = target.client.new_session(), list[Any]()

    def read() -> None:
        client = target.service.client()
        with client.saying(session, "wait") as told:
            got.extend(iter(lambda: next(told, None), None))

    reader = threading.Thread(target=read)
    reader.start()
    wait_until(lambda: target.client.session(session)["status"] == "running", "it runs")
    return session, reader, got


def test_a_session_is_deleted_while_it_runs(target: Target) -> None:
    """Its run is cancelled, its reader is sent away, and nothing of it is left."""
    session, reader, got = running_session(target)
    assert target.http.delete(f"/sessions/{session}").status_code == 204
    reader.join(PATIENCE)
    assert not reader.is_alive()
    assert got
    assert refusal(target.http.get(f"/sessions/{session}")) == (404, "SESSION_NOT_FOUND")
    assert session not in target.http.get("/sessions").text
    asked = target.provider.requests[-1]
    target.provider.wait_until(lambda: asked.client_closed_at is not None)


def test_a_session_is_deleted_by_many_at_once(target: Target) -> None:
    session = target.client.new_session()
    target.client.say(session, "hello")
    clients = [target.service.client() for _ in range(8)]

    def delete(client: Client) -> tuple[int, int]:
        shown = client.http.get(f"/sessions/{session}").status_code
        return shown, client.http.delete(f"/sessions/{session}").status_code

    with ThreadPoolExecutor(len(clients)) as pool:
        answers = list(pool.map(delete, clients))
    assert {code for pair in answers for code in pair} <= {200, 204, 404}, answers
    assert 204 in {deleted for _, deleted in answers}
    assert refusal(target.http.get(f"/sessions/{session}")) == (404, "SESSION_NOT_FOUND")


@pytest.mark.parametrize("what", ["messages", "retry", "cancel", "approvals/x"])
def test_a_request_whose_body_comes_after_its_session_was_deleted(
    target: Target, what: str
) -> None:
    """It is refused: nothing is sent to the model, and the session does not come back."""
    session = target.client.new_session()
    target.client.say(session, "hello")
    asked, body = len(target.provider.requests), b'{"message": "still here?"}'
    if what != "messages":
        body = b'{"approve": true}' if "approvals" in what else b"{}"
    head = target.head(f"POST /sessions/{session}/{what} HTTP/1.1", f"content-length: {len(body)}")
    with target.connection() as connection:
        connection.sendall(head + body[:1])
        wait_until(lambda: target.http.get("/healthz").status_code == 200, "the head was read")
        assert target.http.delete(f"/sessions/{session}").status_code == 204
        connection.sendall(body[1:])
        answer = read_to_end(connection)
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert b"SESSION_NOT_FOUND" in answer
    assert len(target.provider.requests) == asked
    assert session not in target.http.get("/sessions").text


def waiting_call(client: Client, told: Any) -> str:
    """Read until a tool call waits for an approval; its id."""
    return next(str(one.data["call"]) for one in told if one.event == "approval_required")


def test_an_approval_that_is_not_ones_own(target: Target) -> None:
    """It answers nothing: not with another session's id, not with any other call's."""
    client, other = target.client, target.service.client()
    own, foreign = client.new_session(), client.new_session()
    with client.saying(own, "launch") as told:
        call = waiting_call(client, told)
        for session, given in (
            (foreign, call), (own, "none"), (own, call + "x"), (own, "../" + call), (own, "%00"),
        ):  # fmt: skip
            path = f"/sessions/{session}/approvals/{given}"
            answer = other.http.post(path, json={"approve": True})
            assert answer.status_code == 404, (session, given)
            assert refusal(answer)[1] in {"CALL_NOT_FOUND", "NOT_FOUND"}
        assert other.session(own)["waiting"] == [call]
        path = f"/sessions/{own}/approvals/{call}"
        for body in ({}, {"approve": "yes"}, {"approve": None}, {"approve": True, "as": "root"}):
            assert refusal(other.http.post(path, json=body)) == (400, "BAD_REQUEST")
        assert other.session(own)["waiting"] == [call]
        assert other.http.post(path, json={"approve": False}).status_code == 204
        rest = list(told)
    assert next(one.data["outcome"] for one in rest if one.event == "tool_complete") == "rejected"
    assert refusal(other.http.post(path, json={"approve": True})) == (404, "CALL_NOT_FOUND")
    assert target.client.session(foreign)["message_count"] == 0


def test_an_approval_of_a_run_that_was_cancelled(target: Target) -> None:
    client, other = target.client, target.service.client()
    session = client.new_session()
    with client.saying(session, "launch") as told:
        call = waiting_call(client, told)
        assert other.http.post(f"/sessions/{session}/cancel").json() == {"cancelling": True}
        rest = list(told)
    assert rest[-1].data["status"] == "idle"
    answer = other.http.post(f"/sessions/{session}/approvals/{call}", json={"approve": True})
    assert refusal(answer) == (404, "CALL_NOT_FOUND")
    assert "launched" not in str([one.data for one in client.events(session)])


def test_requests_beside_a_run(target: Target) -> None:
    """A second message, a retry and a hundred cancels: one run, one end."""
    session, reader, got = running_session(target)
    message = {"message": "me first"}
    for path, body in (("messages", message), ("retry", {"confirm": True})):
        answer = target.http.post(f"/sessions/{session}/{path}", json=body)
        assert refusal(answer) == (409, "BUSY")
    for _ in range(100):
        assert target.http.post(f"/sessions/{session}/cancel").status_code == 202
    reader.join(PATIENCE)
    assert [one.data["status"] for one in got if one.event == "session_update"][-1] == "idle"
    assert sum(one.event == "response_complete" for one in got) == 1


def test_terminal_escapes_and_scripts_are_text(target: Target) -> None:
    """What a terminal or a browser would act on is shown, and the model gets what was sent."""
    session = target.client.new_session()
    told = target.client.say(session, "escape")
    told += target.client.say(session, ESCAPES)
    assert "<script>alert(1)</script>" in text_of(told)
    asked = target.provider.requests[-1]
    # Servers refuse NUL.
    assert asked.last_user_text == ESCAPES.replace("\0", "\ufffd")
    shown = target.http.get(f"/sessions/{session}"), target.http.get("/sessions")
    events = target.http.get(f"/sessions/{session}/events?until=now")
    for answer in (*shown, events):
        assert not set(answer.content) & (set(range(32)) - set(b"\n"))
        assert "\u202e" not in answer.text
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "html" not in answer.headers["content-type"]
    assert "\u241b]0;evil" in events.text
    # What a client wants to know again, it gets as it gave it.
    kept = target.client.new_session(user_context={ESCAPES[:4]: ESCAPES})
    assert target.client.session(kept)["user_context"] == {ESCAPES[:4]: ESCAPES}
