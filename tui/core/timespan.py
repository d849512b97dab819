"""Ages as users type them (30d, 8w, 6m, 1y), and as lists show them (5 min, 3 h, 2 d)."""

import re

DAY = 86_400.0
"""Seconds."""

_AGE = re.compile(r"(\d{1,6})([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}


def parse_age(age: str) -> float:
    """The age in seconds. Raise `ValueError` with the allowed forms."""
    match = _AGE.fullmatch(age)
    if match is None:
        raise ValueError(f"{age!r}: write a number and d, w, m or y, as in 30d")
    return int(match[1]) * _DAYS[match[2]] * DAY


def age_text(seconds: float) -> str:
    """In at most six columns: "now", "5 min", "3 h", "2 d", "5 w", "1 y"."""
    minutes = seconds / 60
    hours, days = minutes / 60, minutes / 60 / 24
    if minutes < 1:
        return "now"
    if hours < 1:
        return f"{int(minutes)} min"
    if days < 2:
        return f"{int(hours)} h"
    if days < 14:
        return f"{int(days)} d"
    return f"{int(days / 7)} w" if days < 365 else f"{int(days / 365)} y"
