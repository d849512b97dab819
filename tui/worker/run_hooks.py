"""What a run calls besides its tools: our hooks and the user's, and the user's error handlers."""

import inspect
from collections.abc import Callable
from typing import Any, cast

from agents import Agent, FunctionTool, ItemHelpers, RunErrorHandlers, RunHooks
from agents.tool_context import ToolContext
from typing_extensions import override

from tui.worker.observer import Observer


def hooks_for(observer: Observer, user: RunHooks[Any] | None) -> RunHooks[Any]:
    ours = LedgerHooks(observer)
    return ours if user is None else BothHooks(ours, user)


class LedgerHooks(RunHooks[Any]):
    """Keeps the ledger up to date between model calls; nested runs do not inherit hooks."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer

    @override
    async def on_handoff(self, context: Any, from_agent: Any, to_agent: Any) -> None:
        self._observer.handed_over(to_agent.name)

    @override
    async def on_tool_end(self, context: Any, agent: Agent[Any], tool: Any, result: Any) -> None:
        turn = self._observer.turn
        if turn is None or not isinstance(context, ToolContext):
            return
        if context.tool_call is not None and isinstance(tool, FunctionTool):
            item = ItemHelpers.tool_call_output_item(context.tool_call, result)
            turn.output_known(context.tool_call_id, dict(item))
            self._observer.emit_history()


class BothHooks(RunHooks[Any]):
    """Ours first, so that the ledger is right whatever the user's raise; then the user's."""

    def __init__(self, ours: LedgerHooks, user: RunHooks[Any]) -> None:
        self._ours = ours
        self._user = user

    @override
    async def on_llm_start(self, *args: Any, **kwargs: Any) -> None:
        await self._user.on_llm_start(*args, **kwargs)

    @override
    async def on_llm_end(self, *args: Any, **kwargs: Any) -> None:
        await self._user.on_llm_end(*args, **kwargs)

    @override
    async def on_agent_start(self, *args: Any, **kwargs: Any) -> None:
        await self._user.on_agent_start(*args, **kwargs)

    @override
    async def on_agent_end(self, *args: Any, **kwargs: Any) -> None:
        await self._user.on_agent_end(*args, **kwargs)

    @override
    async def on_handoff(self, *args: Any, **kwargs: Any) -> None:
        await self._ours.on_handoff(*args, **kwargs)
        await self._user.on_handoff(*args, **kwargs)

    @override
    async def on_tool_start(self, *args: Any, **kwargs: Any) -> None:
        await self._user.on_tool_start(*args, **kwargs)

    @override
    async def on_tool_end(self, *args: Any, **kwargs: Any) -> None:
        await self._ours.on_tool_end(*args, **kwargs)
        await self._user.on_tool_end(*args, **kwargs)


def noting(
    handlers: RunErrorHandlers[Any], handled: Callable[[str], None]
) -> RunErrorHandlers[Any]:
    """The same handlers; ``handled`` gets the key of one that has made an output."""

    def wrapped(kind: str, handler: Callable[[Any], Any]) -> Callable[[Any], Any]:
        async def calling(given: Any) -> Any:
            made = handler(given)
            if inspect.isawaitable(made):
                made = await made
            if made is not None:
                handled(kind)
            return made

        return calling

    each = cast("dict[str, Callable[[Any], Any]]", handlers)
    return cast(
        "RunErrorHandlers[Any]", {kind: wrapped(kind, handler) for kind, handler in each.items()}
    )
