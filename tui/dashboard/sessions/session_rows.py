"""One row per stored session, in as many columns as there is room for. Knows no widget.

`streamtui sessions list` and the dashboard's list show the same.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
from rich.cells import cell_len

from tui.core.formatting import NOT_KNOWN
from tui.core.metrics.figure import Figure
from tui.core.metrics.figure_text import cost_text, count_text, shown
from tui.core.sanitize.characters import clean_line
from tui.core.timespan import age_text
from tui.dashboard.fitted_text import fitted
from tui.journal import JournalStore, SessionInfo
from tui.journal.index.passages import Summary
from tui.journal.index.session_index import SessionIndex
from tui.journal.index.word_matching import folded

GAP: Final = 2
"""Columns between two cells."""

MARKS: Final = {"": " ", "ok": "✓", "failed": "✗", "cancelled": "⊘", "interrupted": "!"}
OPEN: Final = "●"
"""The mark of a session that a dashboard has open."""


class SessionRow(msgspec.Struct, frozen=True, kw_only=True):
    info: SessionInfo
    summary: Summary | None = None
    """None: it is not read yet."""
    held: bool = False
    """A dashboard has it open."""
    trashed: float | None = None
    """Since when it is in the trash, in Unix seconds."""

    @property
    def outcome(self) -> str:
        """Of its last turn; "" if it is not known."""
        return self.summary.outcome if self.summary is not None else ""

    @property
    def agent(self) -> str:
        return self.info.agent or (self.summary.agent if self.summary is not None else "")

    @property
    def last_words(self) -> str:
        return self.summary.last_words if self.summary is not None else ""

    @property
    def tokens(self) -> Figure | None:
        return self.summary.tokens if self.summary is not None else None

    @property
    def cost(self) -> Figure | None:
        return self.summary.cost if self.summary is not None else None


def stored_rows(
    store: JournalStore, index: SessionIndex, *, trash: bool, stop: Callable[[], bool]
) -> tuple[list[SessionRow], int]:
    """The stored sessions, or those in the trash; and how many are not read for their figures.

    ``stop`` is asked whether to read no more of those. Blocks; raise `JournalError`.
    """
    listed: list[tuple[SessionInfo, float | None]]
    listed = [*store.trashed()] if trash else [(info, None) for info in store.sessions()]
    left = index.catch_up([info for info, _ in listed], stop=stop) if listed else 0
    summaries = index.summaries() if listed else {}
    rows = [
        SessionRow(
            info=info,
            summary=summaries.get(info.id),
            held=store.is_held(info.id),
            trashed=since,
        )
        for info, since in listed
    ]
    return rows, left


class Order(NamedTuple):
    """A way to sort: its key, smallest first."""

    title: str
    key: Callable[[SessionRow], tuple[object, ...]]


def _most(value: float | None) -> tuple[object, ...]:
    return (-(value if value is not None else -1.0),)


def _value(figure: Figure | None) -> float | None:
    return figure.value if figure is not None and figure.known else None


ORDERS: Final = {
    "used": Order("last use", lambda row: _most(row.info.changed)),
    "name": Order("name", lambda row: (folded(row.info.title),)),
    "tokens": Order("tokens", lambda row: _most(_value(row.tokens))),
    "cost": Order("cost", lambda row: _most(_value(row.cost))),
    "turns": Order("turns", lambda row: _most(row.info.runs)),
    "agent": Order("agent", lambda row: (folded(row.agent),)),
    "folder": Order("folder", lambda row: (folded(row.info.folder),)),
}
"""By name."""


def in_order(rows: Iterable[SessionRow], order: str) -> list[SessionRow]:
    """Sorted; of two that are alike, the one that was used last comes first."""
    newest = sorted(rows, key=ORDERS["used"].key)
    return sorted(newest, key=ORDERS[order].key)


def fits(row: SessionRow, words: Sequence[str]) -> bool:
    """Whether every folded word is in what the row can show, or in the id."""
    info = row.info
    changed = time.strftime("%Y-%m-%d %H:%M", time.localtime(info.changed))
    text = folded(
        f"{info.id} {changed} {row.agent} {info.model} {info.title} {info.folder} "
        f"{row.outcome} {row.last_words}"
    )
    return all(word in text for word in words)


class Column(NamedTuple):
    """``least`` and ``most`` are columns of the terminal."""

    id: str
    title: str
    least: int
    most: int
    text: Callable[[SessionRow, float], str]
    """Of a row, at a time in Unix seconds."""
    right: bool = False


def _outcome(row: SessionRow, _now: float) -> str:
    return OPEN if row.held else MARKS.get(row.outcome, " ")


def _age(row: SessionRow, now: float) -> str:
    since = row.info.changed if row.trashed is None else row.trashed
    return age_text(max(0.0, now - since))


def _figure(figure: Figure | None, text: Callable[[float], str]) -> str:
    return NOT_KNOWN if figure is None else shown(figure, text)


def _folder(row: SessionRow, _now: float) -> str:
    folder, home = row.info.folder, str(Path.home())
    inside = folder == home or folder.startswith(f"{home}/")
    return "~" + folder[len(home) :] if inside else folder


COLUMNS: Final = (
    Column("outcome", "", 1, 1, _outcome),
    Column("used", "used", 6, 6, _age, right=True),
    Column("name", "name", 20, 60, lambda row, _: row.info.title),
    Column("agent", "agent", 8, 16, lambda row, _: row.agent or "-"),
    Column("folder", "folder", 10, 24, _folder),
    Column("turns", "turns", 5, 6, lambda row, _: f"{row.info.runs:,}", right=True),
    Column("tokens", "tokens", 7, 8, lambda row, _: _figure(row.tokens, count_text), right=True),
    Column("cost", "cost", 8, 9, lambda row, _: _figure(row.cost, cost_text), right=True),
    Column("last", "last words", 20, 160, lambda row, _: row.last_words),
)
"""In their order on the screen."""

_WANTED: Final = ("outcome", "used", "name", "turns", "tokens", "cost", "agent", "last", "folder")
"""The order in which they get room: the last ones give way first."""

_GROW: Final = (
    ("name", 36), ("agent", 16), ("last", 40), ("folder", 24), ("name", 60), ("last", 160),
)  # fmt: skip
"""The order in which they get what is left, up to a width."""


class Cell(NamedTuple):
    column: str
    text: str
    """As wide as its column."""


class Layout:
    """The columns that fit into a width, and how wide each is."""

    def __init__(self, rows: Sequence[SessionRow], width: int, now: float) -> None:
        self._now = now
        by_id = {column.id: column for column in COLUMNS}
        natural = {column.id: _natural(column, rows, now) for column in COLUMNS}
        self.widths: dict[str, int] = {}
        left = width + GAP
        for id_ in _WANTED:
            # A column that nobody fills takes no room: no cost, one folder for all ...
            least = min(by_id[id_].least, natural[id_])
            if least and least + GAP <= left:
                self.widths[id_] = least
                left -= least + GAP
        for id_, most in _GROW:
            if id_ in self.widths:
                more = max(0, min(left, min(natural[id_], most) - self.widths[id_]))
                self.widths[id_] += more
                left -= more

    def heading(self) -> list[Cell]:
        return [Cell(one.id, self._fit(one, one.title)) for one in self._columns()]

    def cells(self, row: SessionRow) -> list[Cell]:
        return [
            Cell(one.id, self._fit(one, clean_line(one.text(row, self._now))))
            for one in self._columns()
        ]

    def line(self, cells: Sequence[Cell]) -> str:
        return (" " * GAP).join(cell.text for cell in cells).rstrip()

    def _columns(self) -> list[Column]:
        return [column for column in COLUMNS if column.id in self.widths]

    def _fit(self, column: Column, text: str) -> str:
        width = self.widths[column.id]
        short = " ".join(text.split()) if cell_len(text) <= width else text
        if column.right:
            return " " * max(0, width - cell_len(short)) + fitted(
                short, min(width, cell_len(short))
            )
        return fitted(short, width)


def _natural(column: Column, rows: Sequence[SessionRow], now: float) -> int:
    """The width that shows everything, within limits; 0 for a column that says nothing."""
    texts = [clean_line(column.text(row, now)) for row in rows]
    said = {text for text in texts if text not in {"", NOT_KNOWN, " ", "-"}}
    if not said and column.id not in {"outcome", "used", "name", "turns"}:
        return 0
    return min(column.most, max(map(cell_len, (column.title, *texts))))
