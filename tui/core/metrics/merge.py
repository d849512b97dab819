"""Sums of two sessions that know nothing of each other: for statistics over stored sessions."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from msgspec.structs import asdict, replace

from tui.core.metrics.groups import Group, Tables, ToolRow, bounded_name
from tui.core.metrics.session_state import Counters, Session
from tui.core.metrics.tokens import Tokens

T = TypeVar("T", Group, ToolRow)


def merged(one: Session, other: Session) -> Session:
    """The sums and distributions of both; what runs, and single turns, are left behind."""
    errors = dict(one.errors)
    for kind, count in other.errors.items():
        errors[kind] = errors.get(kind, 0) + count
    return Session(
        thresholds=one.thresholds,
        turn_count=one.turn_count + other.turn_count,
        real=_tables(one.real, other.real),
        scripted=_tables(one.scripted, other.scripted),
        by_tool=_rows(one.by_tool, other.by_tool, _tool),
        errors=errors,
        counters=Counters(**_added(one.counters, other.counters)),
    )


def merged_group(one: Group, other: Group) -> Group:
    """All attempts of both."""
    return Group(
        attempts=one.attempts + other.attempts,
        failed=one.failed + other.failed,
        cancelled=one.cancelled + other.cancelled,
        good=one.good + other.good,
        ttft=one.ttft.merge(other.ttft),
        ttfo=one.ttfo.merge(other.ttfo),
        tpot=one.tpot.merge(other.tpot),
        rate=one.rate.merge(other.rate),
        gaps=one.gaps.merge(other.gaps),
        durations=one.durations.merge(other.durations),
        tokens=Tokens(**_added(one.tokens, other.tokens)),
    )


def _tables(one: Tables, other: Tables) -> Tables:
    return Tables(
        all=merged_group(one.all, other.all),
        models=_rows(one.models, other.models, merged_group),
        agents=_rows(one.agents, other.agents, merged_group),
        turns=one.turns + other.turns,
        turn_ttfo=one.turn_ttfo.merge(other.turn_ttfo),
        e2e=one.e2e.merge(other.e2e),
    )


def _rows(one: Mapping[str, T], other: Mapping[str, T], add: Callable[[T, T], T]) -> dict[str, T]:
    rows = dict(one)
    for given, row in other.items():
        name = bounded_name(given, rows)
        rows[name] = add(rows[name], row) if name in rows else row
    return rows


def _tool(one: ToolRow, other: ToolRow) -> ToolRow:
    return replace(
        one,
        calls=one.calls + other.calls,
        failed=one.failed + other.failed,
        cancelled=one.cancelled + other.cancelled,
        durations=one.durations.merge(other.durations),
    )


def _added(one: Counters | Tokens, other: Counters | Tokens) -> dict[str, int]:
    """Structs that hold nothing but numbers, added field by field."""
    ours, theirs = asdict(one), asdict(other)
    return {name: ours[name] + theirs[name] for name in ours}
