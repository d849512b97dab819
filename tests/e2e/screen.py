"""Reading panes, words and figures off the screen."""

import re
from typing import NamedTuple

_UNITS = {"ms": 1e-3, "s": 1.0, "": 1.0}


class Shown(NamedTuple):
    """A figure on the screen, in seconds, tokens or tokens per second."""

    value: float
    rounding: float
    """Half a unit of its last digit: the true value is at most this far away."""


def pane_text(screen: list[str], title: str) -> str:
    """The text of a pane, with its lines joined and white space collapsed."""
    top = next(row for row, line in enumerate(screen) if f"╭─ {title} " in line)
    left = screen[top].index(f"╭─ {title} ")
    right = screen[top].index("╮", left)
    lines = []
    for line in screen[top + 1 :]:
        if line[left : left + 1] != "│":
            break
        lines.append(line[left + 1 : right])
    return " ".join(" ".join(lines).split())


def shown(screen: list[str], label: str) -> Shown:
    """The figure beside a label in the performance pane; KeyError when there is none."""
    text = pane_text(screen, "performance")
    found = re.search(rf"(?<!\S){label} !?([\d.,]+)(?: (ms|s))?(?!\S)", text)
    if found is None:
        raise KeyError(f"no {label!r} in: {text}")
    digits, unit = found[1].replace(",", ""), _UNITS[found[2] or ""]
    decimals = len(digits.partition(".")[2])
    return Shown(float(digits) * unit, 0.5 * 10**-decimals * unit)


def is_settled(screen: list[str]) -> bool:
    """No run is active, and the last turn's figures are shown, also those from its usage."""
    if "── idle" not in screen[0]:
        return False
    text = pane_text(screen, "performance")
    wanted = (r"\bE2E \d", r"\btok/s !?\d", r"\btok in [\d,]+(?!\S)", r"\btok out [\d,]+(?!\S)")
    return all(re.search(pattern, text) for pattern in wanted)
