"""What the metrics keep, all of it bounded: open work, recent turns, and sums."""

import copy
from typing import Literal

import msgspec

from tui.core.metrics.attempt import Attempt
from tui.core.metrics.bars import PaceBar
from tui.core.metrics.figure import Figure, Quality
from tui.core.metrics.groups import Tables, ToolRow
from tui.core.metrics.thresholds import Crossing, ThresholdName, Thresholds
from tui.core.metrics.tokens import Packing, Tokens
from tui.core.metrics.turn import Turn, TurnFigures
from tui.protocol.events import (
    AgentLoaded,
    ApprovalRequested,
    ConnectionsChanged,
    Kind,
    LoopBlocked,
    ModelCallStarted,
    Problem,
    RetryScheduled,
    ToolCalled,
    WorkerSilent,
)

MAX_TURNS = 200
MAX_CROSSINGS = 50


class Worker(msgspec.Struct, frozen=True, kw_only=True):
    """The state of the worker process."""

    kind: Literal["starting", "loading", "ready", "not_loaded", "dead"] = "starting"
    since: int = 0
    problem: Problem | None = None
    code: int | None = None
    signal: str = ""
    expected: bool = False


class OpenTool(msgspec.Struct, frozen=True, kw_only=True):
    """A tool call whose own code runs."""

    tool_call: str
    name: str
    started: int
    run: str
    parent: str = ""
    quality: Quality = "measured"
    """Of its times: a provider's tool is seen only through the answer's stream."""


class Cut(msgspec.Struct, frozen=True):
    """How many attempts of one call failed while they answered."""

    run: str
    attempts: int


class Counters(msgspec.Struct, frozen=True, kw_only=True):
    """Counts over the whole session, scripted answers included."""

    retries: int = 0
    recoveries: int = 0
    turns_with_failures: int = 0
    """Turns with at least one failed attempt."""
    interruptions: int = 0
    """Cancelled turns."""
    cuts: int = 0
    """Attempts that failed while they answered."""
    continued: int = 0
    """Cuts that a later attempt recovered by continuing the answer."""
    restarted: int = 0
    """Cuts that a later attempt recovered by starting the answer over."""
    given_up: int = 0
    """Cuts that no attempt recovered."""
    issues: int = 0
    """Turns with an error, a retry, a cancellation or a crossed threshold."""
    prompts: int = 0
    prompt_characters: int = 0
    answers: int = 0
    answer_characters: int = 0


