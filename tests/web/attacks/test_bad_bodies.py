"""Bodies that are no JSON, of the wrong shape, or that hold what must not be sent on."""

import base64
import struct
from typing import Any

import pytest

from tests.support.pictures import png
from tests.web.attacks.conftest import Target, assert_clean, refusal

DEEP = 600
BODIES = {
    "no JSON": b"{",
    "two": b"{}{}",
    "a list": b"[]",
    "null": b"null",
    "text": b'"x"',
    "form": b"message=x&user_context=y",
    "NaN": b'{"user_context": {"a": NaN}}',
    "Infinity": b'{"user_context": {"a": -Infinity}}',
    "a huge number": b'{"user_context": {"a": 1e999}}',
    "a lone surrogate": b'{"user_context": {"a": "\\ud800"}}',
    "not UTF-8": b'{"user_context": {"a": "\xff"}}',
    "UTF-16": '{"user_context": {}}'.encode("utf-16"),
    "a raw line break": b'{"user_context": {"a": "\n"}}',
    "a comment": b'{"user_context": {} /* x */}',
    "very deep": b'{"user_context": {"a": ' + b"[" * 60_000,
    "too deep": b'{"user_context": {"a": ' + b"[" * DEEP + b"]" * DEEP + b"}}",
    "a wrong type": b'{"user_context": [1]}',
    "unknown": b'{"user_contxt": {}}',
    "two, the last one wrong": b'{"user_context": {}, "user_context": 1}',
    "a prototype": b'{"__proto__": {"admin": true}}',
}


@pytest.mark.parametrize("name", BODIES)
def test_a_session_from_a_body_that_is_none(target: Target, name: str) -> None:
    before = len(target.http.get("/sessions").json()["sessions"])
    assert refusal(target.http.post("/sessions", content=BODIES[name])) == (400, "BAD_REQUEST")
    assert len(target.http.get("/sessions").json()["sessions"]) == before


def test_a_context_that_is_too_large(target: Target) -> None:
    body = {"user_context": {"a": "x" * 100_000}}
    assert refusal(target.http.post("/sessions", json=body)) == (413, "TOO_LARGE")


def data(picture: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(picture).decode()}"


def header_of(width: int, height: int) -> bytes:
    """The start of a PNG: enough to know its size, as a bomb says it."""
    return png(1, 1)[:16] + struct.pack(">II", width, height) + png(1, 1)[24:]


