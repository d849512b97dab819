"""Asks the user before a tool runs, and remembers "always"."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from agents import RunState
from agents.items import ToolApprovalItem

from tui.protocol.commands import Approve, Reject
from tui.protocol.events import ApprovalAnswered, ApprovalRequested
from tui.worker.input_items import APPROVAL_REQUEST
from tui.worker.io.emitter import Emitter
from tui.worker.observer import Observer
from tui.worker.tools.output_text import as_json

Answer = Approve | Reject

APPROVED = "approved by you"


class Approvals:
    """The open questions: one set at a time, as there is one run at a time."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._waiting: dict[str, asyncio.Future[Answer]] = {}
        self._always: dict[tuple[str, str, str], Answer] = {}

    def answer(self, answer: Answer) -> None:
        """Handle the user's answer; ignored when the question is not open."""
        waiting = self._waiting.get(answer.tool_call)
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    async def decide(self, asked: Sequence[ToolApprovalItem], state: RunState[Any]) -> None:
        """Wait for an answer to each item, and apply it to the state that the run resumes from."""
        loop = asyncio.get_running_loop()
        self._waiting = {self._row(item): loop.create_future() for item in asked}
        try:
            for item in asked:
                self._ask(item)
            for item in asked:
                self._apply(item, await self._waiting[self._row(item)], state)
        finally:
            self._waiting = {}

    def _ask(self, item: ToolApprovalItem) -> None:
        remembered = self._always.get(_tool_of(item))
        if remembered is not None:
            self._waiting[self._row(item)].set_result(remembered)
            return
        self._emitter(item).emit(
            ApprovalRequested,
            name=item.tool_name or "",
            arguments=_arguments(item),
            agent=item.agent.name,
            parent=self._observer.calls.parent_of(self._row(item)),
        )

    def _apply(self, item: ToolApprovalItem, answer: Answer, state: RunState[Any]) -> None:
        if answer.always:
            self._always[_tool_of(item)] = answer
        approved = isinstance(answer, Approve)
        self._emitter(item).emit(ApprovalAnswered, approved=approved, always=answer.always)
        if isinstance(answer, Reject):
            self._observer.calls.finished(self._row(item), "rejected", answer.reason)
            state.reject(item, always_reject=answer.always, rejection_message=answer.reason or None)
        else:
            state.approve(item, always_approve=answer.always)
            if _raw(item, "type") == APPROVAL_REQUEST:
                # The provider runs the tool, as a call of its own.
                self._observer.calls.finished(self._row(item), "ok", APPROVED)

    def _row(self, item: ToolApprovalItem) -> str:
        """The id of the call's row."""
        call_id = _call_id(item)
        return self._observer.approval_rows.get(call_id, call_id)

    def _emitter(self, item: ToolApprovalItem) -> Emitter:
        return Emitter(self._observer.writer, tool_call=self._row(item))


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


def _server(item: ToolApprovalItem) -> str:
    """The label of the provider's MCP server, if the tool is one of its tools."""
    return str(_raw(item, "server_label") or "")


def _tool_of(item: ToolApprovalItem) -> tuple[str, str, str]:
    return item.agent.name, _server(item), item.tool_name or ""
