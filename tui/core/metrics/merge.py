"""Merges the sums of two sessions, for statistics over stored sessions."""

from typing import Any, Final

import msgspec

from tui.core.metrics.groups import Group, bounded_name
from tui.core.metrics.series import Series
from tui.core.metrics.session_state import Session
from tui.core.metrics.tokens import Tokens

_SUMS: Final = ("turn_count", "real", "scripted", "saved", "by_tool", "errors", "counters")


def merged(one: Session, other: Session) -> Session:
    """The sums and distributions of both, without open work and single turns."""
    sums = {name: _merged(getattr(one, name), getattr(other, name)) for name in _SUMS}
    return Session(thresholds=one.thresholds, **sums)


def merged_group(one: Group, other: Group) -> Group:
    """All attempts of both."""
    group: Group = _merged(one, other)
    return group


def merged_tokens(one: Tokens, other: Tokens) -> Tokens:
    """The sums of both."""
    tokens: Tokens = _merged(one, other)
    return tokens


def _merged(one: Any, other: Any) -> Any:
    """Merge numbers, series, tables of these, and structs of these, both of the same type."""
    match one:
        case Series():
            return one.merge(other)
        case msgspec.Struct():
            names = one.__struct_fields__
            return type(one)(**{n: _merged(getattr(one, n), getattr(other, n)) for n in names})
        case dict():
            rows = dict(one)
            for given, row in other.items():
                name = bounded_name(given, rows)
                rows[name] = _merged(rows[name], row) if name in rows else row
            return rows
        case _:
            return one + other
