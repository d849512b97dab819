"""Everything the metrics remember, bounded: what runs now, recent turns, and sums over all."""

import copy
from typing import Literal

import msgspec

from tui.core.metrics.attempt import Attempt, Bucket
from tui.core.metrics.groups import Tables, ToolRow
from tui.core.metrics.thresholds import Crossing, ThresholdName, Thresholds
from tui.core.metrics.turn import Turn, TurnFigures
from tui.protocol.events import (
    AgentLoaded,
    ApprovalRequested,
    Kind,
    LoopBlocked,
    ModelCallStarted,
    Problem,
    RetryScheduled,
    ToolCalled,
    WorkerSilent,
)

MOST_TURNS = 200
MOST_CROSSINGS = 50
MOST_PACES = 240
PACE = 5
"""Tenths of a second that one bar of the sparklines stands for."""


class Worker(msgspec.Struct, frozen=True, kw_only=True):
    """The worker's life."""

    kind: Literal["starting", "loading", "ready", "not_loaded", "dead"] = "starting"
    since: int = 0
    problem: Problem | None = None
    code: int | None = None
    signal: str = ""
    expected: bool = False


class OpenTool(msgspec.Struct, frozen=True, kw_only=True):
    """A tool whose own code runs."""

    tool_call: str
    name: str
    started: int
    run: str
    parent: str = ""


class Cut(msgspec.Struct, frozen=True):
    """Attempts of one call that failed while they answered."""

    run: str
    attempts: int


class Counters(msgspec.Struct, frozen=True, kw_only=True):
    """Counts over the whole session, scripted answers included."""

    retries: int = 0
    recoveries: int = 0
    troubled: int = 0
    """Turns with at least one failed attempt."""
    interruptions: int = 0
    """Cancelled turns."""
    cuts: int = 0
    """Attempts that failed while they answered."""
    continued: int = 0
    """Cuts whose call ended well, by an attempt that went on from what was said."""
    restarted: int = 0
    """The same by one that began the answer anew."""
    given_up: int = 0
    """Cuts whose call did not end well by itself."""
    issues: int = 0
    """Turns with an error, a retry, a cancellation or a crossed threshold."""
    prompts: int = 0
    prompt_characters: int = 0
    answers: int = 0
    answer_characters: int = 0


class Session(msgspec.Struct, kw_only=True):
    """Changed only by the handlers of `metrics_fold.py`, and only in a copy nobody has seen.

    Every value inside is frozen, so that `copied` need only copy the dicts.
    """

    thresholds: Thresholds = Thresholds()
    worker: Worker = Worker()
    blocked: LoopBlocked | None = None
    """What keeps the agent's loop."""
    silent: WorkerSilent | None = None
    """The process, or the way to it, gives no sign of life."""
    loaded: AgentLoaded | None = None
    agent: str = ""
    calls: dict[str, ModelCallStarted] = {}
    attempts: dict[str, Attempt] = {}
    """By model call; open ones, one per call."""
    cuts: dict[str, Cut] = {}
    """By model call: of those that may still end well."""
    unreported: dict[str, Attempt] = {}
    """Ended well, their usage not here yet: it decides whether their rates are measured."""
    backoffs: dict[str, RetryScheduled] = {}
    called: dict[str, ToolCalled] = {}
    tools: dict[str, OpenTool] = {}
    approvals: dict[str, ApprovalRequested] = {}
    open_turns: dict[str, Turn] = {}
    turns: tuple[TurnFigures, ...] = ()
    turn_count: int = 0
    last_attempt: Attempt | None = None
    frozen_rate: float = 0.0
    """The live rate at the last delta of the attempt that ended last."""
    pace: tuple[Bucket, ...] = ()
    """Of `PACE` tenths of a second each; ``index`` counts those."""
    real: Tables = Tables()
    scripted: Tables = Tables()
    by_tool: dict[str, ToolRow] = {}
    errors: dict[Kind, int] = {}
    counters: Counters = Counters()
    crossings: tuple[Crossing, ...] = ()
    crossing_count: int = 0
    crossed: frozenset[ThresholdName] = frozenset()
    judged: dict[ThresholdName, float] = {}
    """What was last held against each threshold."""

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
        """Count an error of this kind, and remember in its turn that it was counted."""
        self.errors[kind] = self.errors.get(kind, 0) + 1
        turn = self.open_turns.get(run)
        if turn is not None and kind not in turn.kinds:
            self.replace_turn(run, kinds=(*turn.kinds, kind))

    def judges(self, attempt: Attempt) -> bool:
        """Scripted attempts are held to the thresholds only while there are no others."""
        return not attempt.scripted or not self.real.all.attempts

    def cross(
        self, name: ThresholdName, value: float, limit: float, at: int, attempt: Attempt
    ) -> None:
        """A figure is beyond its limit: tell it once, mark its turn every time."""
        self.judged[name] = value
        turn = self.open_turns.get(attempt.run)
        if turn is not None and name not in turn.crossed:
            self.replace_turn(attempt.run, crossed=(*turn.crossed, name))
        if name in self.crossed:
            return
        self.crossed |= {name}
        self.crossing_count += 1
        crossing = Crossing(
            number=self.crossing_count,
            name=name,
            value=value,
            limit=limit,
            at=at,
            run=attempt.run,
            scripted=attempt.scripted,
        )
        self.crossings = (*self.crossings, crossing)[-MOST_CROSSINGS:]

    def forget_scripted(self) -> None:
        """A real model is asked: what a script has crossed is no longer crossed."""
        scripted = {one.name: one.scripted for one in self.crossings}
        self.crossed = frozenset(name for name in self.crossed if not scripted.get(name, False))


_DICTS = (
    "calls", "attempts", "cuts", "unreported", "backoffs", "called", "tools", "approvals",
    "open_turns", "by_tool", "errors", "judged",
)  # fmt: skip
