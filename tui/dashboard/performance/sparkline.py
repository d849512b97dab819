"""A row of small bars, in characters."""

from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float], width: int) -> str:
    """The last ``width`` values as bars of eighths of the largest one; nothing for zero."""
    shown = values[-width:] if width > 0 else ()
    top = max(shown, default=0.0)
    return "".join(_bar(value, top) for value in shown).ljust(max(width, 0))


def _bar(value: float, top: float) -> str:
    if value <= 0:
        return " "
    return BARS[min(int(value / top * len(BARS)), len(BARS) - 1)]
