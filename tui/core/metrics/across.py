"""Figures across stored sessions: each one is folded on its own, and only its sums are kept.

Pure, and bounded in memory: what comes in is an iterable, what stays are sums by day.
"""

from collections.abc import Iterable
from datetime import date, datetime

from msgspec.structs import replace

from tui.core.metrics.figures import GroupFigures, SessionFigures
from tui.core.metrics.groups import Group
from tui.core.metrics.merge import merged, merged_group
from tui.core.metrics.metrics_fold import Metrics, fold, with_thresholds
from tui.core.metrics.session_report import group_figures, session_figures
from tui.core.metrics.session_state import Session
from tui.core.metrics.thresholds import Thresholds
from tui.protocol.events import AgentLoaded, Event, RunStarted, WorkerExited, WorkerStarted


class Sums:
    """Feed it sessions; turns that began before ``since`` (Unix seconds) do not count.

    Those that a script has answered are summed apart, errors and tools included.
    """

    def __init__(self, thresholds: Thresholds, since: float = 0.0) -> None:
        self.since = since
        self._empty = with_thresholds(thresholds)
        self._real = _Sum(self._empty.session)
        self._scripted = _Sum(self._empty.session)

    def add(self, created: float, batches: Iterable[Iterable[Event]]) -> None:
        """One session's events in their order; ``created`` dates turns that have no date."""
        stretch = _Stretch(self._empty)
        day: date | None = None
        for batch in batches:
            for event in batch:
                if isinstance(event, RunStarted):
                    began = self._day(event.wall or created)
                    if day not in {None, began}:
                        self._take(day, stretch)
                        stretch = _Stretch(self._empty, stretch.worker)
                    day = began
                stretch.fold(event)
        self._take(day, stretch)

    def figures(self) -> SessionFigures:
        """Over everything that was added: of real models, or of scripts where nothing else is."""
        return replace(session_figures(self._shown.total), days=self.days())

    def days(self) -> tuple[GroupFigures, ...]:
        """All attempts of each day on which anything was attempted, the newest day first."""
        return tuple(
            group_figures(day.isoformat(), group)
            for day, group in sorted(self._shown.days.items(), reverse=True)
            if group.attempts
        )

    @property
    def _shown(self) -> "_Sum":
        only_scripts = not self._real.total.real.all.attempts
        return self._scripted if only_scripts and self._scripted.days else self._real

    def _day(self, wall: float) -> date:
        if wall < self.since:
            return date.min
        return datetime.fromtimestamp(wall).astimezone().date()

    def _take(self, day: date | None, stretch: "_Stretch") -> None:
        if day is None or day == date.min:
            return
        session = stretch.ended()
        by_script = session.scripted.all.attempts or (session.loaded and session.loaded.scripted)
        scripted = bool(by_script) and not session.real.all.attempts
        (self._scripted if scripted else self._real).add(
            day, session, session.scripted.all if scripted else session.real.all
        )


class _Sum:
    """Of sessions of one kind: everything, and the attempts of each day."""

    def __init__(self, empty: Session) -> None:
        self.total = empty
        self.days: dict[date, Group] = {}

    def add(self, day: date, session: Session, attempts: Group) -> None:
        self.total = merged(self.total, session)
        self.days[day] = merged_group(self.days.get(day, Group()), attempts)


class _Stretch:
    """What one session did on one day."""

    def __init__(self, empty: Metrics, worker: Iterable[Event] = ()) -> None:
        self.worker: list[Event] = []
        """What a later stretch must know of the worker."""
        self._metrics = empty
        self._last = 0
        for event in worker:
            self.fold(event)

    def fold(self, event: Event) -> None:
        if isinstance(event, WorkerStarted):
            # The dashboard before this one was killed, and left open what nobody will ever end.
            self._end()
            self.worker = [event]
        elif isinstance(event, AgentLoaded):
            self.worker = [*self.worker[:1], event]
        self._metrics = fold(self._metrics, event)
        self._last = event.at

    def ended(self) -> Session:
        """All that was measured, with nothing left open."""
        self._end()
        return self._metrics.settled()

    def _end(self) -> None:
        if self._metrics.session.open_turns:
            self._metrics = fold(self._metrics, WorkerExited(at=self._last, code=0, expected=True))
