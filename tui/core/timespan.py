"""Ages as users type them: 30d, 8w, 6m, 1y."""

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
