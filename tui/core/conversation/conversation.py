"""The state that `fold` carries from event to event."""

import copy
from typing import Literal

import msgspec

from tui.core.conversation.items import (
    Attempt,
    Change,
    FollowUp,
    Notice,
    Speech,
    ToolCall,
    UserMessage,
)
from tui.core.conversation.requests import Request
from tui.protocol.events import AgentLoaded, ApprovalAnswered, Event, Problem

UNNAMED = "r0"
"""The id of a run whose events have none."""

Outcome = Literal["", "ok", "failed", "cancelled"]


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """The current run, or the last one."""

    id: str
    prompt: str = ""
    mode: Literal["send", "continue", "rewind"] = "send"
    begun: bool = False
    """The worker has reported `RunStarted`; until then it is only sent."""
    agent: str = ""
    """The current agent."""
    outcome: Outcome = ""
    """"" while it runs."""
    lost: bool = False
    """It was cut off when its dashboard was killed; its outcome is ``cancelled``."""
    kept: bool = False
    """The user's message is in the ledger."""
    can_continue: bool = False
    ran_tools: bool = False
    cancelling_since: int | None = None
    """When the cancel key was pressed: `time.monotonic_ns()` of the dashboard."""
    failure: str = ""
    """Why the newest attempt at the top failed."""


