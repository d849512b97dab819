"""Figures across stored sessions: each session is folded on its own, and only its sums are kept.

Pure, and bounded in memory: events come from an iterable, and the sums are per day.
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
from tui.protocol.events import (
    AgentLoaded,
    Event,
    RunStarted,
    SessionForked,
    WorkerExited,
    WorkerStarted,
)


class Sums:
    """The sums of the sessions added, without turns that began before ``since`` (Unix seconds).

    Scripted turns are summed separately, with their errors and tools.
    """

    def __init__(self, thresholds: Thresholds, since: float = 0.0) -> None:
        self.since = since
        self._empty = with_thresholds(thresholds)
        self._real = _Sum(self._empty.session)
        self._scripted = _Sum(self._empty.session)

    def add(self, created: float, batches: Iterable[Iterable[Event]]) -> None:
        """Add a session's events, in order; turns without a date get that of ``created``.

        Turns that were copied from another session are counted there.
        """
        session_day = _SessionDay(self._empty)
        day: date | None = None
        days: list[tuple[date | None, _SessionDay]] = []
        for batch in batches:
            for event in batch:
                if isinstance(event, SessionForked):
                    days.clear()
                    session_day, day = _SessionDay(self._empty, session_day.worker), None
                elif isinstance(event, RunStarted):
                    began = self._day(event.wall or created)
                    if day not in {None, began}:
                        days.append((day, session_day))
                        session_day = _SessionDay(self._empty, session_day.worker)
                    day = began
                session_day.fold(event)
        for began_on, summed in (*days, (day, session_day)):
            self._add(began_on, summed)

    def figures(self) -> SessionFigures:
        """Over all sessions: of real models, or of scripts if there is nothing else."""
        return replace(session_figures(self._shown.total), days=self.days())

    def days(self) -> tuple[GroupFigures, ...]:
        """The attempts of each day that has any, the newest day first."""
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

    def _add(self, day: date | None, session_day: "_SessionDay") -> None:
        if day is None or day == date.min:
            return
        session = session_day.ended()
        by_script = session.scripted.all.attempts or (session.loaded and session.loaded.scripted)
        scripted = bool(by_script) and not session.real.all.attempts
        (self._scripted if scripted else self._real).add(
            day, session, session.scripted.all if scripted else session.real.all
        )


class _Sum:
    """Of real or of scripted sessions: the total, and the attempts of each day."""

    def __init__(self, empty: Session) -> None:
        self.total = empty
        self.days: dict[date, Group] = {}

    def add(self, day: date, session: Session, attempts: Group) -> None:
        self.total = merged(self.total, session)
        self.days[day] = merged_group(self.days.get(day, Group()), attempts)


class _SessionDay:
    """One session's events of one day."""

    def __init__(self, empty: Metrics, worker: Iterable[Event] = ()) -> None:
        self.worker: list[Event] = []
        """The worker's events that the next day has to start with."""
        self._metrics = empty
        self._last = 0
        for event in worker:
            self.fold(event)

    def fold(self, event: Event) -> None:
        if isinstance(event, WorkerStarted):
            # A killed dashboard stored no end for what was open.
            self._end()
            self.worker = [event]
        elif isinstance(event, AgentLoaded):
            self.worker = [*self.worker[:1], event]
        self._metrics = fold(self._metrics, event)
        self._last = event.at

    def ended(self) -> Session:
        """The session of this day, with open turns ended."""
        self._end()
        return self._metrics.settled()

    def _end(self) -> None:
        if self._metrics.session.open_turns:
            self._metrics = fold(self._metrics, WorkerExited(at=self._last, code=0, expected=True))
