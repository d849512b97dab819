"""Who is ahead, as long as they run and at the end. Pure."""

from collections.abc import Sequence

import msgspec

from tui.comparison.column_figures import MEASURES, ColumnFigures, Measure


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """``best``: by measure, the columns with the best value; empty where there is none yet."""

    ahead: int | None = None
    best: dict[str, frozenset[int]] = {}


def standing(columns: Sequence[ColumnFigures]) -> Standing:
    """Of the same prompt in each column, in their order.

    Ahead is the column that ended well in the shortest time; until one has, the one with the most
    words on the screen. Nobody is ahead in a draw.
    """
    return Standing(
        ahead=_ahead(columns),
        best={one.name: _best(one, columns) for one in MEASURES if one.lower is not None},
    )


def _ahead(columns: Sequence[ColumnFigures]) -> int | None:
    times = {
        place: one.total.value
        for place, one in enumerate(columns)
        if one.outcome == "ok" and one.total.known
    }
    if times:
        return _only(times, min(times.values()))
    words = {
        place: one.words.value
        for place, one in enumerate(columns)
        if not one.ended and one.words.value
    }
    return _only(words, max(words.values(), default=0.0))


def _only(values: dict[int, float], wanted: float) -> int | None:
    those = [place for place, value in values.items() if value == wanted]
    return those[0] if len(those) == 1 else None


def _best(measure: Measure, columns: Sequence[ColumnFigures]) -> frozenset[int]:
    """A column without a value does not compete; one alone has nobody to be better than.

    A time that has passed cannot be beaten by a column that still waits, so the first word is
    marked when it comes. What grows with the run counts only when all have ended.
    """
    values = {
        place: measure.of(one).value
        for place, one in enumerate(columns)
        if measure.of(one).known and one.outcome in {None, "ok"}
    }
    if measure.grows and not all(one.ended for one in columns):
        return frozenset()
    waiting = any(
        not one.ended and not measure.of(one).known and not measure.grows for one in columns
    )
    if len(values) < 2 and not (values and waiting and measure.lower and len(columns) > 1):
        return frozenset()
    best = min(values.values()) if measure.lower else max(values.values())
    found = frozenset(place for place, value in values.items() if value == best)
    return found if len(found) < len(columns) else frozenset()


def change_words(measure: Measure, first: ColumnFigures, other: ColumnFigures) -> str:
    """How a figure differs from the first column's: ``+35 %``, ``x2.1``; "" if it cannot be said.

    A count of tools is given as it is: a share of a few calls says little. A run that did not end
    well is not compared: that it ended sooner makes it no faster.
    """
    base, value = measure.of(first), measure.of(other)
    comparable = {first.outcome, other.outcome} <= {None, "ok"}
    if not comparable or not base.known or not value.known:
        return ""
    if measure.name == "tools":
        more = round(value.value - base.value)
        return f"{more:+d}" if more else "="
    if not base.value:
        return "" if value.value else "="
    share = value.value / base.value - 1
    if abs(share) < 0.0005:
        return "="
    if share >= 1.995:
        return f"x{share + 1:.1f}" if share < 99 else f"x{share + 1:.0f}"
    return f"{share:+.0%}" if abs(share) >= 0.0995 else f"{share:+.1%}"
