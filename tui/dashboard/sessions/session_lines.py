"""What the list of sessions shows: a line for each session, two for each hit of a search."""

import time

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from tui.core.formatting import counted
from tui.core.sanitize.characters import clean_line
from tui.core.timespan import age_text
from tui.dashboard.sessions.session_rows import GAP, Layout, SessionRow
from tui.journal.index.session_index import Hit, Hits

LEAST_LEAD = 12
"""Columns of a passage before the words that were found in it."""

HERE = "▶"
"""The mark of the session that is open in this dashboard."""


def titles_line(layout: Layout, order: str) -> Text:
    """The titles of the columns; the one of ``order`` is marked."""
    line = Text(no_wrap=True, overflow="crop")
    for number, cell in enumerate(layout.heading()):
        line.append(" " * GAP * bool(number))
        line.append(cell.text, "bold underline" if cell.column == order else "dim")
    return line


def session_line(layout: Layout, row: SessionRow, *, here: bool) -> Text:
    """A session in the columns of the layout; ``here``: it is open in this dashboard."""
    styles = {"used": "dim", "name": "bold" if here else "", "last": "dim", "folder": "dim"}
    outcomes = {"failed": "red", "interrupted": "yellow", "ok": "green", "cancelled": "yellow"}
    line = Text(no_wrap=True, overflow="crop")
    for number, cell in enumerate(layout.cells(row)):
        line.append(" " * GAP * bool(number))
        style = styles.get(cell.column, "")
        text = cell.text
        if cell.column == "outcome":
            style = "cyan" if row.held or here else outcomes.get(row.outcome, "")
            text = HERE if here else text
        line.append(text, style)
    return line


def hit_lines(hit: Hit, name: str, width: int) -> Text:
    """Two lines: where it is, and what was said, with the words that were found in view."""
    when = age_text(max(0.0, time.time() - hit.wall)) if hit.wall else ""
    place = "  ".join(filter(None, (f"turn {hit.turn}", when, clean_line(name))))
    who = {"you": "you", "failure": "failed"}.get(hit.kind) or clean_line(hit.who) or hit.kind
    who = f"{who}, reasoning" if hit.kind == "reasoning" else who
    line = Text(no_wrap=True, overflow="ellipsis")
    line.append(f"{place}\n", "dim")
    line.append(f"  {who}: ", "bold")
    room = max((width - cell_len(who)) // 2, LEAST_LEAD)
    for number, piece in enumerate(hit.pieces):
        text = clean_line(piece.text)
        if number == 0 and not piece.marked and cell_len(text) > room:
            text = f"…{set_cell_size(text[::-1], room - 1)[::-1]}"
        line.append(text, "reverse bold" if piece.marked else "")
    return line


def found_words(typed: str, hits: Hits, took: float) -> str:
    """How much was found, and in how many seconds."""
    if not typed.strip():
        return 'Searches everything said in any session; "quoted words" match as a phrase.'
    if not hits.count:
        return "Nothing found."
    count = counted(hits.count, "passage")
    more = f", the newest {len(hits.hits)}" if hits.count > len(hits.hits) else ""
    slow = "; every transcript was read, since this SQLite has no FTS5" if hits.by_reading else ""
    return f"{count}{more}, in {took * 1000:.0f} ms{slow}"
