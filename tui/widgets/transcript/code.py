"""Highlighting code: Pygments finds the words, the palette colours them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Protocol

# Pygments' own names for kinds of words are tuples like ("Literal", "String", "Doc").
Kind = tuple[str, ...]

Words = list[tuple[str, str]]

# Longer code stays plain: nobody reads it for its colours, and they would cost more than the text.
MOST_CHARACTERS = 100_000

_STYLES: dict[Kind, str] = {
    ("Comment",): "code-comment",
    ("Keyword",): "code-keyword",
    ("Operator", "Word"): "code-keyword",
    ("Name", "Tag"): "code-keyword",
    ("Name", "Function"): "code-function",
    ("Name", "Decorator"): "code-function",
    ("Name", "Class"): "code-type",
    ("Name", "Builtin"): "code-type",
    ("Name", "Exception"): "code-type",
    ("Name", "Attribute"): "code-type",
    ("Literal", "String"): "code-string",
    ("Literal", "Number"): "code-number",
}


class _Lexer(Protocol):
    def get_tokens(self, text: str) -> Iterator[tuple[Kind, str]]: ...


@lru_cache(32)
def _lexer(language: str) -> _Lexer | None:
    # Not before there is code to colour: the first frame does not wait for it.
    from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]  # noqa: PLC0415
    from pygments.util import ClassNotFound  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        lexer: _Lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    return lexer


@cache
def _style(kind: Kind) -> str:
    """The style of the nearest kind that has one."""
    for length in range(len(kind), 0, -1):
        if kind[:length] in _STYLES:
            return _STYLES[kind[:length]]
    return ""


def coloured(language: str, code: str) -> Iterator[Words]:
    """The words of each line with the names of their styles, lazily: stop when time is up."""
    name = language.split(maxsplit=1)[0].strip("{}.").lower() if language.split() else ""
    lexer = _lexer(name) if name else None
    tokens: Iterator[tuple[Kind, str]]
    if lexer is None or len(code) > MOST_CHARACTERS:
        tokens = iter([((), code)])
    else:
        tokens = iter(lexer.get_tokens(code))
    line: Words = []
    for token, value in tokens:
        style = _style(tuple(token))
        first, *rest = value.split("\n")
        if first:
            line.append((first, style))
        for part in rest:
            yield line
            line = [(part, style)] if part else []
    if line:
        yield line
