"""A row of small bars made of characters."""

from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float], width: int) -> str:
    """The last ``width`` values as bars, in eighths of the largest; zero is a space."""
    shown = values[-width:] if width > 0 else ()
    top = max(shown, default=0.0)
    return "".join(_bar(value, top) for value in shown).ljust(max(width, 0))


def _bar(value: float, top: float) -> str:
    if value <= 0:
        return " "
    return BARS[min(int(value / top * len(BARS)), len(BARS) - 1)]
