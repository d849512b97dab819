"""The events of a recording on one time line."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from tui.core.conversation import Conversation, missing_ends
from tui.core.joined_fold import JoinedFold
from tui.core.metrics import Metrics
from tui.journal.resume import SAME_CLOCK, shifted
from tui.protocol import events
from tui.protocol.events import Event, Problem
from tui.replay.separate_runs import one_after_another

SECOND = 1_000_000_000

MOST_IDLE = 3.0
"""Seconds that a wait between two turns takes at most."""

MarkKind = Literal["turn", "call", "error"]

_RUN_ENDS = (events.RunFinished, events.WorkerExited)


class Tape(msgspec.Struct, frozen=True, kw_only=True):
    """Number n of each list is about event n; all times in ns.

    Positions start at 0, never fall, and long waits between two turns are cut out of them.
    """

    events: list[Event]
    """All on one clock; a run whose end is missing has one before the next run starts."""
    positions: list[int]
    clock: list[int]
    """The events' clock when they have arrived: their own times, but never falling."""
    marks: dict[MarkKind, list[int]]
    """The numbers of the events that begin a turn or a model call, or report an error."""
    is_cut: bool = False
    """The recording has no end of the last turn."""

    def __len__(self) -> int:
        return len(self.events)

    @property
    def total(self) -> int:
        """The last position."""
        return self.positions[-1]

    def arrived(self, position: int) -> int:
        """How many events have arrived at a position."""
        return bisect_right(self.positions, position)

    def clock_at(self, arrived: int, position: int) -> int:
        """The events' clock at a position at which this many events have arrived."""
        if not arrived:
            return self.clock[0]
        return self.clock[arrived - 1] + max(0, position - self.positions[arrived - 1])

    def next_mark(self, kind: MarkKind, arrived: int) -> int | None:
        """The number of the next such event after those that have arrived; None: no more."""
        marks = self.marks[kind]
        place = bisect_left(marks, arrived)
        return marks[place] if place < len(marks) else None

    def previous_mark(self, kind: MarkKind, arrived: int, just_now: int | None) -> int | None:
        """The last such event before the newest that has arrived; None: no more.

        Nor is it one that arrived after ``just_now``, a position, unless that is None.
        """
        before = arrived - 1
        if just_now is not None:
            before = min(before, self.arrived(just_now))
        place = bisect_left(self.marks[kind], before)
        return self.marks[kind][place - 1] if place else None


def tape_of(
    recorded: Iterable[Iterable[Event]], *, most_idle: float = MOST_IDLE, end_last: bool = False
) -> Tape:
    """Put recorded events on a time line; there must be at least one.

    ``end_last``: if the last run has no end, end it where the recording ends, as resuming does.
    """
    whole = [event for batch in recorded for event in batch]
    ordered, is_cut = _completed(one_after_another(_on_one_clock(whole)), end_last=end_last)
    clock, positions = _time_line(ordered, most_idle)
    marks: dict[MarkKind, list[int]] = {
        "turn": _numbers(ordered, events.RunStarted),
        "call": _numbers(ordered, events.ModelCallStarted),
        "error": _errors(ordered),
    }
    return Tape(events=ordered, positions=positions, clock=clock, marks=marks, is_cut=is_cut)


def recorded_positions(recorded: Sequence[Event], *, most_idle: float = MOST_IDLE) -> list[int]:
    """The position of each event in the order in which they were recorded."""
    return _time_line(_on_one_clock(recorded), most_idle)[1] if recorded else []


def _on_one_clock(recorded: Sequence[Event]) -> list[Event]:
    """Move the times of other machines and other starts of this one to the first event's clock."""
    moved: list[Event] = []
    anchor: tuple[int, float] | None = None
    shift = 0
    for event in recorded:
        if isinstance(event, events.WorkerStarted | events.RunStarted) and event.wall:
            anchor = anchor or (event.at, event.wall)
            then = anchor[0] + round((event.wall - anchor[1]) * SECOND)
            shift = then - event.at if abs(then - event.at) > SAME_CLOCK else 0
        moved.append(shifted(event, shift) if shift else event)
    return moved


def _completed(ordered: list[Event], *, end_last: bool) -> tuple[list[Event], bool]:
    """Add the ends of runs that were killed with their dashboard, before what follows them.

    Also whether the last one has none.
    """
    whole: list[Event] = []
    began: int | None = None
    for event in ordered:
        if isinstance(event, events.RunStarted | events.WorkerStarted) and began is not None:
            whole += _ends_of(whole[began:])
            began = None
        if isinstance(event, events.RunStarted):
            began = len(whole)
        elif isinstance(event, _RUN_ENDS):
            began = None
        whole.append(event)
    is_cut = began is not None
    if end_last and began is not None:
        whole += _ends_of(whole[began:])
    return whole, is_cut


def _ends_of(run: list[Event]) -> list[Event]:
    reading = JoinedFold(lambda event: event, Metrics(), Conversation())
    reading.read(run)
    reading.join()
    return list(missing_ends(reading.conversation))


def _time_line(ordered: Sequence[Event], most_idle: float) -> tuple[list[int], list[int]]:
    """The clock and the position of each event."""
    longest = round(most_idle * SECOND)
    clock: list[int] = []
    positions: list[int] = []
    now, position, runs = ordered[0].at, 0, False
    for event in ordered:
        gap = max(0, event.at - now)
        now += gap
        position += gap if runs else min(gap, longest)
        clock.append(now)
        positions.append(position)
        if isinstance(event, events.RunStarted):
            runs = True
        elif isinstance(event, _RUN_ENDS):
            runs = False
    return clock, positions


def _numbers(ordered: Sequence[Event], kind: type[Event]) -> list[int]:
    return [number for number, event in enumerate(ordered) if isinstance(event, kind)]


def _errors(ordered: Sequence[Event]) -> list[int]:
    found: list[int] = []
    last: Problem | None = None
    for number, event in enumerate(ordered):
        problem: Problem | None = None
        match event:
            case events.AttemptFailed() | events.AgentLoadFailed():
                problem = event.problem
            case events.ToolFinished(outcome="error"):
                found.append(number)
            case events.RunFinished(outcome="failed") if event.problem != last:
                problem = event.problem
            case events.WorkerExited(expected=False) | events.GuardrailTripped():
                found.append(number)
        if problem is not None:
            found.append(number)
            last = problem
    return found
