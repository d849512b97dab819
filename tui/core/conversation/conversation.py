"""The state that `fold` carries from event to event."""

import copy
from collections.abc import Iterable
from typing import Literal

import msgspec

from tui.core.conversation.items import Attempt, Change, Speech, ToolCall, UserMessage
from tui.core.conversation.requests import Request
from tui.protocol.events import AgentLoaded, Event, Problem

UNNAMED = "r0"
"""The id of a run whose events carry none."""

Outcome = Literal["", "ok", "failed", "cancelled"]


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """One run: the one under way, or the last one."""

    id: str
    prompt: str = ""
    mode: Literal["send", "continue", "rewind"] = "send"
    begun: bool = False
    """The worker has reported `RunStarted`; until then it is only sent."""
    agent: str = ""
    """Who speaks now."""
    outcome: Outcome = ""
    """"" while it runs."""
    kept: bool = False
    """The person's message is in the ledger."""
    can_continue: bool = False
    ran_tools: bool = False
    cancelling_since: int | None = None
    """`time.monotonic_ns()` of the dashboard at the cancel key."""
    failure: str = ""
    """Why the newest attempt at the top failed."""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """An open model call."""

    agent: str
    parent: str = ""


class Conversation(msgspec.Struct, kw_only=True):
    """Everything that is open, and the last run; ``changes`` is what the last event changed.

    Only `fold` makes new ones, and a state that a caller holds never changes. Items of earlier
    runs are not kept, they were in the changes: the size is that of one run.
    """

    worker: Literal["starting", "loading", "ready", "not_loaded", "exited"] = "starting"
    silent: bool = False
    """The worker does not respond."""
    loaded: AgentLoaded | None = None
    load_problem: Problem | None = None
    """Why there is no agent; None once it is loaded."""
    changed_files: tuple[str, ...] = ()
    """Files of the agent that changed since it was loaded."""
    loading_files: tuple[str, ...] = ()
    """Changed files that the worker loads now."""
    run: Run | None = None
    queued: str = ""
    """One message that goes out when the run has ended."""
    runs: int = 0
    """The highest number of a run so far: they are named r1, r2 ..."""
    ended_runs: frozenset[str] = frozenset()
    calls: dict[str, Call] = {}
    """Open model calls."""
    attempts: dict[str, Attempt] = {}
    """Open ones, by model call."""
    backoffs: frozenset[str] = frozenset()
    """Model calls that wait for their next attempt."""
    speech: dict[str, Speech] = {}
    """Open ones, by key."""
    spoken: dict[str, Speech] = {}
    """Answers and refusals of the run, open or not, by key."""
    tools: dict[str, ToolCall] = {}
    """All of the run, by id."""
    open_tools: dict[str, ToolCall] = {}
    handoffs: tuple[str, ...] = ()
    """Calls that ask for a handoff that has not happened yet."""
    left_behind: frozenset[str] = frozenset()
    """Names of tools that keep running in a thread although their run was cancelled."""
    user_message: UserMessage | None = None
    """The newest one."""
    at: int = 0
    """Time of the newest event, in ns of the worker's clock."""
    anchor: tuple[int, float] = (0, 0.0)
    """One moment in ns of the worker's clock and in Unix seconds."""
    changes: tuple[Change, ...] = ()

    @property
    def running(self) -> str:
        """The id of the run under way, sent or begun; "" when idle."""
        return self.run.id if self.run is not None and not self.run.outcome else ""

    @property
    def cancelling_since(self) -> int | None:
        return self.run.cancelling_since if self.run is not None and self.running else None

    @property
    def writing(self) -> bool:
        """An answer is being written at the top."""
        return any(not one.parent and one.kind != "reasoning" for one in self.speech.values())

    @property
    def can_retry(self) -> bool:
        """The retry key does something now."""
        return bool(self.backoffs) if self.running else self.run is not None

    @property
    def returned_prompt(self) -> str:
        """The last message, where it is not in the conversation: it belongs into the prompt."""
        run = self.run
        return run.prompt if run is not None and run.outcome and not run.kept else ""

    @property
    def open_things(self) -> tuple[object, ...]:
        """Whatever belongs to a run and has not ended."""
        return (
            *self.calls.values(), *self.attempts.values(), *self.backoffs,
            *self.speech.values(), *self.open_tools.values(),
        )  # fmt: skip

    def wall(self, at: int) -> float:
        """A moment of the worker's clock in Unix seconds; 0 when there is no anchor yet."""
        then, wall = self.anchor
        return wall + (at - then) / 1e9 if wall else 0.0

    def copied(self) -> "Conversation":
        """A copy whose dicts can be changed, without changes."""
        new = copy.copy(self)
        for name in _DICTS:
            setattr(new, name, getattr(self, name).copy())
        new.changes = ()
        return new

    def at_rest(self, at: int) -> "Conversation":
        """The same as of ``at``, where an event changed nothing."""
        new = copy.copy(self)
        new.at, new.changes = at or self.at, ()
        return new

    def set_run(self, **changes: object) -> None:
        """Change the run, if there is one."""
        if self.run is not None:
            self.run = msgspec.structs.replace(self.run, **changes)

    def change(self, *changes: Change) -> None:
        self.changes += changes


_DICTS = ("calls", "attempts", "speech", "spoken", "tools", "open_tools")


class Step(msgspec.Struct, frozen=True):
    """One event or request, and what it changed."""

    event: Event | Request
    changes: tuple[Change, ...]


def combined(changes: Iterable[Change], state: Conversation) -> Conversation:
    """The state with these changes before its own."""
    new = copy.copy(state)
    new.changes = (*changes, *state.changes)
    return new
