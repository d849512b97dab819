"""Everything that the screen can show at one moment, as frozen data.

Durations are in seconds, rates per second, shares from 0 to 1.
"""

from typing import Literal

import msgspec

from tui.core.metrics.figure import UNAVAILABLE, Figure, Quality
from tui.core.metrics.series import Summary
from tui.core.metrics.state import State
from tui.core.metrics.thresholds import Crossing, ThresholdName, Thresholds
from tui.core.metrics.tokens import TokenFigures
from tui.core.metrics.turn import TurnFigures
from tui.protocol.events import ConnectionsChanged, Kind


class PhaseFigures(msgspec.Struct, frozen=True, kw_only=True):
    """How a request was sent; steps that it did not need are unavailable."""

    prepared: Figure
    lookup: Figure
    connect: Figure
    tls: Figure
    sent: Figure
    first_byte: Figure

    @property
    def reused(self) -> bool:
        """It used a connection that was already open."""
        return not self.connect.known


class AttemptFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The current attempt of a turn, or its last one."""

    call: str
    number: int
    agent: str
    model: str
    parent: str = ""
    """The tool call in which a nested agent made it; "" at the top."""
    scripted: bool
    cached_answer: bool = False
    """The cache answered it: it has no times, and its tokens and cost were not spent."""
    outcome: Literal["open", "ok", "error", "cancelled"]
    kind: Kind | None = None
    phases: PhaseFigures | None = None
    """None if the HTTP client does not report them."""
    ttft: Figure = UNAVAILABLE
    ttfo: Figure = UNAVAILABLE
    tpot: Figure = UNAVAILABLE
    """Of an attempt that has ended, as ``rate``."""
    rate: Figure = UNAVAILABLE
    """Decode tok/s."""
    end_to_end_rate: Figure = UNAVAILABLE
    events_rate: Figure = UNAVAILABLE
    icl_p50: Figure = UNAVAILABLE
    icl_p95: Figure = UNAVAILABLE
    icl_p99: Figure = UNAVAILABLE
    icl_max: Figure = UNAVAILABLE
    """Includes a stall, which is an open gap of at least that length."""
    input: Figure = UNAVAILABLE
    output: Figure = UNAVAILABLE
    cached: Figure = UNAVAILABLE
    cache_write: Figure = UNAVAILABLE
    reasoning: Figure = UNAVAILABLE
    cost: Figure = UNAVAILABLE
    duration: Figure = UNAVAILABLE
    """Seconds from the sending of the request to the attempt's end."""


class GroupFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The attempts of one model, agent or day; ``duration`` in seconds, of the ok ones."""

    name: str
    attempts: int
    failed: int
    ttft: Summary
    rate: Summary
    tokens: TokenFigures
    duration: Summary = Summary()


class ToolFigures(msgspec.Struct, frozen=True, kw_only=True):
    """All calls of one tool; ``duration`` in seconds."""

    name: str
    calls: int
    failed: int
    cancelled: int
    """Cut off before their end."""
    duration: Summary
    quality: Quality = "measured"
    """Of the durations; one that is estimated makes all of them so."""
    rejected: int = 0
    """Refused: they never ran."""


class SavedFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Model calls that the cache answered, and what they would have used."""

    calls: int = 0
    tokens: TokenFigures = TokenFigures()


class SessionFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Sums and distributions of real answers, or of scripted ones if there are no others."""

    scripted: bool = False
    ttft: Summary = Summary()
    ttfo: Summary = Summary()
    turn_ttfo: Summary = Summary()
    tpot: Summary = Summary()
    icl: Summary = Summary()
    icl_curve: tuple[float, ...] = ()
    """Seconds at each 2 % of the distribution, 0 % to 100 %; empty without gaps."""
    e2e: Summary = Summary()
    rate: Summary = Summary()
    models: tuple[GroupFigures, ...] = ()
    agents: tuple[GroupFigures, ...] = ()
    tools: tuple[ToolFigures, ...] = ()
    days: tuple[GroupFigures, ...] = ()
    """Only in figures across sessions: one row per day, the newest first."""
    attempts: int = 0
    failed: int = 0
    error_rate: Figure = UNAVAILABLE
    goodput: Figure = UNAVAILABLE
    tokens: TokenFigures = TokenFigures()
    saved: SavedFigures = SavedFigures()
    """By the cache; these calls are in none of the other figures."""
    errors: tuple[tuple[Kind, int], ...] = ()
    """By kind, the most frequent first."""
    error_count: int = 0
    retries: int = 0
    recoveries: int = 0
    recovery_rate: Figure = UNAVAILABLE
    interruptions: int = 0
    cuts: int = 0
    """Attempts that failed while they answered; each ends as one of the next three."""
    continued: int = 0
    restarted: int = 0
    given_up: int = 0
    issues: int = 0
    turns: int = 0
    prompts: int = 0
    prompt_characters: int = 0
    answers: int = 0
    answer_characters: int = 0


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Everything, as of ``now`` (ns of the worker's clock)."""

    now: int
    state: State
    agent: str = ""
    model: str = ""
    host: str = ""
    scripted: bool = False
    """The current turn is scripted."""
    cached: bool = False
    """The cache answered the attempt that is shown."""
    connections: ConnectionsChanged | None = None
    """Those that are open, and answers that stream; None: not known."""
    attempt: AttemptFigures | None = None
    """Of ``turn``; None: it has none of its own."""
    turn: TurnFigures | None = None
    """The running turn, or the last one that stands: that no retry, or its undoing, took back."""
    live: Figure = UNAVAILABLE
    """tok/s over the last 5 s; frozen while a tool runs, unavailable when idle."""
    rates: tuple[float, ...] = ()
    """tok/s of each half-second, over what streams cover of it, the oldest first, with long pauses
    shortened. All are estimates; those of an attempt that is counted have its tok/s together."""
    gaps: tuple[float, ...] = ()
    """The longest inter-chunk gap in each of these half-seconds, in seconds."""
    session: SessionFigures = SessionFigures()
    turns: tuple[TurnFigures, ...] = ()
    """The turns kept, the oldest first; a running one is last."""
    crossings: tuple[Crossing, ...] = ()
    crossed: frozenset[ThresholdName] = frozenset()
    """Thresholds that are crossed now."""
    current_crossings: tuple[Crossing, ...] = ()
    """The crossings of ``crossed``, the newest first, with the current values."""
    thresholds: Thresholds = Thresholds()
