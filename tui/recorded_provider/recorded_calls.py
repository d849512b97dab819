"""The model calls of a recording: what each asked for, what it got, and when."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from tui.protocol import events
from tui.protocol.events import Event, Problem, RequestForm
from tui.protocol.request_digests import digest
from tui.recorded_provider.asked_request import (
    AskedRequest,
    WireApi,
    kept_by_server,
    recorded_request,
)
from tui.recorded_provider.item_pieces import Item, is_given

SECOND = 1e9


class Chunk(msgspec.Struct, frozen=True):
    """A delta; ``at`` in seconds since the request."""

    at: float
    text: str


class Failure(msgspec.Struct, frozen=True):
    """An attempt that failed, after ``text`` had arrived."""

    problem: Problem
    at: float
    chunks: tuple[Chunk, ...]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer that ended well. Times are in seconds since its request."""

    items: tuple[dict[str, Any], ...]
    texts: tuple[Chunk, ...] = ()
    refusals: tuple[Chunk, ...] = ()
    reasoning: tuple[Chunk, ...] = ()
    arguments: dict[str, tuple[Chunk, ...]] = {}
    """By call id."""
    seconds: float = 0.0
    usage: events.UsageReported | None = None
    finish_reason: str = ""
    response_id: str = ""


class RecordedCall(msgspec.Struct, kw_only=True, eq=False):
    """One model call. ``number`` counts them from 1, in the order in which they began."""

    number: int
    agent: str
    model: str
    request: "RecordedRequest | None" = None
    """What it asked for; None where that was not recorded."""
    answer: Answer | None = None
    failures: tuple[Failure, ...] = ()
    """In the order in which its attempts failed."""

    @property
    def after(self) -> tuple[Item, ...]:
        """The conversation with the answer, for requests that name it as what the server keeps."""
        if self.request is None or self.answer is None:
            return ()
        return (*self.request.before, *self.request.items, *self.answer.items)

    @property
    def id(self) -> str:
        """The id of the answer as it is served."""
        return f"resp_recorded_{self.number}"


class RecordedRequest:
    """What a call asked for. Its items are put together only when somebody asks the same."""

    def __init__(
        self,
        form: RequestForm,
        names: Sequence[str],
        before: tuple[Item, ...],
        model: str,
        found: Callable[[Iterable[str]], list[dict[str, Any]]],
    ) -> None:
        """``before`` is what the server knew already; ``found`` gives items by their digests."""
        self.form = form
        self.before = before
        self.model = model
        self._names = tuple(names)
        self._found = found

    @property
    def items(self) -> list[dict[str, Any]]:
        """What came with the request."""
        return self._found(self._names)

    @property
    def given(self) -> int:
        """How many of its items the model did not make."""
        return sum(map(is_given, self.before)) + sum(map(is_given, self.items))

    def asked(self, api: WireApi) -> AskedRequest:
        """The request as it would arrive by this API."""
        return recorded_request(self.form, self.items, self.before, model=self.model, api=api)


class RecordedModel(msgspec.Struct, frozen=True, kw_only=True):
    """All model calls of a recording, and the server that answered them."""

    calls: tuple[RecordedCall, ...]
    host: str = ""
    api: events.Api = ""

    @property
    def models(self) -> tuple[str, ...]:
        """Their models, in the order in which they were first asked."""
        return tuple(dict.fromkeys(call.model for call in self.calls))


def recorded_model(batches: Iterable[Sequence[Event]]) -> RecordedModel:
    """Read a recording. Raise what iterating over ``batches`` raises."""
    reading = _Reading()
    for batch in batches:
        for event in batch:
            reading.take(event)
    return reading.model()


class _Open:
    """What is known of a call while its events are read."""

    def __init__(self, call: RecordedCall) -> None:
        self.call = call
        self.kept: events.RequestKept | None = None
        self.form = RequestForm()
        self.names: list[str] = []
        """Digests of all items of the request."""
        self.answer: events.AnswerKept | None = None
        self.started = 0
        self.finished: events.AttemptFinished | None = None
        self.usage: events.UsageReported | None = None
        self.deltas: list[events.Delta] = []

    def since(self, at: int) -> float:
        return max(0.0, (at - self.started) / SECOND)

    def chunks(self, kind: type[events.Delta], tool_call: str = "") -> tuple[Chunk, ...]:
        return tuple(
            Chunk(self.since(delta.at), delta.text)
            for delta in self.deltas
            if isinstance(delta, kind) and getattr(delta, "tool_call", "") == tool_call
        )


