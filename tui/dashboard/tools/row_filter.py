"""Which rows of the tool log are shown: by kind, agent, state, and words of the tool's name."""

from collections.abc import Iterable

import msgspec

from tui.dashboard.tools.tool_rows import Row

FIELDS = ("kind", "agent", "state", "tool")

_STATE_WORDS = {"error": "failed", "ok": "done", "cancelled": "stopped", "calling": "running"}
"""Other words for a state."""


class _Word(msgspec.Struct, frozen=True):
    field: str
    """One of `FIELDS`; "" for any of them."""
    text: str
    excluded: bool = False

    def fits(self, row: Row) -> bool:
        names = (self.field,) if self.field else FIELDS
        return any(_has(name, self.text, _values(row, name)) for name in names)


class RowFilter(msgspec.Struct, frozen=True):
    """What a person typed: every word has to fit, and none of those after a minus sign may."""

    typed: str = ""
    words: tuple[_Word, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words)

    def fits(self, row: Row) -> bool:
        return all(word.fits(row) != word.excluded for word in self.words)


def parsed(typed: str) -> RowFilter:
    """As in ``state:error kind:mcp -agent:Ada look``; ``state:`` and the like may be left out."""
    words = []
    for word in typed.casefold().split():
        excluded = word.startswith("-") and len(word) > 1
        bare = word.removeprefix("-") if excluded else word
        field, colon, text = bare.partition(":")
        known = bool(colon) and field in FIELDS
        if known and not text:
            continue  # its value is still to come
        words.append(_Word(field if known else "", text if known else bare, excluded))
    return RowFilter(" ".join(typed.split()), tuple(words))


def kind_of(row: Row) -> str:
    """What a row is: what it calls, or what it says."""
    call = row.call
    if call is None:
        return "printed" if row.state == "printed" else "note"
    if call.handoff:
        return "handoff"
    if call.approval:
        return "approval"
    if call.source.agent or row.children:
        return "agent"
    if call.source.server:
        return "mcp"
    return "hosted" if call.hosted else "function"


def vocabulary(rows: Iterable[Row]) -> list[str]:
    """What can be typed for these rows, as ``field:value``, each once."""
    found: dict[str, None] = {}
    for row in rows:
        for name in FIELDS[:3]:
            for value in _values(row, name)[:1]:
                if value:
                    found.setdefault(f"{name}:{'_'.join(value.split())}")
        if row.name:
            found.setdefault("_".join(row.name.split()))
    return list(found)


def _values(row: Row, field: str) -> tuple[str, ...]:
    match field:
        case "kind":
            return (kind_of(row),)
        case "agent":
            return (row.call.agent,) if row.call is not None else ()
        case "state":
            return row.state, _STATE_WORDS.get(row.state, "")
        case _:
            return row.name, row.call.name if row.call is not None else ""


def _has(field: str, text: str, values: Iterable[str]) -> bool:
    """Names are found anywhere in them, kinds and states by their beginning."""
    for value in values:
        folded = "_".join(value.casefold().split())
        if (text in folded) if field in {"agent", "tool"} else (text and folded.startswith(text)):
            return True
    return False
