"""What a conversation is made of. Items are frozen; a change makes a new one with the same key."""

from typing import Literal

import msgspec

from tui.protocol.events import Problem

SpeechState = Literal["open", "done", "interrupted", "withdrawn"]

ToolState = Literal[
    "calling", "called", "waiting", "running",
    "ok", "error", "cancelled", "rejected", "unknown",
]  # fmt: skip
"""The first four are open. ``calling``: its arguments are still streaming; ``waiting``: for an
approval; ``unknown``: it started and was cut off, so it may have completed."""

OPEN_TOOL_STATES: frozenset[ToolState] = frozenset(("calling", "called", "waiting", "running"))


class _Item(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    """Unique within its kind, and stable from the item's first event to its last."""
    run: str = ""
    at: int = 0
    """When it began, in ns of the worker's clock."""
    wall: float = 0.0
    """The same in Unix seconds; 0 when the worker has given no anchor yet."""


class UserMessage(_Item, frozen=True, kw_only=True):
    """A message of the person's, which starts a run."""

    text: str


class Speech(_Item, frozen=True, kw_only=True):
    """One output part of one attempt. Its text is in the changes, not here."""

    kind: Literal["answer", "reasoning", "refusal"]
    call: str
    attempt: int
    agent: str = ""
    parent: str = ""
    """The tool call of the nested agent that speaks; "" at the top."""
    as_json: bool = False
    state: SpeechState = "open"
    note: str = ""
    """Why it was interrupted or withdrawn."""
    ended: int | None = None


class Attempt(_Item, frozen=True, kw_only=True):
    """One attempt of a model call."""

    call: str
    number: int = 1
    agent: str = ""
    parent: str = ""
    state: Literal["open", "ok", "failed", "cancelled"] = "open"
    problem: Problem | None = None


class ToolCall(_Item, frozen=True, kw_only=True):
    """One call of a tool, from the first piece of its arguments to its end."""

    name: str = ""
    arguments: str = ""
    call: str = ""
    """The model call that asked for it."""
    agent: str = ""
    parent: str = ""
    depth: int = 0
    """How many agents-as-tools it is inside of."""
    hosted: bool = False
    handoff: bool = False
    state: ToolState = "calling"
    began: int | None = None
    """ns of the worker's clock at which its own code started."""
    ended: int | None = None
    output: str = ""
    problem: Problem | None = None
    blocks: bool = False
    """It does not give the agent's event loop back."""
    note: str = ""
    """Why it ended, when no end was reported."""

    @property
    def open(self) -> bool:
        return self.state in OPEN_TOOL_STATES

    def elapsed(self, now: int) -> int | None:
        """Nanoseconds that the tool took, or has taken so far; None: it never started."""
        if self.began is None:
            return None
        return (self.ended if self.ended is not None else now) - self.began


class Handoff(_Item, frozen=True, kw_only=True):
    """Another agent takes over. Replaces the tool call ``call`` that asked for it."""

    previous: str
    agent: str
    call: str = ""


class Notice(_Item, frozen=True, kw_only=True):
    """A line about the run or the agent; of ``cancelled``, ``text`` may say why."""

    kind: Literal["cancelled", "guardrail", "left_behind", "loaded"]
    text: str = ""
    offer: Literal["", "retry", "restart"] = ""
    """What the person can do now: resume from what is finished, or restart the worker."""


class Failure(_Item, frozen=True, kw_only=True):
    """What went wrong, and what to do."""

    problem: Problem
    cause: Literal["run", "worker", "load"]
    can_continue: bool = False


class OutputLine(_Item, frozen=True, kw_only=True):
    """A line that code printed (``printed``), or one for the log."""

    text: str
    level: Literal["printed", "info", "warning"] = "printed"


Item = UserMessage | Speech | Attempt | ToolCall | Handoff | Notice | Failure | OutputLine


class Change(msgspec.Struct, frozen=True):
    """What one event did to one item.

    ``began``: it is new. ``grew``: ``text`` was appended. ``replaced``: ``text`` is its whole text
    now. ``updated``: a field changed. ``ended``: it is settled. ``removed``: it is taken back,
    with everything in the chat after it.
    """

    kind: Literal["began", "grew", "replaced", "updated", "ended", "removed"]
    item: Item
    text: str = ""
