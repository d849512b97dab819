"""The session's figures: of real answers, or of scripted ones if there are no others."""

from tui.core.metrics.figure import SECOND, Quality, measured
from tui.core.metrics.figures import GroupFigures, SavedFigures, SessionFigures, ToolFigures
from tui.core.metrics.groups import Group, ToolRow
from tui.core.metrics.merge import merged_tokens
from tui.core.metrics.series import Series, Summary
from tui.core.metrics.session_state import Session
from tui.core.metrics.tokens import Tokens


def session_figures(session: Session) -> SessionFigures:
    """Errors, retries and turns count over the whole session, the rest over one kind of answer."""
    scripted = not session.real.all.attempts and session.scripted.all.attempts > 0
    tables = session.scripted if scripted else session.real
    group, counters = tables.all, session.counters
    errors = sorted(session.errors.items(), key=lambda entry: (-entry[1], entry[0]))
    return SessionFigures(
        scripted=scripted,
        ttft=_in_seconds(group.ttft),
        ttfo=_in_seconds(group.ttfo),
        turn_ttfo=_in_seconds(tables.turn_ttfo),
        tpot=_in_seconds(group.tpot),
        icl=_in_seconds(group.gaps),
        icl_curve=_curve(group.gaps),
        e2e=_in_seconds(tables.e2e),
        rate=group.rate.summary(),
        models=_groups(tables.models),
        agents=_groups(tables.agents),
        tools=tuple(_tool(name, row) for name, row in session.by_tool.items()),
        attempts=group.attempts,
        failed=group.failed,
        error_rate=measured(_share(group.failed, group.attempts)),
        goodput=measured(_share(group.good, group.attempts)),
        tokens=group.tokens.figures(),
        saved=_saved(session),
        errors=tuple(errors),
        error_count=sum(session.errors.values()),
        retries=counters.retries,
        recoveries=counters.recoveries,
        recovery_rate=measured(_share(counters.recoveries, counters.turns_with_failures)),
        interruptions=counters.interruptions,
        cuts=counters.cuts,
        continued=counters.continued,
        restarted=counters.restarted,
        given_up=counters.given_up,
        issues=counters.issues,
        turns=session.turn_count,
        prompts=counters.prompts,
        prompt_characters=counters.prompt_characters,
        answers=counters.answers,
        answer_characters=counters.answer_characters,
    )


def _saved(session: Session) -> SavedFigures:
    whole = Tokens()
    for tokens in session.saved.values():
        whole = merged_tokens(whole, tokens)
    return SavedFigures(calls=whole.attempts, tokens=whole.figures())


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _in_seconds(series: Series) -> Summary:
    summary = series.summary()
    return Summary(
        n=summary.n,
        mean=summary.mean / SECOND,
        p50=summary.p50 / SECOND,
        p90=summary.p90 / SECOND,
        p95=summary.p95 / SECOND,
        p99=None if summary.p99 is None else summary.p99 / SECOND,
        max=summary.max / SECOND,
        quality=summary.quality,
    )


def _curve(series: Series) -> tuple[float, ...]:
    if not series.n:
        return ()
    return tuple(series.quantile(step / 50) / SECOND for step in range(51))


def group_figures(name: str, group: Group) -> GroupFigures:
    """One row of a table of attempts."""
    return GroupFigures(
        name=name,
        attempts=group.attempts,
        failed=group.failed,
        ttft=_in_seconds(group.ttft),
        rate=group.rate.summary(),
        duration=_in_seconds(group.durations),
        tokens=group.tokens.figures(),
    )


def _groups(rows: dict[str, Group]) -> tuple[GroupFigures, ...]:
    return tuple(group_figures(name, group) for name, group in rows.items())


def _tool(name: str, row: ToolRow) -> ToolFigures:
    return ToolFigures(
        name=name,
        calls=row.calls,
        failed=row.failed,
        cancelled=row.cancelled,
        rejected=row.rejected,
        duration=_in_seconds(row.durations),
        quality=_quality(row),
    )


def _quality(row: ToolRow) -> Quality:
    if not row.durations.n:
        return "unavailable"
    return "estimated" if row.estimated else "measured"
