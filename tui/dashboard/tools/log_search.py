"""Finding words in the tool log: in names, arguments, results and printed lines, open or not."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Sequence
from typing import NamedTuple

from tui.dashboard.tools.row_document import source_lines
from tui.dashboard.tools.tool_rows import Row, details

NAME = -1
"""The line of a hit in a row's one line: its tool's name, or what was printed."""


class LogHit(NamedTuple):
    """A match in a line of a row's details, before they are wrapped.

    Its place stays right when rows are dropped, or others are searched.
    """

    row: int
    """The row's serial number."""
    line: int
    at: int
    """The character at which it begins."""


class LogSearch:
    """Words that are searched for, whatever their case."""

    def __init__(self) -> None:
        self.words = ""
        self.pattern: re.Pattern[str] | None = None
        self.shown: tuple[Row, int] | None = None
        """The row and the line of the current hit."""
        self._hit: LogHit | None = None
        self._known: dict[int, tuple[object, list[tuple[int, int]]]] = {}
        """By serial number: what a row was when it was searched, and its hits."""

    def start(self, words: str) -> None:
        """Search for words from the next step on; "" ends the search."""
        self.words = " ".join(words.split())
        spaced = r"\s+".join(map(re.escape, words.split()))
        self.pattern = re.compile(spaced, re.IGNORECASE) if self.words else None
        self.shown = self._hit = None
        self._known.clear()

    def forget_all_but(self, serials: Container[int]) -> None:
        """Hold nothing of rows that the log has dropped."""
        self._known = {serial: one for serial, one in self._known.items() if serial in serials}
        if self.shown is not None and self.shown[0].serial not in serials:
            self.shown = None

    def step(
        self, rows: Sequence[Row], first: int, folded: Callable[[Row], bool], *, forward: bool
    ) -> tuple[LogHit | None, int, int, int]:
        """The next hit, or the one before, round the ends; at first, one from row ``first`` on.

        ``rows`` are in order of their serial numbers, of which ``first`` is one.

        With it: its number from 1, how many there are, and how many of them were not in view.
        """
        hits = self._all_hits(rows)
        if not hits:
            self.shown = None
            return None, 0, 0, 0
        if self._hit is None:
            index = bisect_left(hits, LogHit(first, NAME, 0))
        elif forward:
            index = bisect_right(hits, self._hit)
        else:
            index = bisect_left(hits, self._hit) - 1
        index %= len(hits)
        hit = hits[index]
        shown = next(row for row in rows if row.serial == hit.row)
        unseen = _unseen(hits, rows, folded)
        self._hit, self.shown = hit, (shown, hit.line)
        return hit, index + 1, len(hits), unseen

    def count(self, rows: Sequence[Row], folded: Callable[[Row], bool]) -> tuple[int, int, int]:
        """The same without a step, when other rows are searched.

        The number is that of the hit before if the current one is not among them, 0 if none is.
        """
        hits = self._all_hits(rows)
        number = bisect_right(hits, self._hit) if self._hit is not None else 0
        return number, len(hits), _unseen(hits, rows, folded)

    def _all_hits(self, rows: Sequence[Row]) -> list[LogHit]:
        return [LogHit(row.serial, line, at) for row in rows for line, at in self._hits(row)]

    def _hits(self, row: Row) -> list[tuple[int, int]]:
        said = row.says if row.said else ""
        state = row.item, len(said)
        known = self._known.get(row.serial)
        if known is not None and known[0] == state:
            return known[1]
        found = self._search(row, said)
        self._known[row.serial] = state, found
        return found

    def _search(self, row: Row, said: str) -> list[tuple[int, int]]:
        pattern = self.pattern
        if pattern is None:
            return []
        call = row.call
        line = row.name if call is not None else row.result.partition("\n")[0]
        found = [(NAME, match.start()) for match in pattern.finditer(line)]
        if call is None:
            if "\n" not in row.result:
                return found
        elif not self._may_have(row, said):
            return found
        for number, (kind, text) in enumerate(source_lines(details(row))):
            if kind != "heading":
                found += [(number, match.start()) for match in pattern.finditer(text)]
        return found

    def _may_have(self, row: Row, said: str) -> bool:
        """Most rows have nothing, and need not be laid out to know that."""
        call, pattern = row.call, self.pattern
        assert call is not None
        assert pattern is not None
        texts = (row.arguments, row.result, said, call.agent, call.progress, call.sent, call.edited)
        problem = call.problem
        failure = (problem.message, problem.advice, problem.detail) if problem is not None else ()
        # Indenting parts what is side by side in JSON, and decodes escapes.
        escaped = any("\\" in text for text in (row.arguments, row.result))
        others = call.origin, call.outcome if call.guardrail else ""
        return (
            escaped
            or any(pattern.search(text) for text in (*texts, *failure, *others) if text)
            or bool(row.attachments)
            or '": ' in self.words
            or ": " in self.words
        )


def _unseen(hits: Sequence[LogHit], rows: Sequence[Row], folded: Callable[[Row], bool]) -> int:
    """How many hits are in rows that are folded away, or not open."""
    searched = {row.serial: row for row in rows}
    hidden: dict[int, bool] = {}
    for one in hits:
        if one.row not in hidden:
            hidden[one.row] = folded(searched[one.row])
    return sum(hidden[one.row] or (one.line != NAME and not searched[one.row].open) for one in hits)
