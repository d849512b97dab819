"""Highlighting code: Pygments finds the words, the palette has their colours."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Protocol

# Pygments' own names for kinds of words are tuples like ("Literal", "String", "Doc").
Kind = tuple[str, ...]

Words = list[tuple[str, str]]

# Longer code stays plain: its colours would cost more than its text, for no reader.
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


_MOST_LEXERS = 32
_lexers: dict[str, _Lexer | None] = {}
_deferred: set[str] | None = None


@contextmanager
def loading_no_lexers() -> Iterator[set[str]]:
    """Leave code plain whose lexer is not loaded; the set collects those languages."""
    global _deferred  # noqa: PLW0603 - drawing is done in one thread, and never within itself
    _deferred = deferred = set[str]()
    try:
        yield deferred
    finally:
        _deferred = None


def load_lexers(languages: Iterable[str]) -> None:
    """Load lexers ahead of time; may be called in a thread."""
    for language in languages:
        _lexer(_name(language))


def is_deferred(language: str) -> bool:
    """Whether code is left plain for now."""
    name = _name(language)
    if _deferred is None or name in _lexers:
        return False
    _deferred.add(name)
    return True


def _name(language: str) -> str:
    return language.split(maxsplit=1)[0].strip("{}.").lower() if language.split() else ""


def _lexer(name: str) -> _Lexer | None:
    if name not in _lexers:
        if len(_lexers) >= _MOST_LEXERS:
            _lexers.clear()
        _lexers[name] = _loaded(name)
    return _lexers[name]


def _loaded(name: str) -> _Lexer | None:
    if not name:
        return None
    # Imported late: the first frame does not wait for it.
    from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]  # noqa: PLC0415
    from pygments.util import ClassNotFound  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        lexer: _Lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    # Compiles its rules.
    list(lexer.get_tokens(""))
    return lexer


@cache
def _style(kind: Kind) -> str:
    """The style of the nearest kind that has one."""
    for length in range(len(kind), 0, -1):
        if kind[:length] in _STYLES:
            return _STYLES[kind[:length]]
    return ""


def coloured(language: str, code: str) -> Iterator[Words]:
    """The words of each line with the names of their styles, one line at a time."""
    lexer = None if is_deferred(language) else _lexer(_name(language))
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