PICTURES = {
    "an address": ("http://169.254.169.254/latest/meta-data", (400, "BAD_REQUEST")),
    "an https address": ("https://evil.example/x.png", (400, "BAD_REQUEST")),
    "a file": ("file:///etc/passwd", (400, "BAD_REQUEST")),
    "nothing": ("", (400, "BAD_REQUEST")),
    "no data": ("data:", (400, "BAD_REQUEST")),
    "no base64": ("data:image/png;base64,%%%", (400, "BAD_REQUEST")),
    "SVG": (data(b"<svg onload=alert(1)>"), (400, "BAD_REQUEST")),
    "HTML": (data(b"<html><script>alert(1)</script>"), (400, "BAD_REQUEST")),
    "a PDF": (data(b"%PDF-1.7 x"), (400, "BAD_REQUEST")),
    "cut short": (data(png(2, 2)[:18]), (400, "BAD_REQUEST")),
    "of no size": (data(header_of(0, 0)), (400, "BAD_REQUEST")),
    "a bomb": (data(header_of(60_000, 60_000)), (413, "TOO_LARGE")),
    "too large": (data(png(2, 2) + b"\0" * 5 * 1024**2), (413, "TOO_LARGE")),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_that_is_none(target: Target, name: str) -> None:
    address, expected = PICTURES[name]
    session, asked = target.client.new_session(), len(target.provider.requests)
    body = {"message": "look", "images": [data(png(2, 2)), address]}
    assert refusal(target.http.post(f"/sessions/{session}/messages", json=body)) == expected
    assert len(target.provider.requests) == asked


def test_too_many_pictures(target: Target) -> None:
    session = target.client.new_session()
    body = {"message": "look", "images": [data(png(1, 1))] * 9}
    answer = target.http.post(f"/sessions/{session}/messages", json=body)
    assert refusal(answer) == (413, "TOO_LARGE")


@pytest.mark.parametrize(
    "body",
    [{}, {"message": ""}, {"message": None}, {"message": ["x"]},
     {"message": {"$ne": ""}}, {"message": "x", "images": "data:"},
     {"message": "x", "role": "system"},
     {"message": "x", "images": [None]}, {"message": "x", "images": [{"url": "file:///etc"}]}],
    ids=str,
)  # fmt: skip
def test_a_message_that_is_none(target: Target, body: Any) -> None:
    session, asked = target.client.new_session(), len(target.provider.requests)
    answer = target.http.post(f"/sessions/{session}/messages", json=body)
    assert refusal(answer) == (400, "BAD_REQUEST")
    assert len(target.provider.requests) == asked


AGUI: dict[str, Any] = {
    "threadId": "t", "runId": "r", "messages": [{"id": "1", "role": "user", "content": "hi"}],
    "tools": [], "context": [], "state": {}, "forwardedProps": {},
}  # fmt: skip
NOT_AGUI: dict[str, Any] = {
    "empty": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "not UTF-8": b'{"threadId": "\xff"}',
    "NaN": b'{"threadId": "t", "state": NaN}',
    "very deep": b'{"threadId": "t", "state": ' + b"[" * 100_000,
    "no thread": {**AGUI, "threadId": None},
    "a thread that is a path in a list": {**AGUI, "threadId": ["../../etc"]},
    "messages that are text": {**AGUI, "messages": "hi"},
    "an unknown role": {**AGUI, "messages": [{"id": "1", "role": "root", "content": "hi"}]},
    "a message without an id": {**AGUI, "messages": [{"role": "user", "content": "hi"}]},
    "a tool with a path as its name": {
        **AGUI, "tools": [{"name": "../x", "description": "", "parameters": {}}],
    },
    "two tools of one name": {
        **AGUI, "tools": [{"name": "x", "description": "", "parameters": {}}] * 2,
    },
    "a schema that is none": {
        **AGUI, "tools": [{"name": "x", "description": "", "parameters": ["x"]}],
    },
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_AGUI)
def test_agui_input_that_is_none(target: Target, name: str) -> None:
    body = NOT_AGUI[name]
    given = {"content": body} if isinstance(body, bytes) else {"json": body}
    assert refusal(target.http.post("/agui", **given)) == (400, "BAD_REQUEST")


def test_agui_state_that_is_deep(target: Target) -> None:
    deep = b"[" * DEEP + b"]" * DEEP
    body = (
        b'{"threadId": "deep", "runId": "r", "tools": [], "context": [], "forwardedProps": null,'
        b'"messages": [{"id": "1", "role": "user", "content": "hi"}], "state": {"a": '
        + deep
        + b"}}"
    )
    answer = target.http.post("/agui", content=body)
    assert answer.status_code in {200, 400}
    assert "RUN_FINISHED" in answer.text or answer.json()["error"]["code"] == "BAD_REQUEST"
    assert_clean(answer.text)


@pytest.mark.parametrize(
    "thread",
    ["../../../etc/passwd", "\x00", "a\r\nevent: evil\r\n", "' OR 1=1 --", "x" * 100_000, "agui-0",
     "\u202eevil", ""],
    ids=lambda thread: ascii(thread[:12]),
)  # fmt: skip
def test_a_thread_of_agui_reaches_no_other_session(target: Target, thread: str) -> None:
    answer = target.http.post("/agui", json={**AGUI, "threadId": thread})
    assert answer.status_code == 200
    assert "1 items" in answer.text or "items" in answer.text
    assert "\nevent: evil" not in answer.text
    assert_clean(answer.text)


def test_a_session_of_another_dialect_is_no_thread(target: Target) -> None:
    session = target.client.new_session()
    target.client.say(session, "my secret")
    answer = target.http.post("/agui", json={**AGUI, "threadId": session})
    assert answer.status_code == 200
    assert "my secret" not in answer.text
    assert target.client.session(session)["message_count"] == 2


@pytest.mark.parametrize("interrupt", ["r1:none", "../..", "", "\r\nx: y"])
def test_an_answer_to_an_interrupt_that_is_none(target: Target, interrupt: str) -> None:
    resume = [{"interruptId": interrupt, "status": "resolved", "payload": {"approved": True}}]
    answer = target.http.post("/agui", json={**AGUI, "threadId": "x", "resume": resume,
                                             "messages": []})  # fmt: skip
    assert '"RUN_ERROR"' in answer.text
    assert '"INVALID_ANSWER"' in answer.text
    assert_clean(answer.text)
