"""Text for times, JSON and long strings."""

import json
from datetime import datetime

import msgspec

from tui.core.sanitize.characters import clean, clean_line

MICROSECOND, MILLISECOND, SECOND = 1_000, 1_000_000, 1_000_000_000
"""In nanoseconds."""

NOT_KNOWN = "—"

LONG_JSON = 100_000
"""Characters."""

_JSON_BEGINS = frozenset('{["-0123456789tfnIN')
"""The first characters of JSON as Python reads it."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """As in "1 line", "1,200 lines", "2 retries"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def duration(nanoseconds: int | None) -> str:
    """A duration with at most three digits: "12 ms", "1.25 s", "2 m 03 s"."""
    if nanoseconds is None:
        return NOT_KNOWN
    if nanoseconds < 999.5 * MILLISECOND:
        return "<1 ms" if nanoseconds < MILLISECOND else f"{nanoseconds / MILLISECOND:.0f} ms"
    seconds = nanoseconds / SECOND
    if seconds < 59.95:
        return f"{seconds:.2f} s" if seconds < 9.995 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} m {rest:02} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} m"


def stopwatch(nanoseconds: int | None) -> str:
    """An elapsed time of constant width: "00:04.2"."""
    if nanoseconds is None:
        return "--:--.-"
    tenths = max(0, nanoseconds) // (SECOND // 10)
    minutes, tenths = divmod(tenths, 600)
    return f"{minutes:02}:{tenths // 10:02}.{tenths % 10}"


def clock_time(wall: float) -> str:
    """Local time: "14:03:59"."""
    return datetime.fromtimestamp(wall).astimezone().strftime("%H:%M:%S")


def brief_arguments(arguments: str) -> str:
    """A tool call's JSON arguments on one line: ``sides=20, name="a"``; other text unchanged."""
    try:
        value = json.loads(arguments)
        if not isinstance(value, dict):
            return " ".join(arguments.split())
        entries = ", ".join(f"{key}={_compact(entry)}" for key, entry in value.items())
    except (ValueError, RecursionError):
        return " ".join(arguments.split())
    # Decoding turns escapes into characters, which the first cleaning could not see.
    return clean_line(entries)


def pretty_json(text: str) -> str:
    """Indented JSON; other text unchanged."""
    lines = json_lines(text)
    return text if lines is None else "\n".join(lines)


def json_lines(text: str) -> list[str] | None:
    """Indented JSON in lines; None for other text."""
    if text.lstrip()[:1] not in _JSON_BEGINS:
        return None
    try:
        if len(text) > LONG_JSON:
            # Python's own takes seconds for what this takes a tenth of one for.
            shown = msgspec.json.format(msgspec.json.encode(msgspec.json.decode(text))).decode()
        else:
            shown = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return None
    return clean(shown).split("\n")


def one_line(text: str, most: int = 500) -> str:
    """The first ``most`` characters of a text on one line."""
    return " ".join(text[:most].split())


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
