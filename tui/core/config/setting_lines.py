"""Where in a settings file each setting is. Pure."""

import re
import tomllib
from collections.abc import Mapping

_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(?:#.*)?$")
_SETTING = re.compile(
    r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*="""
)

Place = tuple[str, ...]
"""``("timeouts", "idle")``, ``("profiles", "work", "model")``."""


def lines_of(text: str) -> Mapping[Place, int]:
    """The number of the line, from 1, on which each setting and section begins."""
    found: dict[Place, int] = {}
    section: Place = ()
    for number, line in enumerate(text.splitlines(), 1):
        if (header := _HEADER.match(line)) is not None:
            section = _keys(header[1])
            found.setdefault(section, number)
        elif (setting := _SETTING.match(line)) is not None:
            found.setdefault((*section, *_keys(setting[1])), number)
    return found


def line_of(lines: Mapping[Place, int], place: Place) -> int | None:
    """The line of a setting, of what holds it, as an inline table does, or of its first part."""
    parts = [number for found, number in lines.items() if found[: len(place)] == place]
    if parts:
        return min(parts)
    for length in range(len(place), 1, -1):
        if place[:length] in lines:
            return lines[place[:length]]
    return None


def _keys(dotted: str) -> Place:
    """The parts of a dotted key, without quotes."""
    try:
        value = tomllib.loads(f"{dotted} = 0")
    except tomllib.TOMLDecodeError:
        return (dotted,)
    keys: list[str] = []
    while isinstance(value, dict):
        ((key, value),) = value.items()
        keys.append(key)
    return tuple(keys)