class _Reading:
    def __init__(self) -> None:
        self._open: dict[tuple[str, str], _Open] = {}
        self._newest: dict[str, _Open] = {}
        """By call id: ids come again in another run of a batch, and in another worker."""
        self._forms: dict[str, RequestForm] = {}
        self._items: dict[str, msgspec.Raw] = {}
        """By digest: everything that the conversations hold."""
        self._read: dict[str, dict[str, Any]] = {}
        """The same, decoded."""
        self._host, self._api = "", ""

    def take(self, event: Event) -> None:
        match event:
            case events.AgentLoaded():
                self._host, self._api = event.host, event.api
            case events.HistoryChanged():
                names = event.digests or map(digest, map(bytes, event.items))
                self._items.update(zip(names, event.items, strict=True))
            case events.ModelCallStarted():
                call = RecordedCall(
                    number=len(self._open) + 1, agent=event.agent, model=event.model
                )
                self._open[event.run, event.call] = self._newest[event.call] = _Open(call)
                self._host, self._api = event.host or self._host, event.api or self._api
            case _:
                opened = self._open.get((event.run, getattr(event, "call", "")))
                if opened is not None:
                    self._follow(opened, event)

    def _follow(self, opened: _Open, event: Event) -> None:
        match event:
            case events.RequestKept():
                self._asked(opened, event)
            case events.AnswerKept():
                self._items |= {one.digest: one.item for one in event.own}
                opened.answer = event
            case events.AttemptStarted():
                if not event.continues:
                    opened.started, opened.deltas = event.at, []
            case events.TextDelta() | events.ReasoningDelta() | events.RefusalDelta():
                opened.deltas.append(event)
            case events.ToolArgumentsDelta():
                opened.deltas.append(event)
            case events.UsageReported():
                opened.usage = event
            case events.AttemptFinished():
                opened.finished = event
            case events.AttemptFailed():
                chunks = opened.chunks(events.TextDelta)
                failure = Failure(event.problem, opened.since(event.at), chunks)
                opened.call.failures += (failure,)

    def _asked(self, opened: _Open, kept: events.RequestKept) -> None:
        if kept.given is not None:
            self._forms[kept.form] = kept.given
        self._items |= {one.digest: one.item for one in kept.own}
        opened.kept, opened.form = kept, self._forms.get(kept.form, RequestForm())
        before = self._open.get((kept.run, kept.after)) or self._newest.get(kept.after)
        names = before.names[: kept.keep] if kept.keep and before is not None else []
        opened.names = [*names, *kept.items]

    def model(self) -> RecordedModel:
        by_response: dict[str, RecordedCall] = {}
        for opened in self._open.values():
            self._settle(opened, by_response)
        calls = tuple(opened.call for opened in self._open.values())
        return RecordedModel(calls=calls, host=self._host, api=self._api)  # type: ignore[arg-type]

    def _settle(self, opened: _Open, by_response: dict[str, RecordedCall]) -> None:
        call, kept = opened.call, opened.kept
        if kept is None:
            return
        before: tuple[Item, ...] = ()
        if kept.previous_response:
            known = by_response.get(kept.previous_response)
            before = known.after if known is not None else (kept_by_server(kept.previous_response),)
        elif kept.conversation:
            before = (kept_by_server(kept.conversation),)
        request = RecordedRequest(opened.form, opened.names, before, call.model, self._found)
        call.request = request
        if opened.answer is None or opened.finished is None:
            return
        items = self._found(opened.answer.items)
        call.answer = self._answer(opened, items, opened.answer.response_id)
        if opened.answer.response_id:
            by_response[opened.answer.response_id] = call

    def _found(self, names: Iterable[str]) -> list[dict[str, Any]]:
        read = self._read
        for name in (names := [name for name in names if name in self._items]):
            if name not in read:
                read[name] = msgspec.json.decode(self._items[name])
        return [read[name] for name in names]

    @staticmethod
    def _answer(opened: _Open, items: Sequence[Item], response_id: str) -> Answer:
        finished = opened.finished
        return Answer(
            items=tuple(dict(item) for item in items),
            texts=opened.chunks(events.TextDelta),
            refusals=opened.chunks(events.RefusalDelta),
            reasoning=opened.chunks(events.ReasoningDelta),
            arguments={
                name: opened.chunks(events.ToolArgumentsDelta, name)
                for name in _tool_calls(opened.deltas)
            },
            seconds=opened.since(finished.at) if finished is not None else 0.0,
            usage=opened.usage,
            finish_reason=finished.finish_reason if finished is not None else "",
            response_id=response_id,
        )


def _tool_calls(deltas: Iterable[events.Delta]) -> list[str]:
    calls = (one.tool_call for one in deltas if isinstance(one, events.ToolArgumentsDelta))
    return list(dict.fromkeys(calls))
