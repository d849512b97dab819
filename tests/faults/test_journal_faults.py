"""Rows 49 to 52: the file that sessions are kept in."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.answers import WHOLE
from tests.faults.dashboard import JOURNAL, PROGRAM, Dashboard, wait_until
from tests.faults.row import PROMPT, Row
from tests.support.provider import Answer
from tests.support.read_only import seal, within_sealed
from tui.journal.schema import open_database
from tui.protocol.events import RunFinished, TextDelta

ONE_API = pytest.mark.parametrize("api", ["responses"])
SMALL_FILES = ("/bin/sh", "-c", 'ulimit -f 300; exec "$@"', "sh", *PROGRAM)
"""No file may grow beyond 150 kB: what a full disk is to a program."""


def says_and_is_answered(row: Row) -> None:
    row.say(Answer(WHOLE))
    row.sees(WHOLE)
    row.terminal.wait_for(re.compile(r"── idle\b"))
    row.report.requests = len(row.requests)


def a_kept_session(row: Row) -> Dashboard:
    dashboard = row.start(keep=False)
    says_and_is_answered(row)
    row.finished()
    return dashboard


@ONE_API
def test_49_journal_locked(row: Row, tmp_path: Path) -> None:
    row.report.how = "another program holds a write lock"
    path = tmp_path / "journal.db"
    open_database(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        row.start(keep=False, settings={"journal_path": path})
        row.say(Answer(WHOLE))
        row.sees("Not saved: another program has locked the journal", WHOLE)
        other.execute("ROLLBACK")
    row.sees("saved again")
    wait_until(lambda: any(_is_end(event) for event in row.stored(path)), "the run's end is kept")
    assert _said(row, path) == WHOLE
    row.asked(1)
    row.report.kept = "all of it, once the lock is gone"


@ONE_API
def test_49_disk_full(row: Row) -> None:
    row.report.how = "no file may grow beyond 150 kB (ulimit -f)"
    row.start(keep=False, program=SMALL_FILES)
    words = [f"{number} {'word ' * 100}\n" for number in range(600)]
    row.say(Answer(deltas=[*words, "the last word"]))
    row.sees("Not saved: the disk is full", "the last word")
    row.terminal.wait_for(re.compile(r"── idle\b"))
    row.asked(1)
    row.terminal.press("home")
    row.report.kept = "all text on the screen"


@ONE_API
@pytest.mark.parametrize("answer", ["y", "n"])
def test_50_journal_corrupt(row: Row, tmp_path: Path, answer: str) -> None:
    row.report.how = f"a file that is no database; {answer} to a new one"
    path = tmp_path / "journal.db"
    path.write_bytes(b"not a database at all" * 300)
    before = path.read_bytes()
    row.start(keep=False, settings={"journal_path": path})
    row.say(Answer(WHOLE))
    row.sees("damaged or not a journal", "Keep this session in a new file")
    row.terminal.press(answer)
    row.sees(WHOLE)
    row.terminal.wait_for(re.compile(r"── idle\b"))
    row.asked(1)
    other = tmp_path / "journal-2.db"
    if answer == "y":
        wait_until(lambda: any(_is_end(event) for event in row.stored(other)), "the new file")
    assert path.read_bytes() == before
    assert other.exists() == (answer == "y")
    row.report.kept = "in a new file" if answer == "y" else "in memory"


@ONE_API
def test_50_journal_that_cannot_be_written(row: Row, tmp_path: Path) -> None:
    row.report.how = "a file where the folder should be"
    (tmp_path / "folder").write_text("a file")
    row.start(keep=False, settings={"journal_path": tmp_path / "folder" / "journal.db"})
    row.say(Answer(WHOLE))
    row.sees("cannot be written")
    row.terminal.press("n")
    row.sees(WHOLE)
    row.asked(1)
    assert (tmp_path / "folder").read_text() == "a file"
    row.report.kept = "in memory"


@ONE_API
@pytest.mark.parametrize("answer", ["y", "n"])
def test_50_journal_on_a_read_only_medium(row: Row, tmp_path: Path, answer: str) -> None:
    row.report.how = f"its folder mounted read-only, and --continue; {answer} to a new one"
    folder = tmp_path / "medium"
    folder.mkdir()
    program = (*within_sealed(folder), *PROGRAM)
    dashboard = row.start(
        keep=False, program=program, settings={"journal_path": folder / "journal.db"}
    )
    says_and_is_answered(row)
    assert dashboard.quit() == 0
    seal(folder)
    dashboard.restart("--continue")
    row.sees(PROMPT, WHOLE)
    row.say(Answer("and more"), prompt="go on")
    row.sees("cannot be written", "Keep this session in a new file")
    row.terminal.press(answer)
    row.terminal.wait_for("and more")
    row.terminal.wait_for(re.compile(r"── idle\b"))
    row.asked(2)
    other = (dashboard.home / JOURNAL).with_name("journal-2.db")
    if answer == "y":
        wait_until(lambda: other.exists() and _said(row, other) == f"{WHOLE}and more", "all of it")
    else:
        assert not other.exists()
        assert "! not saved" in row.terminal.text
    assert [file.name for file in folder.glob("journal*.db")] == ["journal.db"]
    assert _said(row, folder / "journal.db") == WHOLE
    row.report.kept = "all of it in a new file" if answer == "y" else "in memory"


@ONE_API
def test_51_a_row_that_cannot_be_read(row: Row) -> None:
    row.report.how = "one stored row overwritten"
    dashboard = a_kept_session(row)
    dashboard.quit()
    with closing(sqlite3.connect(dashboard.home / JOURNAL)) as journal, journal:
        journal.execute(
            "UPDATE events SET body = x'ff00ff' WHERE kind = 'AttemptFinished' OR kind = 'deltas'"
        )
    dashboard.restart("--continue")
    row.sees(PROMPT, r"[2-9]\d* events? .*skipped")
    row.report.kept = "everything else"
    row.goes_on(("user", PROMPT), ("assistant", WHOLE))


@ONE_API
def test_52_two_dashboards_on_one_session(row: Row) -> None:
    row.report.how = "--session of a session that is open; then its owner is killed"
    dashboard = a_kept_session(row)
    owner, session = dashboard.terminal.pid, dashboard.session
    second = dashboard.another("--session", session)
    try:
        assert second.exit_code() != 0
        assert f"in use by pid {owner}" in second.text
        row.report.seen.append(f"in use by pid {owner}")
    finally:
        second.close()
    dashboard.terminal.kill()
    dashboard.restart("--session", session)
    row.sees(PROMPT, WHOLE)
    row.goes_on(("user", PROMPT), ("assistant", WHOLE))


def _is_end(event: object) -> bool:
    return isinstance(event, RunFinished)


def _said(row: Row, path: Path) -> str:
    return "".join(event.text for event in row.stored(path) if isinstance(event, TextDelta))
