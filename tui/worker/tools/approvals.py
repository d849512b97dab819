"""Asks the user before a tool runs, and remembers "always"."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from agents import RunState
from agents.items import ToolApprovalItem
from msgspec.structs import replace

from tui.protocol.commands import Approve, Reject, RememberAnswers
from tui.protocol.events import ApprovalAnswered, ApprovalRequested, StandingAnswer
from tui.worker.input_items import APPROVAL_REQUEST
from tui.worker.io.emitter import Emitter
from tui.worker.observer import Observer
from tui.worker.tools.edited_arguments import unfit
from tui.worker.tools.output_text import as_json

Answer = Approve | Reject

APPROVED = "approved by you"


class Approvals:
    """The open questions: one set at a time, as there is one run at a time."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._waiting: dict[str, asyncio.Queue[Answer]] = {}
        self._always: dict[tuple[str, str, str], Answer] = {}

    def answer(self, answer: Answer | RememberAnswers) -> None:
        """Handle the user's answer; ignored when the question is not open."""
        if isinstance(answer, RememberAnswers):
            self._remember(answer.answers)
            return
        waiting = self._waiting.get(answer.tool_call)
        if waiting is None:
            return
        if not waiting.empty():
            # Not applied yet: the last word counts.
            waiting.get_nowait()
        waiting.put_nowait(answer)

    def _remember(self, answers: Sequence[StandingAnswer]) -> None:
        """What was answered for always before this process started."""
        for one in answers:
            answer: Answer = Approve(tool_call="", always=True)
            if not one.approved:
                answer = Reject(tool_call="", always=True, reason=one.reason)
            self._always[one.agent, one.server, one.tool] = answer

    async def decide(
        self, asked: Sequence[ToolApprovalItem], state: RunState[Any], context: Any
    ) -> None:
        """Wait for an answer to each item, and apply it to the state that the run resumes from."""
        self._waiting = {self.row_of(item): asyncio.Queue() for item in asked}
        try:
            new = [item for item in asked if not self._is_remembered(item)]
            for place, item in enumerate(new, 1):
                self._ask(item, more=len(new) - place)
            for item in asked:
                self._apply(item, await self._fitting_answer(item, context), state)
        finally:
            self._waiting = {}

    def _is_remembered(self, item: ToolApprovalItem) -> bool:
        """Whether its tool is always answered the same way: then it is answered."""
        remembered = self._always.get(_tool_of(item))
        if remembered is not None:
            self._waiting[self.row_of(item)].put_nowait(remembered)
        return remembered is not None

    async def _fitting_answer(self, item: ToolApprovalItem, context: Any) -> Answer:
        """The answer to an item; it is asked again about arguments that do not fit its tool."""
        while True:
            answer = await self._waiting[self.row_of(item)].get()
            if not (isinstance(answer, Approve) and answer.arguments):
                return answer
            problem = await unfit(item, answer.arguments, context)
            if not problem:
                return answer
            self._ask(item, problem=problem)

    def _ask(self, item: ToolApprovalItem, *, more: int = 0, problem: str = "") -> None:
        self._emitter(item).emit(
            ApprovalRequested,
            name=item.tool_name or "",
            arguments=_arguments(item),
            agent=item.agent.name,
            parent=self._observer.calls.parent_of(self.row_of(item)),
            more=more,
            problem=problem,
        )

    def _apply(self, item: ToolApprovalItem, answer: Answer, state: RunState[Any]) -> None:
        arguments = answer.arguments if isinstance(answer, Approve) else ""
        standing = None
        if answer.always:
            # Other calls have arguments of their own.
            general = replace(answer, arguments="") if isinstance(answer, Approve) else answer
            self._always[_tool_of(item)] = general
            standing = _standing(item, answer)
        approved = isinstance(answer, Approve)
        self._emitter(item).emit(
            ApprovalAnswered,
            approved=approved,
            always=answer.always,
            arguments=arguments,
            reason=answer.reason if isinstance(answer, Reject) else "",
            standing=standing,
        )
        if arguments:
            self._observer.edit_arguments(self.row_of(item), arguments)
        if isinstance(answer, Reject):
            self._observer.calls.finished(self.row_of(item), "rejected", answer.reason)
            state.reject(item, always_reject=answer.always, rejection_message=answer.reason or None)
        else:
            state.approve(item, always_approve=answer.always)
            if _raw(item, "type") == APPROVAL_REQUEST:
                # The provider runs the tool, as a call of its own.
                self._observer.calls.finished(self.row_of(item), "ok", APPROVED)

    def row_of(self, item: ToolApprovalItem) -> str:
        """The id of the call's row."""
        call_id = _call_id(item)
        return self._observer.approval_rows.get(call_id, call_id)

    def _emitter(self, item: ToolApprovalItem) -> Emitter:
        return Emitter(self._observer.writer, tool_call=self.row_of(item))


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


def _standing(item: ToolApprovalItem, answer: Answer) -> StandingAnswer:
    agent, server, tool = _tool_of(item)
    rejected = answer if isinstance(answer, Reject) else None
    return StandingAnswer(
        agent=agent,
        tool=tool,
        server=server,
        approved=rejected is None,
        reason=rejected.reason if rejected is not None else "",
    )
