"""Highlighting code: Pygments finds the words, the palette colours them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
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


_MOST_LEXERS = 32
_lexers: dict[str, _Lexer | None] = {}
_put_off: set[str] | None = None


@contextmanager
def loading_no_lexers() -> Iterator[set[str]]:
    """Code is left plain where a lexer would have to be loaded; the set says which ones."""
    global _put_off  # noqa: PLW0603 - drawing is done in one thread, and never within itself
    _put_off = put_off = set[str]()
    try:
        yield put_off
    finally:
        _put_off = None


def load_lexers(languages: Iterable[str]) -> None:
    """So that nobody has to wait for them; it may be done in a thread."""
    for language in languages:
        _lexer(_name(language))


def is_put_off(language: str) -> bool:
    """Whether code is to be left plain for now."""
    name = _name(language)
    if _put_off is None or name in _lexers:
        return False
    _put_off.add(name)
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
    # Not before there is code to colour: the first frame does not wait for it.
    from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]  # noqa: PLC0415
    from pygments.util import ClassNotFound  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        lexer: _Lexer = get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    # Its rules are compiled when it is first used.
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
    """The words of each line with the names of their styles, lazily: stop when time is up."""
    lexer = None if is_put_off(language) else _lexer(_name(language))
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