class TakenBack(msgspec.Struct, frozen=True, kw_only=True):
    """A turn that a retry, or the undoing of one, has put aside."""

    run: Run | None
    """Its last run."""
    message: UserMessage | None


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A model call."""

    agent: str
    parent: str = ""


class Conversation(msgspec.Struct, kw_only=True):
    """Everything that is open, and the last run; ``changes`` is what the last event changed.

    Only `fold` makes new states, and it never changes one that a caller holds. Items of earlier
    runs are not kept, only their ids: the size is that of one run.
    """

    loaded: AgentLoaded | None = None
    load_problem: Problem | None = None
    """Why the agent could not be loaded; None again once it is loaded."""
    changed_files: tuple[str, ...] = ()
    """Files of the agent that have changed since it was loaded."""
    loading_files: tuple[str, ...] = ()
    """The changed files that the worker is loading."""
    run: Run | None = None
    before: Run | None = None
    """The last run that had begun when the current one was sent."""
    taken_back: tuple[TakenBack, ...] = ()
    """Other answers to the newest message (`answers_aside.py`)."""
    undo_passed: bool = False
    """A retry could be undone until another message was sent."""
    undoing: bool = False
    """The worker was asked to undo a retry."""
    waiting: tuple[FollowUp, ...] = ()
    """Messages that will be sent when the run has ended, one after the other."""
    runs: int = 0
    """The highest run number so far: runs are named r1, r2 ..."""
    ended_runs: frozenset[str] = frozenset()
    calls: dict[str, Call] = {}
    """The model calls of the run, by id."""
    attempts: dict[str, Attempt] = {}
    """Open attempts, by model call."""
    backoffs: frozenset[str] = frozenset()
    """Model calls that wait for their next attempt."""
    speech: dict[str, Speech] = {}
    """Open speech, by key."""
    spoken: dict[str, Speech] = {}
    """All answers and refusals of the run, by key."""
    phases: dict[str, str] = {}
    """Phases of messages whose text has not come, by key."""
    tools: dict[str, ToolCall] = {}
    """All tool calls of the run, by id."""
    open_tools: dict[str, ToolCall] = {}
    arriving: dict[str, tuple[str, ...]] = {}
    """By call, the pieces so far of an output that is not whole yet."""
    handoffs: tuple[str, ...] = ()
    """Tool calls that requested a handoff that has not happened yet."""
    standing_answers: dict[tuple[str, str], ApprovalAnswered] = {}
    """By agent and tool, approvals and rejections that answer all later calls too."""
    left_behind: frozenset[str] = frozenset()
    """Names of tools that keep running in a thread although their run was cancelled."""
    left_notice: Notice | None = None
    """What says so, and offers to end them."""
    user_message: UserMessage | None = None
    """The newest one."""
    message_before: UserMessage | None = None
    """The one before it, while no run has begun with the newest one."""
    at: int = 0
    """Time of the newest event, in ns of the worker's clock."""
    anchor: tuple[int, float] = (0, 0.0)
    """One moment in ns of the worker's clock and in Unix seconds."""
    served: tuple[str, str, str] = ("", "", "")
    """Agent, model and host of the newest model call at the top since the agent was loaded."""
    changes: tuple[Change, ...] = ()

    @property
    def agent(self) -> str:
        """The agent that speaks, or takes the next turn; "" while it is not known."""
        first, known = (
            (self.loaded.agent, self.loaded.agents) if self.loaded is not None else ("", ())
        )
        agent = self.run.agent if self.run is not None else ""
        # Edited code may not have the agent of the last turn: then the first one takes the next.
        return agent if agent and (self.running or agent in known) else first

    @property
    def model_and_host(self) -> tuple[str, str]:
        """Of that agent; "" for what is not known before its first call."""
        agent, model, host = self.served
        if agent and agent == self.agent:
            return model, host
        loaded = self.loaded
        is_first = loaded is not None and loaded.agent == self.agent
        return (loaded.model, loaded.host) if loaded is not None and is_first else ("", "")

    @property
    def open_run(self) -> Run | None:
        """The run that was sent or has started, and has not ended."""
        return self.run if self.run is not None and not self.run.outcome else None

    @property
    def running(self) -> str:
        """The id of the open run; "" when idle."""
        return self.open_run.id if self.open_run is not None else ""

    @property
    def cancelling_since(self) -> int | None:
        return self.open_run.cancelling_since if self.open_run is not None else None

    @property
    def writing(self) -> bool:
        """The agent at the top is writing an answer."""
        return any(not one.parent and one.kind != "reasoning" for one in self.speech.values())

    @property
    def next_to_send(self) -> FollowUp | None:
        """The waiting message that is sent as soon as an agent can take it."""
        ready = not self.running and not self.undoing and self.load_problem is None
        return next((one for one in self.waiting if not one.held), None) if ready else None

    @property
    def can_retry(self) -> bool:
        """The retry key does something now."""
        return bool(self.backoffs) if self.running else self.run is not None

    @property
    def returned_prompt(self) -> str:
        """The last message, if the run ended without it in the ledger: the prompt gets it back."""
        run = self.run
        return run.prompt if run is not None and run.outcome and not run.kept else ""

    @property
    def open_things(self) -> tuple[object, ...]:
        """Everything of a run that is not settled; nothing between two runs."""
        return (
            *self.calls.values(), *self.attempts.values(), *self.backoffs,
            *self.speech.values(), *self.open_tools.values(),
        )  # fmt: skip

    def wall(self, at: int) -> float:
        """A moment of the worker's clock in Unix seconds; 0 when there is no anchor yet."""
        then, wall = self.anchor
        return wall + (at - then) / 1e9 if wall else 0.0

    def copied(self) -> "Conversation":
        """A copy with dicts of its own and no changes."""
        new = copy.copy(self)
        for name in _DICTS:
            setattr(new, name, getattr(self, name).copy())
        new.changes = ()
        return new

    def at_rest(self, at: int) -> "Conversation":
        """The same state at ``at``, after an event that changed nothing."""
        new = copy.copy(self)
        new.at, new.changes = at or self.at, ()
        return new

    def set_run(self, **changes: object) -> None:
        """Change the run, if there is one."""
        if self.run is not None:
            self.run = msgspec.structs.replace(self.run, **changes)

    def change(self, *changes: Change) -> None:
        self.changes += changes


_DICTS = ("calls", "attempts", "speech", "spoken", "phases", "tools", "open_tools", "arriving")


class Step(msgspec.Struct, frozen=True):
    """An event or request, and what it changed."""

    event: Event | Request
    changes: tuple[Change, ...]
