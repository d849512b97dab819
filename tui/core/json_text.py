"""JSON to be shown: on one line, or indented. `exact_json.py` shows what must not change."""

import json

import msgspec

from tui.core.formatting import one_line
from tui.core.sanitize.characters import clean, clean_line

LONG_JSON = 100_000
"""Characters."""

LONG_ARGUMENTS = 20_000
"""Characters."""

EDITED = "(edited) "
"""Before arguments that the person has changed."""

_JSON_BEGINS = frozenset('{["-0123456789tfnIN')
"""The first characters of JSON as Python reads it."""


def brief_arguments(arguments: str) -> str:
    """A tool call's JSON arguments on one line: ``sides=20, name="a"``; other text unchanged.

    Of long ones, the beginning as it is: a line holds no more of them.
    """
    if len(arguments) > LONG_ARGUMENTS:
        return one_line(arguments)
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
    if len(shown) > LONG_JSON:
        # In slices, so that a thread that does this lets others run.
        starts = range(0, len(shown), LONG_JSON)
        shown = "".join([clean(shown[start : start + LONG_JSON]) for start in starts])
        return shown.split("\n")
    return clean(shown).split("\n")


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
