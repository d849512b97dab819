"""``figures(metrics, now)``: computes what is shown from the session."""

import msgspec

from tui.core.metrics.attempt import Attempt, with_silence
from tui.core.metrics.bars import BAR
from tui.core.metrics.figure import (
    SECOND,
    UNAVAILABLE,
    Figure,
    estimated,
    measured,
    seconds,
)
from tui.core.metrics.figures import AttemptFigures, Figures, PhaseFigures
from tui.core.metrics.metrics_fold import Metrics
from tui.core.metrics.series import Series
from tui.core.metrics.session_report import session_figures
from tui.core.metrics.session_state import Session
from tui.core.metrics.state import state_of
from tui.core.metrics.thresholds import Crossing, ThresholdName
from tui.core.metrics.turn import TurnFigures
from tui.core.metrics.turn_report import running_turn_figures

_LONGEST_PAUSE = 3
"""The most empty half-seconds that a pause takes in a sparkline."""


def figures(metrics: Metrics, now: int) -> Figures:
    """Every figure as of ``now``, in ns of the worker's clock."""
    session = metrics.settled()
    running = [running_turn_figures(session, turn, now) for turn in session.open_turns.values()]
    turn = running[-1] if running else session.standing_turn
    attempt = _shown_attempt(session, turn)
    rates, gaps = _bars(session, now)
    return Figures(
        now=now,
        state=state_of(session, now),
        agent=session.agent,
        model=_model(session, attempt or session.last_attempt),
        host=session.loaded.host if session.loaded else "",
        scripted=_scripted(session, turn, attempt),
        cached=bool(attempt and attempt.cached),
        connections=session.connections,
        attempt=_attempt(session, attempt, now) if attempt else None,
        turn=turn,
        live=_live(session, now),
        rates=rates,
        gaps=gaps,
        session=session_figures(session),
        turns=(*session.turns, *running),
        crossings=session.crossings,
        crossed=session.crossed,
        current_crossings=_current_crossings(session),
        thresholds=session.thresholds,
    )


def _current_crossings(session: Session) -> tuple[Crossing, ...]:
    newest: dict[ThresholdName, Crossing] = {}
    for crossing in reversed(session.crossings):
        if crossing.name in session.crossed and crossing.name not in newest:
            value = session.threshold_values[crossing.name]
            newest[crossing.name] = msgspec.structs.replace(
                crossing,
                value=value.value,
                quality=value.quality,
                turn=session.threshold_turns.get(crossing.name, 0),
            )
    return tuple(newest.values())


def _model(session: Session, attempt: Attempt | None) -> str:
    if attempt is not None and attempt.model:
        return attempt.model
    return session.loaded.model if session.loaded else ""


def _scripted(session: Session, turn: TurnFigures | None, attempt: Attempt | None) -> bool:
    if turn is None:
        return bool(session.loaded and session.loaded.scripted)
    return turn.scripted or bool(attempt and attempt.scripted)


def _shown_attempt(session: Session, turn: TurnFigures | None) -> Attempt | None:
    """The newest open attempt of the agent itself, or of a nested one, or the last ended one.

    Only of this turn, so that the figures of two turns are never beside each other.
    """
    running = list(session.attempts.values())
    ended = session.last_attempt
    if turn is not None:
        running = [attempt for attempt in running if attempt.run == turn.run]
        ended = session.turn_attempts.get(turn.number)
    own = [attempt for attempt in running if not attempt.parent]
    return max(own or running, key=lambda one: one.started, default=ended)


def _attempt(session: Session, attempt: Attempt, now: int) -> AttemptFigures:
    if attempt.ended is None:
        attempt = with_silence(attempt, now, session.thresholds.stall)
    return attempt_figures(attempt, now)


def attempt_figures(attempt: Attempt, now: int) -> AttemptFigures:
    """Of one attempt, as of ``now`` if it is still running."""
    gaps, usage = Series() if attempt.cached else attempt.gaps, attempt.usage.own
    ended = attempt.outcome != "open"
    longest = max(gaps.max, attempt.silence)
    return AttemptFigures(
        call=attempt.call,
        number=attempt.number,
        agent=attempt.agent,
        model=attempt.model,
        parent=attempt.parent,
        scripted=attempt.scripted,
        cached_answer=attempt.cached,
        outcome=attempt.outcome,
        kind=attempt.kind,
        phases=_phases(attempt),
        ttft=attempt.ttft,
        ttfo=attempt.ttfo,
        tpot=attempt.tpot if ended else UNAVAILABLE,
        rate=attempt.rate if ended else UNAVAILABLE,
        end_to_end_rate=attempt.end_to_end_rate,
        events_rate=attempt.events_rate(now),
        icl_p50=_nanoseconds(gaps, 0.50),
        icl_p95=_nanoseconds(gaps, 0.95),
        icl_p99=_nanoseconds(gaps, 0.99),
        icl_max=measured(longest / SECOND if longest or gaps.n else None),
        input=measured(usage.input),
        output=attempt.output,
        cached=measured(usage.cached),
        cache_write=measured(usage.cache_write),
        reasoning=measured(usage.reasoning),
        cost=measured(usage.cost),
        duration=attempt.duration,
    )


def _phases(attempt: Attempt) -> PhaseFigures | None:
    phases = attempt.phases
    if phases is None:
        return None
    return PhaseFigures(
        prepared=attempt.prepared,
        lookup=seconds(phases.lookup),
        connect=seconds(phases.connect),
        tls=seconds(phases.tls),
        sent=seconds(phases.sent),
        first_byte=seconds(phases.first_byte),
    )


def _nanoseconds(series: Series, share: float) -> Figure:
    return measured(series.quantile(share) / SECOND if series.n else None)


def _live(session: Session, now: int) -> Figure:
    streams = [one for one in session.attempts.values() if one.first is not None and not one.cached]
    if streams:
        return estimated(sum(attempt.live_rate(now) for attempt in streams))
    if session.tools and session.frozen_rate > 0:
        return estimated(session.frozen_rate)
    return UNAVAILABLE


def _bars(session: Session, now: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """While anything streams, the current half-second is left out, so that no bar grows."""
    complete = now if session.attempts else None
    uncounted = {
        attempt.key: attempt.live_tokens / attempt.deltas
        for attempt in (*session.attempts.values(), *session.unreported.values())
        if attempt.deltas
    }
    rates: list[float] = []
    gaps: list[float] = []
    previous = None
    for bar in session.bars:
        if complete is not None and (bar.index + 1) * BAR > complete:
            break
        pause = 0 if previous is None else min(bar.index - previous - 1, _LONGEST_PAUSE)
        rates += [0.0] * pause
        gaps += [0.0] * pause
        rates.append(bar.rate(uncounted))
        gaps.append(bar.gap / SECOND)
        previous = bar.index
    return tuple(rates), tuple(gaps)
