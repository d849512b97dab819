"""A stream's bytes become the same events as the client makes of them, however they arrive."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai import AsyncOpenAI, _base_client
from openai._streaming import SSEDecoder

from tui.worker.sdk_internals.event_decoding import DECODER, decode_quickly

EVENTS = (
    b'event: response.output_text.delta\ndata: {"delta": "a: b"}\n\n',
    b'data: {"x": 1}\n\n',
    b"data: [DONE]\n\n",
    b"data:  two spaces\n\n",
    b"data:none\n\n",
    b"data\n\n",
    b": ping\n\n",
    b"event: two\ndata: 1\ndata: 2\n\n",
    b"data: 1\nevent: after\n\n",
    b"id: 7\nevent: named\ndata: {}\n\n",
    b"retry: 5\n\n",
    b"\n\n",
    b"event: crlf\r\ndata: {}\r\n\r\n",
    b"event: \xe2\x82\xac\ndata: \xe2\x82\xac\xff"[:-1] + b"\n\n",
    b"event: only\n\n",
    b"data: cut",
    b"data: \xff\n\n",
)


async def events_of(decoder: Any, chunks: list[bytes]) -> list[tuple[object, ...]]:
    """Its events, and the error with which they end."""

    async def arriving() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    found: list[tuple[object, ...]] = []
    try:
        async for event in decoder.aiter_bytes(arriving()):
            found.append((event.event, event.data, event.id, event.retry))  # noqa: PERF401
    except UnicodeDecodeError as error:
        found.append((type(error),))
    return found


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_base_client.BaseClient, DECODER.name, DECODER.get())
    decode_quickly()


def decoder() -> Any:
    return DECODER.get()(AsyncOpenAI(api_key="none"))


@given(st.data())
async def test_any_events_in_any_pieces(data: st.DataObject) -> None:
    events = data.draw(st.lists(st.sampled_from(EVENTS), max_size=6))
    whole = b"".join(events)
    if data.draw(st.booleans()):
        chunks = events
    else:
        cuts = sorted(data.draw(st.sets(st.integers(0, len(whole)), max_size=4)))
        chunks = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert await events_of(decoder(), chunks) == await events_of(SSEDecoder(), chunks)


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [1, 1.5, null, true, "\\u20ac"]}', "NaN", "[1e400]", '"\\ud800"', "-0",
        "123456789012345678901234567890", '{"a": 1, "a": 2}',
    ],
)  # fmt: skip
async def test_json_is_what_the_client_reads(text: str) -> None:
    async def arriving() -> AsyncIterator[bytes]:
        yield b"data: " + text.encode() + b"\n\n"

    (event,) = [one async for one in decoder().aiter_bytes(arriving())]
    assert repr(event.json()) == repr(json.loads(text))


async def test_json_that_is_none_fails_as_in_the_client() -> None:
    async def arriving() -> AsyncIterator[bytes]:
        yield b"data: {broken\n\n"

    (event,) = [one async for one in decoder().aiter_bytes(arriving())]
    with pytest.raises(json.JSONDecodeError):
        event.json()
