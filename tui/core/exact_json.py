"""JSON laid out for reading, with every character of it: nothing is parsed, dropped or merged.

A parser would keep one of two equal names, round long numbers, and turn an escaped character that
reorders or hides text into that character.
"""

import json
import re
import unicodedata
from collections.abc import Iterator

from tui.core.sanitize.hidden_characters import escape, is_hidden

_TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|[{}\[\],:]|[^\s{}\[\],:"]+|"')
_ESCAPE = re.compile(r"\\\\|\\u([0-9a-fA-F]{4})(?:\\u([0-9a-fA-F]{4}))?")
_INDENT = "  "
_SHORT = 72
"""Characters of an object or a list that stays on one line."""
_DEEPEST = 40
"""Levels that are indented."""


def laid_out(text: str) -> str:
    """Indented JSON; other text unchanged."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    tokens = [_readable(token) for token in _TOKEN.findall(text)]
    if sum(map(len, tokens)) <= _SHORT:
        return "".join(_on_one_line(tokens))
    return "".join(_indented(tokens))


def _on_one_line(parts: list[str]) -> Iterator[str]:
    for part in parts:
        yield f"{part} " if part in {",", ":"} else part


def _indented(parts: list[str]) -> Iterator[str]:
    depth = 0
    for place, part in enumerate(parts):
        before = parts[place - 1] if place else ""
        after = parts[place + 1] if place + 1 < len(parts) else ""
        if part in {"}", "]"}:
            depth -= 1
            yield part if before in {"{", "["} else f"{_line(depth)}{part}"
        elif part in {"{", "["}:
            depth += 1
            yield part if after in {"}", "]"} else f"{part}{_line(depth)}"
        elif part == ",":
            yield f",{_line(depth)}"
        else:
            yield ": " if part == ":" else part


def _line(depth: int) -> str:
    return "\n" + _INDENT * min(depth, _DEEPEST)


def _readable(token: str) -> str:
    """Letters and signs that are escaped are shown; what could hide or reorder text stays."""
    return _ESCAPE.sub(_shown, token) if "\\u" in token else token


def _shown(match: re.Match[str]) -> str:
    first, second = match.groups()
    if first is None:
        return match[0]
    pair = f"\\u{first}\\u{second}" if second else f"\\u{first}"
    text: str = json.loads(f'"{pair}"')
    return "".join(one if _is_readable(one) else escape(one) for one in text)


def _is_readable(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNS" and not is_hidden(character)


def place_of(text: str, path: str) -> tuple[int, int]:
    """The line and column, from 0, of what a path such as ``$.a[0].b`` names, or of its nearest."""
    place = 0
    for name, index in re.findall(r"\.([^.\[\]]+)|\[(\d+)\]", path):
        found = _member(text, place, name) if name else _element(text, place, int(index))
        if found is None:
            break
        place = found
    before = text[:place]
    return before.count("\n"), len(before) - (before.rfind("\n") + 1)


def _inside(text: str, start: int) -> Iterator[re.Match[str]]:
    """The tokens directly inside the object or list that begins at ``start``."""
    depth = 0
    for token in _TOKEN.finditer(text, start):
        if token[0] in {"}", "]"}:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield token
        if token[0] in {"{", "["}:
            depth += 1


def _member(text: str, start: int, name: str) -> int | None:
    tokens = list(_inside(text, start))
    for at, token in enumerate(tokens[:-2]):
        if tokens[at + 1][0] == ":" and token[0] == json.dumps(name, ensure_ascii=False):
            return tokens[at + 2].start()
    return None


def _element(text: str, start: int, index: int) -> int | None:
    wanted = 0
    for token in _inside(text, start):
        if token[0] == ",":
            wanted += 1
        elif wanted == index:
            return token.start()
    return None
