"""The tap around every model that a run uses: streamed or not, the user's own or ours, nested too.

It stands where the SDK's run loop resolves an agent's model. This is an internal of the SDK, and
so are the two other names that `install` replaces; a canary test fails when one of them moves.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from typing import Any

from agents import Agent, Model, ModelRetrySettings, ModelSettings, RunConfig
from agents.items import ModelResponse
from agents.models.chatcmpl_stream_handler import ChatCmplStreamHandler
from agents.retry import ModelRetryAdvice, ModelRetryAdviceRequest
from agents.run_internal import run_loop

from tui.protocol.events import ModelCallStarted
from tui.worker.model.attempt_run import CallIdentity
from tui.worker.model.call_run import ATTEMPT, ModelCall
from tui.worker.model.http_hooks import watch
from tui.worker.model.model_facts import facts_of
from tui.worker.model.model_request import Request, bind_request, collected
from tui.worker.model.recovery import continued
from tui.worker.observer import Observer
from tui.worker.sdk_internals import wrap_internal

ResolveModel = Callable[[Agent[Any], RunConfig], Model]
ResolveSettings = Callable[[Agent[Any], RunConfig], ModelSettings]


def install(observer: Observer) -> None:
    """Put the tap into the SDK of this process, for good."""

    def tapping(resolve: ResolveModel) -> ResolveModel:
        def get_model(agent: Agent[Any], run_config: RunConfig) -> Model:
            parent = observer.parent_of_run(run_config)
            return TappedModel(resolve(agent, run_config), agent.name, parent, observer)

        return get_model

    wrap_internal(run_loop, "get_model", tapping)
    wrap_internal(run_loop, "get_model_settings", _without_retries)
    wrap_internal(ChatCmplStreamHandler, "handle_stream", _noting_what_is_lost)


def _without_retries(resolve: ResolveSettings) -> ResolveSettings:
    """One retry loop, ours: the SDK's and the client's would multiply with it, in silence."""

    def get_model_settings(agent: Agent[Any], run_config: RunConfig) -> ModelSettings:
        return replace(resolve(agent, run_config), retry=ModelRetrySettings(max_retries=0))

    return get_model_settings


def _noting_what_is_lost(handle_stream: Callable[..., Any]) -> Callable[..., Any]:
    """The conversion of chat chunks loses the finish reason, and makes 0 of unknown counts."""

    async def noting(stream: AsyncIterator[Any]) -> AsyncIterator[Any]:
        async for chunk in stream:
            if (attempt := ATTEMPT.get()) is not None:
                attempt.observer.unfamiliar.look_at_chunk(chunk)
                for choice in chunk.choices or ():
                    attempt.finish_reason = choice.finish_reason or attempt.finish_reason
                attempt.chat_usage = chunk.usage or attempt.chat_usage
            yield chunk

    def watched(response: Any, stream: Any, *args: Any, **kwargs: Any) -> Any:
        return handle_stream(response, noting(stream), *args, **kwargs)

    return staticmethod(watched)


class TappedModel(Model):
    """A model whose every call is seen. What it does not know it leaves to the model inside."""

    def __init__(self, inner: Model, agent: str, parent: str, observer: Observer) -> None:
        self._inner = inner
        self._agent = agent
        self._parent = parent
        self._observer = observer
        self._facts = facts_of(inner)
        watch(getattr(inner, "_client", None))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def stream_response(self, *args: Any, **kwargs: Any) -> AsyncGenerator[Any, None]:
        # At the top nobody but us looks at deltas; a nested agent's author may (``on_stream``).
        request = bind_request(self._inner, args, kwargs)
        async with aclosing(self._events(request, bool(self._parent))) as events:
            async for event in events:
                yield event

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        """The same by streaming, so that a nested agent without ``on_stream`` is seen too."""
        request = bind_request(self._inner, args, kwargs)
        async with aclosing(self._events(request, forward_deltas=False)) as events:
            return await collected(events)

    def get_retry_advice(self, request: ModelRetryAdviceRequest) -> ModelRetryAdvice | None:
        return self._inner.get_retry_advice(request)

    async def close(self) -> None:
        await self._inner.close()

    async def _cleanup_on_run_end(self, owner: object) -> None:
        await self._inner._cleanup_on_run_end(owner)  # noqa: SLF001 (delegated as it is)

    def _events(self, request: Request, forward_deltas: bool) -> AsyncGenerator[Any, None]:
        observer, facts = self._observer, self._facts
        observer.speaks(self._agent, parent=self._parent)
        observer.host = facts.host
        identity = CallIdentity(
            call=observer.ids.next_model_call(),
            agent=self._agent,
            parent=self._parent,
            handoffs=frozenset(handoff.tool_name for handoff in request["handoffs"]),
            needs_finish_reason=facts.api == "chat",
            model=facts.model,
            host=facts.host,
        )
        self._tell_call(identity.call)
        call = ModelCall(
            observer,
            identity,
            host=facts.host,
            forward_deltas=forward_deltas,
            # Half a JSON document and another half make none.
            continues=(
                observer.settings.retry_mode == "continue" and request["output_schema"] is None
            ),
        )
        settings = self._with_usage(request["model_settings"])
        return call.events(partial(self._start, {**request, "model_settings": settings}))

    def _start(self, request: Request, said: str) -> AsyncIterator[Any]:
        return self._inner.stream_response(**continued(request, said))

    def _tell_call(self, call: str) -> None:
        writer, facts = self._observer.writer, self._facts
        # Written with its first attempt, which begins at once.
        writer.emit_soon(
            ModelCallStarted(
                at=writer.now(),
                call=call,
                agent=self._agent,
                model=facts.model,
                api=facts.api,
                provider=facts.provider,
                host=facts.host,
                parent=self._parent,
                scripted=facts.scripted,
            )
        )

    def _with_usage(self, settings: ModelSettings) -> ModelSettings:
        """Chat Completions counts tokens when asked to; the SDK asks only the vendor's host."""
        if self._facts.api == "chat" and settings.include_usage is None:
            return replace(settings, include_usage=True)
        return settings
