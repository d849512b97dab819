"""Highlighting code: Pygments finds the words, the palette colours them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pygments.lexer import Lexer  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
from pygments.token import (  # type: ignore[import-untyped]
    Comment,
    Keyword,
    Name,
    Number,
    Operator,
    String,
    Token,
    _TokenType,
)
from pygments.util import ClassNotFound  # type: ignore[import-untyped]

Words = list[tuple[str, str]]

# Longer code stays plain: nobody reads it for its colours, and they would cost more than the text.
MOST_CHARACTERS = 100_000

_STYLES: tuple[tuple[_TokenType, str], ...] = (
    (Comment, "code-comment"),
    (Keyword, "code-keyword"),
    (Operator.Word, "code-keyword"),
    (Name.Tag, "code-keyword"),
    (Name.Function, "code-function"),
    (Name.Decorator, "code-function"),
    (Name.Class, "code-type"),
    (Name.Builtin, "code-type"),
    (Name.Exception, "code-type"),
    (Name.Attribute, "code-type"),
    (String, "code-string"),
    (Number, "code-number"),
)


@lru_cache(32)
def _lexer(language: str) -> Lexer | None:
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


@lru_cache(256)
def _style(token: _TokenType) -> str:
    return next((name for kind, name in _STYLES if token in kind), "")


def coloured(language: str, code: str) -> Iterator[Words]:
    """The words of each line with the names of their styles, lazily: stop when time is up."""
    name = language.split(maxsplit=1)[0].strip("{}.").lower() if language.split() else ""
    lexer = _lexer(name) if name else None
    tokens: Iterator[tuple[_TokenType, str]]
    if lexer is None or len(code) > MOST_CHARACTERS:
        tokens = iter([(Token.Text, code)])
    else:
        tokens = iter(lexer.get_tokens(code))
    line: Words = []
    for token, value in tokens:
        style = _style(token)
        first, *rest = value.split("\n")
        if first:
            line.append((first, style))
        for part in rest:
            yield line
            line = [(part, style)] if part else []
    if line:
        yield line
