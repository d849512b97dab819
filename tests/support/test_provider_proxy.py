"""The recording proxy between a real client and the scripted provider."""

from collections.abc import AsyncIterator

import aiohttp
import openai
import pytest
from openai import AsyncOpenAI

from tests.support.provider import (
    Answer,
    GarbageAfter,
    Gate,
    Provide,
    Provider,
    ResetAfter,
    ToolCall,
    Usage,
    Wire,
    rate_limited,
)
from tests.support.provider.event import JsonObject
from tests.support.provider.openai_client import (
    chat_chunks,
    content_of,
    final_of,
    responses_events,
    text_of,
)
from tests.support.provider.proxy import RecordingProxy
from tests.support.provider.recording import (
    RecordedEvent,
    Recording,
    inter_chunk_latencies,
    tpot,
    ttfo,
    ttft,
)
from tests.support.provider.sse import SseMessage, SseParser

RICH = Answer(
    "Hello there, traveller",
    reasoning=["hm", "m"],
    tool_calls=[ToolCall("roll", {"sides": 6})],
    usage=Usage(input=30, output=12, cached=8, reasoning=2),
    pace=0.002,
)


async def body_of(base_url: str, path: str) -> bytes:
    body = {"input": "x", "messages": [{"role": "user", "content": "x"}], "stream": True}
    async with (
        aiohttp.ClientSession(auto_decompress=False) as session,
        session.post(base_url + path, json=body) as response,
    ):
        return await response.read()


async def test_both_apis_are_recorded_with_their_deltas_and_usage(provide: Provide) -> None:
    provider = provide(RICH, RICH)
    with RecordingProxy(provider.base_url) as proxy:
        events = await responses_events(proxy)
        chunks = await chat_chunks(proxy)
    assert text_of(events) == content_of(chunks) == RICH.text
    assert final_of(events).usage is not None
    for recording, request in zip(proxy.recordings, provider.requests, strict=True):
        assert recording.text == RICH.text
        assert recording.usage == RICH.usage
        kinds = [delta.kind for delta in recording.deltas]
        assert kinds == ["reasoning"] * 2 + ["text"] * len(RICH.text_pieces) + ["arguments"] * 3
        assert recording.status == 200
        assert len(request.delta_times) == len(recording.deltas)
        sent_then_seen = zip(request.delta_times, recording.deltas, strict=True)
        assert all(sent <= delta.at for sent, delta in sent_then_seen)
        assert recording.finished_at is not None


@pytest.mark.parametrize("path", ["/responses", "/chat/completions"])
@pytest.mark.parametrize("wire", [Wire(), Wire(gzip=True), Wire(crlf=True, chunk_bytes=5)])
async def test_every_byte_is_forwarded_unchanged(provide: Provide, path: str, wire: Wire) -> None:
    provider = provide(Answer("naïve 日本語", wire=wire))
    with RecordingProxy(provider.base_url) as proxy:
        body = await body_of(proxy.base_url, path)
    (recording,) = proxy.recordings
    assert body == b"".join(chunk.data for chunk in recording.chunks)
    assert recording.text == "naïve 日本語"


async def test_errors_and_unstreamed_answers_are_forwarded(provide: Provide) -> None:
    provider = provide(rate_limited(7), RICH)
    with RecordingProxy(provider.base_url) as proxy:
        async with AsyncOpenAI(base_url=proxy.base_url, api_key="k", max_retries=0) as client:
            with pytest.raises(openai.RateLimitError) as caught:
                await client.responses.create(model="m", input="x")
            response = await client.responses.create(model="m", input="x")
    assert caught.value.response.headers["retry-after"] == "7"
    assert response.output_text == RICH.text
    assert proxy.recordings[0].status == 429
    assert proxy.recordings[1].usage == RICH.usage
    assert provider.requests[0].api_key == "k"


async def test_a_reset_upstream_breaks_the_clients_stream_too(provide: Provide) -> None:
    provider = provide(Answer("one two three", fault=ResetAfter(2)))
    with (
        RecordingProxy(provider.base_url) as proxy,
        pytest.raises(openai.APIConnectionError),
    ):
        await responses_events(proxy)
    assert proxy.recordings[0].text == "one two"


