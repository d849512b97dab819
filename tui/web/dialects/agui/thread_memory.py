"""What is new in the conversation that a client sends with every request. Pure.

A client sends all of its messages each time. Where they begin as the thread did, what follows is
new. Where they differ, the client has edited or removed something: its messages win, from the start
of the turn that differs.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec

from tui.protocol.agui.agui_messages import AssistantMessage, Message, ToolMessage, UserMessage
from tui.protocol.agui.run_agent_input import Context, RunAgentInput
from tui.web.dialects.agui.client_messages import (
    Item,
    context_item,
    is_said,
    items_of,
    prompt_of,
)


class NothingNewError(Exception):
    """There is nothing that the agent could answer."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """How a request becomes a run."""

    keep: int
    """How many items of the ledger stay."""
    add: tuple[Item, ...] = ()
    """What is added to them before the run."""
    prompt: str | None = None
    """The user's new message; None: the run continues with the results of the client's tools."""
    images: tuple[str, ...] = ()
    turn: int = 0
    """Which of the said messages begins the turn."""


class ThreadMemory:
    """What the client and the agent both know of a thread."""

    def __init__(self) -> None:
        self.messages: tuple[Message, ...] = ()
        """The conversation as the client had it at the end of the last run."""
        self.answered: set[str] = set()
        """Interrupts that were answered: the same answer may come again."""
        self._turns: dict[int, int] = {}
        """By place of the message that begins a turn: items in the ledger before it."""
        self._context = b""

    def plan(self, given: RunAgentInput, ledger: int) -> Plan:
        """``ledger``: how many items the conversation has now.

        Raise `NothingNewError` or `UnsupportedContentError`.
        """
        theirs = [message for message in given.messages if is_said(message)]
        ours = [message for message in self.messages if is_said(message)]
        start, keep = self._start(theirs, ours, ledger)
        new = theirs[start:]
        if not new:
            raise NothingNewError(
                "there is nothing to answer: add a user message, or remove the last answer"
            )
        before, last = new[:-1], new[-1]
        prompt, add = None, []
        images: tuple[str, ...] = ()
        if isinstance(last, UserMessage):
            prompt, images = prompt_of(last)
            add = items_of(before)
        elif isinstance(last, ToolMessage):
            add = items_of(new)
        else:
            raise NothingNewError("nothing to answer: the last message is not from the user")
        if context := self._new_context(given.context or (), rewritten=keep < ledger):
            add.append(context)
        return Plan(keep=keep, add=tuple(add), prompt=prompt, images=images, turn=start)

    def has_new_message(self, given: RunAgentInput) -> bool:
        """Whether the user says something that the agent does not know."""
        known = {message.id for message in self.messages}
        new = [message for message in given.messages if message.id not in known]
        return any(isinstance(message, UserMessage) and is_said(message) for message in new)

    def begun(self, plan: Plan, context: Sequence[Context]) -> None:
        """The run of this plan has begun."""
        self._turns = {place: items for place, items in self._turns.items() if place < plan.turn}
        self._turns[plan.turn] = plan.keep
        self._context = _digest(context)

    def _start(
        self, theirs: Sequence[Message], ours: Sequence[Message], ledger: int
    ) -> tuple[int, int]:
        """Where in their messages the new ones begin, and how much of the ledger stays."""
        common = _common(theirs, ours)
        if common == len(ours) < len(theirs):
            if ours or not ledger:
                return common, ledger
            # The service was started again: only the journal has the conversation.
            return (0, ledger) if _only_new(theirs, ours) else (0, 0)
        if not common and _only_new(theirs, ours):
            return 0, ledger
        if common == len(theirs) and theirs and isinstance(theirs[-1], AssistantMessage):
            # Nothing is new, or the client has removed what came after an answer.
            return common, ledger
        return self._turn_that_differs(common, theirs, ours)

    def _turn_that_differs(
        self, common: int, theirs: Sequence[Message], ours: Sequence[Message]
    ) -> tuple[int, int]:
        another = not common and bool(theirs and ours) and theirs[0].id != ours[0].id
        turns = () if another else sorted(self._turns, reverse=True)
        # Of another conversation, or one with an earlier part that is not known here, all is new.
        for place in turns:
            if place <= min(common, len(theirs) - 1):
                return place, self._turns[place]
        return 0, 0

    def _new_context(self, context: Sequence[Context], *, rewritten: bool) -> Item | None:
        """What the model reads, if it does not know it yet."""
        if not context or (_digest(context) == self._context and not rewritten):
            return None
        return context_item([(one.description, one.value) for one in context])


def _only_new(theirs: Sequence[Message], ours: Sequence[Message]) -> bool:
    """Whether a client that does not keep the conversation has sent only what is new."""
    known = {message.id for message in ours}
    return not any(
        isinstance(message, AssistantMessage) or message.id in known for message in theirs
    )


def _common(theirs: Sequence[Message], ours: Sequence[Message]) -> int:
    """How many messages both have in common at the start."""
    for place, (one, other) in enumerate(zip(theirs, ours, strict=False)):
        if one is not other and _digest(_said(one)) != _digest(_said(other)):
            return place
    return min(len(theirs), len(ours))


def _said(message: Message) -> Any:
    """What counts when two messages are compared: not the id, nor what nobody has said."""
    calls = getattr(message, "tool_calls", None) or ()
    return (
        type(message).__name__,
        message.content or "",
        [(call.id, call.function.name, call.function.arguments) for call in calls],
        getattr(message, "tool_call_id", ""),
    )


def _digest(value: object) -> bytes:
    return hashlib.blake2b(msgspec.json.encode(value), digest_size=16).digest()
