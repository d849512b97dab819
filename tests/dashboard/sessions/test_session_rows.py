"""The rows of stored sessions, in as many columns as fit."""

import time

import pytest

from tui.core.metrics.tokens import Tokens
from tui.dashboard.sessions.session_rows import Layout, SessionRow, fits, in_order
from tui.journal import SessionInfo
from tui.journal.index.passages import Summary
from tui.journal.index.word_matching import folded

NOW = time.time()


def tokens(count: int, cost: float) -> Tokens:
    return Tokens(
        attempts=1, input=count, output=0, cost=cost,
        reported_input=1, reported_output=1, reported_cost=1,
    )  # fmt: skip


def session(
    id_: str = "20261122-100000-beef",
    count: int = 1200,
    cost: float = 0.25,
    *,
    held: bool = False,
    read: bool = True,
    **changes: object,
) -> SessionRow:
    fields = {
        "id": id_, "created": 0.0, "changed": NOW - 7200, "agent": "Ann", "model": "m",
        "title": "About apples", "runs": 2, "events": 9, "folder": "/srv/app", **changes,
    }  # fmt: skip
    summary = Summary(
        turns=2, outcome="failed", last_words="They are red.", real=tokens(count, cost)
    )
    info = SessionInfo(**fields)  # type: ignore[arg-type]
    return SessionRow(info=info, summary=summary if read else None, held=held)


def lines(width: int, *rows: SessionRow) -> list[str]:
    layout = Layout(rows, width, NOW)
    return [layout.line(layout.heading()), *(layout.line(layout.cells(row)) for row in rows)]


def test_a_wide_row_tells_everything() -> None:
    heading, row = lines(150, session())
    assert heading.split() == [
        "used", "name", "agent", "folder", "turns", "tokens", "cost", "last", "words",
    ]  # fmt: skip
    assert row.split() == [
        "✗", "2", "h", "About", "apples", "Ann", "/srv/app", "2", "1,200", "$0.2500",
        "They", "are", "red.",
    ]  # fmt: skip


@pytest.mark.parametrize("width", [20, 30, 44, 60, 80, 120])
def test_columns_give_way_and_no_row_is_wider_than_its_room(width: int) -> None:
    shown = lines(width, session(title="天气 " * 30), session(title="word " * 30))
    from rich.cells import cell_len

    assert all(cell_len(line) <= width for line in shown)
    assert "2 h" in shown[1]


def test_at_46_columns_the_figures_stay_and_the_words_go() -> None:
    heading, _ = lines(46, session())
    assert heading.split() == ["used", "name", "turns", "tokens", "cost"] or heading.split() == [
        "used", "name", "agent", "turns", "tokens", "cost",
    ]  # fmt: skip


def test_a_column_that_nobody_fills_takes_no_room() -> None:
    heading, row = lines(150, session(read=False, agent="", folder=""))
    assert heading.split() == ["used", "name", "turns"]
    assert "About apples" in row


def test_estimates_carry_their_mark_and_an_open_session_its_own() -> None:
    estimated = session()
    summary = Summary(real=Tokens(attempts=1, output=1234.0))
    row = SessionRow(info=estimated.info, summary=summary, held=True)
    _, line = lines(150, row)
    assert line.startswith("●")
    assert "~1,234" in line
    assert "$" not in line


def test_escapes_of_a_foreign_journal_stay_characters() -> None:
    shown = "".join(lines(150, session(title="\x1b]0;owned\x07", agent="\x1b[2J")))
    assert not {"\x1b", "\x07"} & set(shown)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", True),
        ("APPLES ann", True),
        ("beef", True),
        ("/srv failed red", True),
        ("2020-02", False),
        ("pears", False),
    ],
)
def test_every_word_must_stand_somewhere(typed: str, found: bool) -> None:
    assert fits(session(), folded(typed).split()) is found


def test_words_without_marks_find_words_with_them() -> None:
    assert fits(session(title="Đường về nhà"), folded("duong nha").split())


@pytest.mark.parametrize(
    ("order", "first"),
    [("used", "new"), ("tokens", "big"), ("cost", "dear"), ("name", "abc"), ("turns", "long")],
)
def test_rows_are_sorted_by_any_column(order: str, first: str) -> None:
    rows = [
        session("old", changed=NOW - 9e6, title="zz"),
        session("new", changed=NOW, title="yy"),
        session("big", 10_000_000, changed=NOW - 100, title="xx"),
        session("dear", cost=99.0, changed=NOW - 100, title="ww"),
        session("abc", changed=NOW - 100, title="Abc"),
        session("long", runs=500, changed=NOW - 100, title="vv"),
    ]
    assert in_order(rows, order)[0].info.id == first
