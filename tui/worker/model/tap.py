"""The tap: wraps every model that a run uses, streamed or not, nested, and of the user's own.

It is installed where the SDK's run loop resolves an agent's model (`sdk_internals.model_names`).
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Any

from agents import (
    Agent,
    Model,
    ModelRetrySettings,
    ModelSettings,
    OpenAIResponsesWSModel,
    RunConfig,
)
from agents.items import ModelResponse

from tui.protocol.events import ModelCallStarted, RequestKept
from tui.worker.io.emitter import Emitter
from tui.worker.model.answers.chat_chunks import is_plain
from tui.worker.model.answers.chat_dialects import translate
from tui.worker.model.answers.citations import has_more
from tui.worker.model.attempts.call_identity import CallIdentity
from tui.worker.model.attempts.call_run import ATTEMPT, ModelCall
from tui.worker.model.attempts.retry_plan import RetryPlan
from tui.worker.model.attempts.token_counts import mended_response_usage
from tui.worker.model.cache.cached_client import answer_from
from tui.worker.model.connections.http_hooks import watch
from tui.worker.model.connections.model_facts import OFFICIAL_HOST, facts_of
from tui.worker.model.connections.recorded_only import check_recorded
from tui.worker.model.requests.model_request import (
    Request,
    as_sent,
    bind_request,
    collected,
    names_offered,
)
from tui.worker.model.requests.recovery import continued
from tui.worker.model.requests.sendable import of_this_server
from tui.worker.model.requests.whole_answers import whole_answer
from tui.worker.observer import Observer
from tui.worker.sdk_internals import model_names as sdk
from tui.worker.sdk_internals.delegating_model import DelegatingModel
from tui.worker.sdk_internals.event_decoding import decode_quickly
from tui.worker.sdk_internals.event_parsing import parse_events_by_type
from tui.worker.sdk_internals.other_models import (
    key_of,
    make_quiet,
    other_client_of,
    without_reason,
)

ResolveModel = Callable[[Agent[Any], RunConfig], Model]
ResolveSettings = Callable[[Agent[Any], RunConfig], ModelSettings]


def install(observer: Observer) -> None:
    """Put the tap into the SDK, for the rest of the process."""
    settings_of: ResolveSettings = sdk.RESOLVE_SETTINGS.get()

    def tapping(resolve: ResolveModel) -> ResolveModel:
        def get_model(agent: Agent[Any], run_config: RunConfig) -> Model:
            current = observer.current
            parent = current.parent_of_run(run_config)
            model = resolve(agent, run_config)
            retry = settings_of(agent, run_config).retry
            return TappedModel(model, agent.name, parent, current, retry)

        return get_model

    sdk.RESOLVE_MODEL.wrap(tapping)
    sdk.RESOLVE_SETTINGS.wrap(_without_retries)
    sdk.CHAT_STREAM.wrap(_keeping_chunk_fields)
    sdk.CHAT_BUFFER.wrap(_buffering_kept_chunks)
    sdk.RESPONSE_USAGE.wrap(_with_mended_counts)
    parse_events_by_type()
    decode_quickly()


def _without_retries(resolve: ResolveSettings) -> ResolveSettings:
    """Only the visible loop: the SDK's and the client's would multiply it, and report nothing."""

    def get_model_settings(agent: Agent[Any], run_config: RunConfig) -> ModelSettings:
        return replace(resolve(agent, run_config), retry=ModelRetrySettings(max_retries=0))

    return get_model_settings


class _Kept:
    """Chunks that `_kept_chunks` has read, which may have been buffered since."""

    def __init__(self, chunks: AsyncIterator[Any]) -> None:
        self._chunks = chunks

    def __aiter__(self) -> AsyncIterator[Any]:
        return self._chunks


async def _kept_chunks(
    stream: AsyncIterator[Any], *, for_buffer: bool = False
) -> AsyncIterator[Any]:
    """Mends the chunks, and keeps what the SDK drops: the finish reason, and missing counts."""
    attempt, chunk = ATTEMPT.get(), None
    async for chunk in stream:
        if attempt is not None and not is_plain(chunk):
            if secret := translate(chunk):
                attempt.thought_in_secret(secret)
            attempt.observer.unknown_events.check_chunk(chunk)
            attempt.chunks.mend(chunk)
            for choice in chunk.choices or ():
                attempt.finish_reason = str(choice.finish_reason or attempt.finish_reason)
            # LiteLLM's chunks have no usage but where there is some.
            attempt.chat_usage = getattr(chunk, "usage", None) or attempt.chat_usage
            if has_more(chunk):
                attempt.messages.chunk_came(chunk)
        yield chunk
    if attempt is not None and without_reason(stream):
        attempt.finish_reason = ""
    for named in attempt.chunks.rest(chunk, with_ids=for_buffer) if attempt is not None else ():
        yield named


def _keeping_chunk_fields(handle_stream: Callable[..., Any]) -> Callable[..., Any]:
    def watched(response: Any, stream: Any, *args: Any, **kwargs: Any) -> Any:
        chunks = stream if isinstance(stream, _Kept) else _kept_chunks(stream)
        return handle_stream(response, chunks, *args, **kwargs)

    return staticmethod(watched)


def _buffering_kept_chunks(buffered: Callable[..., Any]) -> Callable[..., Any]:
    """The buffer joins calls by their indexes: they must be mended before."""

    def watched(stream: Any) -> _Kept:
        return _Kept(buffered(_kept_chunks(stream, for_buffer=True)))

    return staticmethod(watched)


def _with_mended_counts(usage_of: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def mended(response: Any) -> Any:
        response.usage = mended_response_usage(response.usage)
        return usage_of(response)

    return mended


class TappedModel(DelegatingModel):
    """Turns each call of the model inside into a `ModelCall`."""

    def __init__(
        self,
        inner: Model,
        agent: str,
        parent: str,
        observer: Observer,
        retry: ModelRetrySettings | None = None,
    ) -> None:
        """``retry`` is the user's; the SDK's own loop is off."""
        super().__init__(inner)
        self._retry = retry
        self._agent = agent
        self._parent = parent
        self._observer = observer
        self._facts = facts_of(inner)
        wanted = observer.settings.think_tags
        self._think_tags = self._facts.host != OFFICIAL_HOST if wanted is None else wanted
        self._watch(sdk.client_of(inner))
        make_quiet(inner)

    async def stream_response(self, *args: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
        # Only a nested run has another reader of deltas: its author's ``on_stream``.
        request = bind_request(self._inner, args, kwargs)
        async with aclosing(self._events(request, bool(self._parent))) as events:
            async for event in events:
                yield event

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        """Streams as well, so that a nested agent without ``on_stream`` has deltas too."""
        request = bind_request(self._inner, args, kwargs)
        async with aclosing(self._events(request, forward_deltas=False)) as events:
            return await collected(events)

    def _events(self, request: Request, forward_deltas: bool) -> AsyncGenerator[Any, None]:
        observer, facts = self._observer, self._facts
        observer.set_speaker(self._agent, parent=self._parent)
        observer.host = facts.host
        observer.think_tags = self._think_tags
        identity = CallIdentity(
            call=observer.ids.next_model_call(),
            agent=self._agent,
            parent=self._parent,
            handoffs=frozenset(handoff.tool_name for handoff in request["handoffs"]),
            offered=names_offered(request),
            # The SDK keeps no reason of an answer that does not stream.
            needs_finish_reason=facts.api == "chat" and observer.settings.stream,
            model=facts.model,
            host=facts.host,
            websocket=isinstance(self._inner, OpenAIResponsesWSModel),
            think_tags=self._think_tags,
            tools=request["tools"],
            sent=len(request["input"]) if isinstance(request["input"], list) else 1,
        )
        self._emit_call(identity.call)
        call = ModelCall(
            observer,
            identity,
            forward_deltas=forward_deltas,
            # The two parts of a JSON document cannot be joined.
            continues=(
                observer.settings.retry_mode == "continue" and request["output_schema"] is None
            ),
            plan=RetryPlan(
                observer.policy,
                self._retry,
                self._inner,
                request.get("previous_response_id"),
                request.get("conversation_id"),
            ),
        )
        settings = self._with_usage(request["model_settings"])
        edited = self._observer.as_edited(request["input"])
        asked = {**request, "model_settings": settings, "input": edited}
        return call.events(partial(self._start, identity.call, asked))

    def _start(self, call: str, request: Request, said: str) -> AsyncIterator[Any]:
        facts = self._facts
        if facts.api != "chat":  # it has neither ids nor reasoning that only one server can read
            known = of_this_server(request["input"], self._observer.left_behind)
            request = {**request, "input": known}
        sent = as_sent(continued(request, said), api=facts.api, vendor=facts.is_vendor)
        check_recorded(self._inner, facts, self._observer.settings)
        if not said:
            self._keep(call, sent)
        self._watch(other_client_of(self._inner))
        if key := key_of(self._inner):
            # Not all of their requests can be watched.
            self._observer.secrets.look_at_headers({"authorization": f"Bearer {key}"})
        if not self._observer.settings.stream:
            return whole_answer(self._inner, sent)
        return self._inner.stream_response(**sent)

    def _watch(self, client: object) -> None:
        watch(client, self._observer.connections)
        if self._observer.cache is not None:
            answer_from(self._observer.cache, client)

    def _keep(self, call: str, sent: Request) -> None:
        """Record the request, so that the recording can answer it again."""
        observer, line = self._observer, (self._parent, self._agent)
        kept = observer.requests.request(call, line, sent, observer.ledger.items)
        if kept is not None:
            Emitter(observer.writer).emit_soon(RequestKept, **kept)

    def _emit_call(self, call: str) -> None:
        facts = self._facts
        # Written with its first attempt, which starts at once.
        Emitter(self._observer.writer, call=call, agent=self._agent, parent=self._parent).emit_soon(
            ModelCallStarted,
            provider=facts.provider,
            model=facts.model,
            api=facts.api,
            host=facts.host,
            scripted=facts.scripted or self._observer.settings.recorded,
        )

    def _with_usage(self, settings: ModelSettings) -> ModelSettings:
        """Ask Chat Completions to count tokens; the SDK asks only the vendor's host."""
        if self._facts.api == "chat" and settings.include_usage is None:
            return replace(settings, include_usage=True)
        return settings
