"""What a proxy recorded of one model call, and the call's figures by their definitions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, NamedTuple

from tests.support.provider.event import JsonObject
from tests.support.provider.script import Usage

DeltaKind = Literal["text", "reasoning", "refusal", "arguments"]

_RESPONSES_DELTAS: Mapping[str, DeltaKind] = {
    "response.output_text.delta": "text",
    "response.reasoning_text.delta": "reasoning",
    "response.reasoning_summary_text.delta": "reasoning",
    "response.refusal.delta": "refusal",
    "response.function_call_arguments.delta": "arguments",
}
_CHAT_DELTAS: Mapping[str, DeltaKind] = {
    "content": "text",
    "reasoning_content": "reasoning",
    "reasoning": "reasoning",
    "refusal": "refusal",
}


class Chunk(NamedTuple):
    """Bytes as they came from upstream, and when (monotonic ns)."""

    at: int
    data: bytes


class RecordedEvent(NamedTuple):
    """The JSON of one ``data:`` field, and when its last byte came."""

    at: int
    data: JsonObject


class Delta(NamedTuple):
    """A non-empty piece of an answer."""

    at: int
    kind: DeltaKind
    text: str


@dataclass(slots=True)
class Recording:
    """One request through the proxy; times are ``time.monotonic_ns()``."""

    path: str
    request: JsonObject
    sent_at: int
    """When the whole request had been received and was forwarded."""
    status: int | None = None
    headers_at: int | None = None
    chunks: list[Chunk] = field(default_factory=list)
    events: list[RecordedEvent] = field(default_factory=list)
    body: JsonObject | None = None
    """The answer to a request that did not stream."""
    finished_at: int | None = None
    client_left: bool = False

    @property
    def deltas(self) -> list[Delta]:
        """Every non-empty delta in the order it came."""
        return [delta for event in self.events for delta in _deltas_of(event)]

    @property
    def text(self) -> str:
        """The visible text that was streamed."""
        return "".join(delta.text for delta in self.deltas if delta.kind == "text")

    @property
    def usage(self) -> Usage | None:
        """The token counts the server reported last, in either API's form."""
        reported = [usage for usage in map(_usage_of, self._objects()) if usage is not None]
        return reported[-1] if reported else None

    def _objects(self) -> Iterator[JsonObject]:
        yield from (event.data for event in self.events)
        if self.body is not None:
            yield self.body


def ttft(recording: Recording) -> float | None:
    """Seconds from the request to the first non-empty delta of any kind."""
    return _since_sent(recording, recording.deltas)


def ttfo(recording: Recording) -> float | None:
    """Seconds from the request to the first non-empty delta of visible text."""
    return _since_sent(recording, [delta for delta in recording.deltas if delta.kind == "text"])


def tpot(recording: Recording) -> float | None:
    """Seconds per output token: (last delta - first delta) / (n - 1).

    n is the reported output tokens, less reasoning tokens whose deltas were not streamed;
    ``None`` with fewer than two deltas or without usage.
    """
    deltas, usage = recording.deltas, recording.usage
    if len(deltas) < 2 or usage is None:
        return None
    hidden = 0 if any(delta.kind == "reasoning" for delta in deltas) else usage.reasoning
    tokens = usage.output - hidden
    return (deltas[-1].at - deltas[0].at) / 1e9 / (tokens - 1) if tokens > 1 else None


def inter_chunk_latencies(recording: Recording) -> list[float]:
    """Seconds between each two consecutive non-empty deltas."""
    times = [delta.at for delta in recording.deltas]
    return [(later - earlier) / 1e9 for earlier, later in pairwise(times)]


def _since_sent(recording: Recording, deltas: list[Delta]) -> float | None:
    return (deltas[0].at - recording.sent_at) / 1e9 if deltas else None


def _deltas_of(event: RecordedEvent) -> Iterator[Delta]:
    kind = _RESPONSES_DELTAS.get(str(event.data.get("type")))
    if kind is not None and event.data.get("delta"):
        yield Delta(event.at, kind, str(event.data["delta"]))
    choices = event.data.get("choices")
    for choice in choices if isinstance(choices, list) else []:
        for delta_kind, text in _chat_pieces(choice.get("delta") or {}):
            yield Delta(event.at, delta_kind, text)


def _chat_pieces(delta: Mapping[str, object]) -> Iterator[tuple[DeltaKind, str]]:
    for name, kind in _CHAT_DELTAS.items():
        if delta.get(name):
            yield kind, str(delta[name])
    calls = delta.get("tool_calls")
    for call in calls if isinstance(calls, list) else []:
        arguments = (call.get("function") or {}).get("arguments")
        if arguments:
            yield "arguments", arguments


def _usage_of(data: JsonObject) -> Usage | None:
    response = data.get("response")
    usage = (response if isinstance(response, dict) else data).get("usage")
    if not isinstance(usage, dict):
        return None
    details_in = usage.get("input_tokens_details") or usage.get("prompt_tokens_details") or {}
    details_out = usage.get("output_tokens_details") or usage.get("completion_tokens_details") or {}
    return Usage(
        input=int(usage.get("input_tokens") or usage.get("prompt_tokens") or 0),
        output=int(usage.get("output_tokens") or usage.get("completion_tokens") or 0),
        cached=details_in.get("cached_tokens") or 0,
        reasoning=details_out.get("reasoning_tokens") or 0,
    )