class Session(msgspec.Struct, kw_only=True):
    """Changed only by the handlers of `metrics_fold.py`, in a copy that no caller holds yet.

    Every value in it is frozen, so `copied` copies only the dicts.
    """

    thresholds: Thresholds = Thresholds()
    worker: Worker = Worker()
    exit_counted: bool = False
    """A run has already failed because this worker is gone: its exit is the same error."""
    connections: ConnectionsChanged | None = None
    """The worker's, as it reported them last; None: it has not, or has ended."""
    blocked: LoopBlocked | None = None
    """Set while the agent's event loop is blocked."""
    silent: WorkerSilent | None = None
    """Set while the worker is unresponsive."""
    loaded: AgentLoaded | None = None
    agent: str = ""
    calls: dict[str, ModelCallStarted] = {}
    attempts: dict[str, Attempt] = {}
    """By model call: its open attempt."""
    cuts: dict[str, Cut] = {}
    """By model call, while a later attempt may still recover them."""
    unreported: dict[str, Attempt] = {}
    """By model call: an ok attempt whose usage is still missing, so its rate is an estimate."""
    backoffs: dict[str, RetryScheduled] = {}
    called: dict[str, ToolCalled] = {}
    tools: dict[str, OpenTool] = {}
    approvals: dict[str, ApprovalRequested] = {}
    open_turns: dict[str, Turn] = {}
    turns: tuple[TurnFigures, ...] = ()
    turn_count: int = 0
    newest: tuple[int, ...] = ()
    """The numbers of the newest message's turns: the first, and those that continue it."""
    aside: tuple[tuple[int, ...], ...] = ()
    """The same of other answers to it, as in `Conversation.taken_back`."""
    last_attempt: Attempt | None = None
    turn_attempts: dict[int, Attempt] = {}
    """By turn number: its attempt that ended last; of turns that stand or may stand again."""
    frozen_rate: float = 0.0
    """The live rate at the last delta of the attempt that ended last."""
    frozen_call: str = ""
    """The model call of that attempt."""
    bars: tuple[PaceBar, ...] = ()
    """The sparklines' bars."""
    packings: dict[str, Packing] = {}
    """By model: how many tokens its deltas have."""
    real: Tables = Tables()
    scripted: Tables = Tables()
    saved: dict[str, Tokens] = {}
    """By model: what the cache's answers would have used."""
    by_tool: dict[str, ToolRow] = {}
    errors: dict[Kind, int] = {}
    counters: Counters = Counters()
    crossings: tuple[Crossing, ...] = ()
    crossing_count: int = 0
    crossed: frozenset[ThresholdName] = frozenset()
    threshold_values: dict[ThresholdName, Figure] = {}
    """The latest value that was compared with each threshold."""
    threshold_turns: dict[ThresholdName, int] = {}
    """The numbers of their turns; the error rate is the session's."""

    @property
    def standing_turn(self) -> TurnFigures | None:
        """The last turn that ended and that no retry, or undone retry, has taken back."""
        return next((turn for turn in reversed(self.turns) if not turn.taken_back), None)

    def copied(self) -> "Session":
        new = copy.copy(self)
        for name in _DICTS:
            setattr(new, name, getattr(self, name).copy())
        return new

    def replace_turn(self, run: str, **changes: object) -> None:
        """Change the open turn of a run, if there is one."""
        turn = self.open_turns.get(run)
        if turn is not None:
            self.open_turns[run] = msgspec.structs.replace(turn, **changes)

    def count(self, **steps: int) -> None:
        """Add to the counters."""
        changed = {name: getattr(self.counters, name) + step for name, step in steps.items()}
        self.counters = msgspec.structs.replace(self.counters, **changed)

    def count_error(self, kind: Kind, run: str = "") -> None:
        """Count an error of this kind, in the session and in its turn."""
        self.errors[kind] = self.errors.get(kind, 0) + 1
        self.note_error(kind, run)

    def note_error(self, kind: Kind, run: str) -> None:
        """Count an error in the open turn of a run, if there is one."""
        turn = self.open_turns.get(run)
        if turn is not None:
            kinds = turn.kinds if kind in turn.kinds else (*turn.kinds, kind)
            self.replace_turn(run, kinds=kinds, errors=turn.errors + 1)

    def is_judged(self, attempt: Attempt) -> bool:
        """Whether the thresholds apply: not to inferred times, to scripted ones only alone."""
        measured = not (attempt.inferred or attempt.cached)
        return measured and (not attempt.scripted or not self.real.all.attempts)

    def cross(
        self, name: ThresholdName, figure: Figure, limit: float, at: int, attempt: Attempt
    ) -> None:
        """A figure is beyond its limit: mark the turn, and record a crossing if it is new."""
        self.threshold_values[name] = figure
        turn = self.open_turns.get(attempt.run)
        number = 0 if turn is None or name == "errors" else turn.number
        self.threshold_turns[name] = number
        if turn is not None and name not in turn.crossed:
            self.replace_turn(attempt.run, crossed=(*turn.crossed, name))
        if name in self.crossed:
            return
        self.crossed |= {name}
        self.crossing_count += 1
        crossing = Crossing(
            number=self.crossing_count,
            name=name,
            value=figure.value,
            quality=figure.quality,
            limit=limit,
            at=at,
            run=attempt.run,
            turn=number,
            scripted=attempt.scripted,
        )
        self.crossings = (*self.crossings, crossing)[-MAX_CROSSINGS:]

    def clear_scripted_crossings(self) -> None:
        """With the first real attempt, crossings by scripted ones no longer count."""
        scripted = {one.name: one.scripted for one in self.crossings}
        self.crossed = frozenset(name for name in self.crossed if not scripted.get(name, False))


_DICTS = (
    "calls", "attempts", "cuts", "unreported", "backoffs", "called", "tools", "approvals",
    "open_turns", "turn_attempts", "by_tool", "saved", "errors", "threshold_values",
    "threshold_turns", "packings",
)  # fmt: skip
