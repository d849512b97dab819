"""One turn: a user message and all that follows from it, from Enter to the run's last event.

The SDK's "turns" (``max_turns``) are model calls; here a turn has one or more of those.
"""

from typing import Literal

import msgspec

from tui.core.metrics.figure import Figure
from tui.core.metrics.tokens import TokenFigures, Tokens
from tui.core.metrics.waterfall import Parts, Span
from tui.protocol.events import Kind, Problem

Outcome = Literal["open", "ok", "failed", "cancelled"]


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """Instants in ns of the worker's clock; ``wall`` in Unix seconds."""

    run: str
    number: int
    """Numbers the session's turns from 1; a retried run is a turn of its own."""
    prompt: str = ""
    """Its beginning."""
    mode: Literal["send", "continue", "rewind"] = "send"
    agent: str = ""
    wall: float = 0.0
    entered: int
    started: int
    warm_up_since: int | None = None
    """Since when it waits for the SDK to load; None: it does not."""
    ttft: int | None = None
    """In ns, of its first attempt with any output, without nested agents."""
    first_text: int | None = None
    ended: int | None = None
    lost: bool = False
    """Nobody saw it end: it lasted until ``ended`` or longer."""
    outcome: Outcome = "open"
    problem: Problem | None = None
    scripted: bool = False
    attempts: int = 0
    cached: int = 0
    """Attempts that the cache answered."""
    failed: int = 0
    """Failed attempts."""
    retries: int = 0
    tools: int = 0
    given_up: int = 0
    """Attempts that were cut off and not recovered."""
    characters: int = 0
    """Of the answer's visible text."""
    errors: int = 0
    kinds: tuple[Kind, ...] = ()
    """Kinds of the errors counted in this turn."""
    crossed: tuple[str, ...] = ()
    """Thresholds crossed in this turn."""
    tokens: Tokens = Tokens()
    spans: tuple[Span, ...] = ()
    """The closed ones; a very long turn drops the oldest."""
    settled: Parts = Parts()
    """The parts until ``settled_until``, which includes dropped spans."""
    settled_until: int


class TurnFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One turn, running or ended. ``start`` and ``end`` in ns of the worker's clock."""

    run: str
    number: int
    prompt: str
    mode: Literal["send", "continue", "rewind"] = "send"
    agent: str
    wall: float
    outcome: Outcome
    problem: Problem | None
    lost: bool = False
    """It was cut off when its dashboard was killed; its outcome is ``cancelled``."""
    scripted: bool
    start: int
    end: int
    ttft: Figure
    """Of its first attempt with any output, without nested agents."""
    ttfo: Figure
    """From Enter to the first visible text."""
    e2e: Figure
    """From Enter to the last event; while the turn runs, the time so far.

    Unavailable if a killed dashboard left the turn open; then ``parts`` are the least it took."""
    attempts: int
    failed: int
    retries: int
    tools: int
    given_up: int
    errors: int = 0
    """Counted in this turn; those of ``kinds``."""
    kinds: tuple[Kind, ...]
    crossed: tuple[str, ...]
    tokens: TokenFigures
    taken_back: bool = False
    """A retry took its answer back; its tokens and times were spent all the same."""
    parts: Parts
    cached: int = 0
    """Attempts that the cache answered; ``tokens`` are those of the others."""
    spans: tuple[Span, ...]
    longest: str
    """The part that took the most time, in words; "" for an empty turn."""
    longest_share: float
