"""The list of stored sessions."""

import time

import pytest

from tui.dashboard.screens.session_list import fits, row
from tui.journal import SessionInfo


def info(**changes: object) -> SessionInfo:
    fields = {
        "id": "20261122-100000-beef", "created": 0.0, "changed": time.time(), "agent": "Ann",
        "model": "m", "title": "About apples", "runs": 2, "events": 9, **changes,
    }  # fmt: skip
    return SessionInfo(**fields)  # type: ignore[arg-type]


def test_a_row_tells_the_time_of_today_the_agent_the_turns_and_the_first_words() -> None:
    now = time.localtime()
    shown = row(info(changed=time.mktime(now)), 8, here=True).plain
    assert shown.split() == [
        time.strftime("%H:%M", now), "Ann", "2", "turns", "About", "apples", "(this", "one)",
    ]  # fmt: skip


def test_a_row_of_another_day_tells_the_day() -> None:
    changed = time.mktime((2020, 2, 3, 12, 0, 0, 0, 0, -1))
    assert row(info(changed=changed, runs=1), 8, here=False).plain == (
        "2020-02-03  Ann        1 turn   About apples"
    )


def test_escapes_of_a_foreign_journal_stay_characters() -> None:
    shown = row(info(title="\x1b]0;owned\x07", agent="\x1b[2J"), 8, here=False).plain
    assert not {"\x1b", "\x07"} & set(shown)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", True),
        ("APPLES ann".lower(), True),
        ("beef", True),
        ("2020-02", False),
        ("pears", False),
    ],
)
def test_every_word_must_stand_somewhere(typed: str, found: bool) -> None:
    assert fits(info(), typed.split()) is found