@pytest.mark.parametrize(
    ("fault", "wire"),
    [(GarbageAfter(2, "json"), Wire()), (GarbageAfter(2, "gzip"), Wire(gzip=True))],
    ids=["json", "gzip"],
)
async def test_garbage_is_forwarded_unchanged(
    provide: Provide, fault: GarbageAfter, wire: Wire
) -> None:
    provider = provide(Answer("one two three", fault=fault, wire=wire))
    with RecordingProxy(provider.base_url) as proxy:
        body = await body_of(proxy.base_url, "/responses")
    (recording,) = proxy.recordings
    assert body == b"".join(chunk.data for chunk in recording.chunks)
    assert recording.text == "one two"


async def test_an_unreachable_server_is_a_broken_connection() -> None:
    with Provider() as gone:
        url = gone.base_url
    with RecordingProxy(url) as proxy, pytest.raises(openai.APIConnectionError):
        await responses_events(proxy)
    assert not proxy.recordings[0].client_left


async def test_a_disconnecting_client_is_recorded_and_the_server_disconnected(
    provide: Provide,
) -> None:
    provider = provide(Answer(deltas=["a", "b"], gates={1: Gate()}))
    with RecordingProxy(provider.base_url) as proxy:
        body = {"input": "x", "stream": True}
        async with aiohttp.ClientSession() as session:
            response = await session.post(f"{proxy.base_url}/responses", json=body)
            await _read_until(response.content.iter_any(), b'"delta":"a"')
            response.close()
        await provider.until(lambda: provider.requests[0].client_closed_at is not None)
        proxy.wait_until(lambda: proxy.recordings[0].finished_at is not None)
    assert proxy.recordings[0].client_left
    assert proxy.recordings[0].text == "a"


async def _read_until(chunks: AsyncIterator[bytes], wanted: bytes) -> None:
    seen = b""
    while wanted not in seen:
        seen += await anext(chunks)


def recorded(*texts: tuple[float, str, str], usage: Usage | None = None) -> Recording:
    """A recording of deltas given as (seconds after the request, event, text)."""
    recording = Recording("/v1/responses", {}, sent_at=1_000_000_000)
    for seconds, kind, text in texts:
        data: JsonObject = {"type": f"response.{kind}.delta", "delta": text}
        recording.events.append(RecordedEvent(1_000_000_000 + int(seconds * 1e9), data))
    if usage is not None:
        reported = {"output_tokens": usage.output, "input_tokens": usage.input}
        details = {"output_tokens_details": {"reasoning_tokens": usage.reasoning}}
        final: JsonObject = {"response": {"usage": {**reported, **details}}}
        recording.events.append(RecordedEvent(9_000_000_000, final))
    return recording


def test_figures_follow_their_definitions() -> None:
    recording = recorded(
        (0.1, "output_text", ""),
        (0.5, "reasoning_summary_text", "hm"),
        (1.0, "output_text", "a"),
        (2.5, "output_text", "b"),
        usage=Usage(output=11, reasoning=3),
    )
    assert ttft(recording) == pytest.approx(0.5)
    assert ttfo(recording) == pytest.approx(1.0)
    assert tpot(recording) == pytest.approx(2.0 / 10)
    assert inter_chunk_latencies(recording) == pytest.approx([0.5, 1.5])


def test_hidden_reasoning_does_not_count_for_tpot() -> None:
    deltas = ((1.0, "output_text", "a"), (2.0, "output_text", "b"))
    hidden = recorded(*deltas, usage=Usage(output=14, reasoning=3))
    assert tpot(hidden) == pytest.approx(1.0 / 10)


def test_figures_are_missing_without_enough_data() -> None:
    assert ttft(recorded()) is None
    assert tpot(recorded((1.0, "output_text", "a"), usage=Usage(output=5))) is None
    assert tpot(recorded((1.0, "output_text", "a"), (2.0, "output_text", "b"))) is None


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_sse_is_parsed_from_any_pieces(end: str) -> None:
    lines = [
        ": hi",
        "event: x",
        "data: a",
        "data:b",
        "",
        "",
        "data: ü",
        "",
        "id: 1",
        "",
        ": end",
        "",
    ]
    data = end.join([*lines, "data: c", "", "x"]).encode()
    for size in (1, 2, 3, len(data)):
        parser = SseParser()
        pieces = [data[start : start + size] for start in range(0, len(data), size)]
        messages = [message for piece in pieces for message in parser.feed(piece)]
        assert messages == [SseMessage("x", "a\nb"), SseMessage("", "ü"), SseMessage("", "c")]
