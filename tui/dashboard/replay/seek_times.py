"""Times of a replay as they are shown, and as people type them."""

import re

from tui.core.formatting import SECOND

_TIME = re.compile(r"(?:(?:(\d+):)?(\d{1,2}):)?(\d+(?:\.\d*)?)")


def time_words(nanoseconds: int) -> str:
    """A position: "1:23", "1:02:03"."""
    minutes, seconds = divmod(max(0, nanoseconds) // SECOND, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def exact_words(nanoseconds: int) -> str:
    """A position with tenths of a second: "1:23.4"."""
    return f"{time_words(nanoseconds)}.{max(0, nanoseconds) // (SECOND // 10) % 10}"


def wanted_position(text: str, now: int, total: int) -> int | None:
    """The position in ns for "1:23", "83", "+10", "-10", "start" or "end"; None: none of these.

    It lies between 0 and ``total``.
    """
    text = text.strip().lower()
    if text in {"start", "end"}:
        return 0 if text == "start" else total
    sign = text[:1] if text[:1] in {"+", "-"} else ""
    found = _TIME.fullmatch(text.removeprefix(sign))
    if found is None:
        return None
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    wanted = round((hours * 3600 + minutes * 60 + seconds) * SECOND)
    wanted = {"+": now + wanted, "-": now - wanted, "": wanted}[sign]
    return max(0, min(wanted, total))


def speed_words(speed: float) -> str:
    """A speed: "4x", "0.25x"."""
    return f"{speed:g}x"
