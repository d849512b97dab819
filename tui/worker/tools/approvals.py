"""Asking the person before a tool runs, and remembering "always"."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from agents import RunState
from agents.items import ToolApprovalItem

from tui.protocol.commands import Approve, Reject
from tui.protocol.events import ApprovalAnswered, ApprovalRequested
from tui.worker.observer import Observer
from tui.worker.output_text import as_json

Answer = Approve | Reject


class Approvals:
    """Questions that are open; one set at a time, because one run goes at a time."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._waiting: dict[str, asyncio.Future[Answer]] = {}
        self._always: dict[tuple[str, str], Answer] = {}

    def answer(self, answer: Answer) -> None:
        """What the person says; an answer that nobody waits for is ignored."""
        waiting = self._waiting.get(answer.tool_call)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    async def decide(self, asked: Sequence[ToolApprovalItem], state: RunState[Any]) -> None:
        """Wait for an answer to each, and write them into the state that the run resumes from."""
        loop = asyncio.get_running_loop()
        self._waiting = {_call_id(item): loop.create_future() for item in asked}
        try:
            for item in asked:
                self._ask(item)
            for item in asked:
                self._apply(item, await self._waiting[_call_id(item)], state)
        finally:
            self._waiting = {}

    def _ask(self, item: ToolApprovalItem) -> None:
        remembered = self._always.get(_tool_of(item))
        if remembered is not None:
            self._waiting[_call_id(item)].set_result(remembered)
            return
        writer = self._observer.writer
        writer.emit(
            ApprovalRequested(
                at=writer.now(),
                tool_call=_call_id(item),
                name=item.tool_name or "",
                arguments=_arguments(item),
                agent=item.agent.name,
                parent=self._observer.calls.parent_of(_call_id(item)),
            )
        )

    def _apply(self, item: ToolApprovalItem, answer: Answer, state: RunState[Any]) -> None:
        approved = isinstance(answer, Approve)
        if answer.always:
            self._always[_tool_of(item)] = answer
        writer = self._observer.writer
        writer.emit(
            ApprovalAnswered(
                at=writer.now(),
                tool_call=_call_id(item),
                approved=approved,
                always=answer.always,
            )
        )
        if isinstance(answer, Reject):
            self._observer.calls.finished(_call_id(item), "rejected", answer.reason)
            state.reject(item, always_reject=answer.always, rejection_message=answer.reason or None)
        else:
            state.approve(item, always_approve=answer.always)


def _raw(item: ToolApprovalItem, name: str) -> Any:
    raw = item.raw_item
    return raw.get(name) if isinstance(raw, Mapping) else getattr(raw, name, None)


def _call_id(item: ToolApprovalItem) -> str:
    return str(_raw(item, "call_id") or _raw(item, "id") or "")


def _arguments(item: ToolApprovalItem) -> str:
    arguments = _raw(item, "arguments")
    if isinstance(arguments, str):
        return arguments
    return as_json(_raw(item, "action") or _raw(item, "operation") or _raw(item, "input"))


def _tool_of(item: ToolApprovalItem) -> tuple[str, str]:
    return item.agent.name, item.tool_name or ""
