"""Rows 49 to 52: the file in which sessions are stored."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.answers import WHOLE
from tests.faults.dashboard import JOURNAL, PROGRAM, Dashboard
from tests.faults.row import PROMPT, Row
from tests.support.patience import wait_until
from tests.support.provider import Answer
from tests.support.read_only_folder import seal, within_sealed
from tui.journal.schema import open_database
from tui.protocol.events import RunFinished, TextDelta

ONE_API = pytest.mark.parametrize("api", ["responses"])
SMALL_FILES = ("/bin/sh", "-c", 'ulimit -f 300; exec "$@"', "sh", *PROGRAM)
"""No file may grow beyond 150 kB, which stands in for a full disk."""


def one_turn(row: Row) -> None:
    row.send(Answer(WHOLE))
    row.shows(WHOLE)
    row.terminal.wait_for(re.compile(r"── idle\b"))
    row.report.requests = len(row.requests)


def a_stored_session(row: Row) -> Dashboard:
    dashboard = row.start(keep=False)
    one_turn(row)
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
        row.send(Answer(WHOLE))
        row.shows("Not saved: another program has locked the journal", WHOLE)
        other.execute("ROLLBACK")
    row.shows("saved again")
    wait_until(lambda: any(_is_end(event) for event in row.stored(path)), "the run's end is kept")
    assert _said(row, path) == WHOLE
    row.sent_requests(1)
    row.report.kept = "all of it, once the lock is gone"


@ONE_API
def test_49_disk_full(row: Row) -> None:
    row.report.how = "no file may grow beyond 150 kB (ulimit -f)"
    row.is_recorded = False
    row.start(keep=False, program=SMALL_FILES)
    words = [f"{number} {'word ' * 100}\n" for number in range(600)]
    row.send(Answer(deltas=[*words, "the last word"]))
    row.shows("Not saved: the disk is full", "the last word")
    row.terminal.wait_for(re.compile(r"── idle\b"))
    row.sent_requests(1)
    row.terminal.press("f2", "home")
    row.shows(r"│ +0 word")
    row.report.kept = "all text on the screen"


@ONE_API
@pytest.mark.parametrize("answer", ["y", "n"])
def test_50_journal_corrupt(row: Row, tmp_path: Path, answer: str) -> None:
    row.report.how = f"a file that is not a database; {answer} to a new one"
    path = tmp_path / "journal.db"
    path.write_bytes(b"not a database at all" * 300)
    before = path.read_bytes()
    row.start(keep=False, settings={"journal_path": path})
    row.send(Answer(WHOLE))
    row.shows("damaged or not a journal", "Keep this session in a new file")
    row.terminal.press(answer)
    row.shows(WHOLE)
    row.terminal.wait_for(re.compile(r"── idle\b"))
    row.sent_requests(1)
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
    row.send(Answer(WHOLE))
    row.shows("cannot be written")
    row.terminal.press("n")
    row.shows(WHOLE)
    row.sent_requests(1)
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
    one_turn(row)
    assert dashboard.quit() == 0
    seal(folder)
    dashboard.restart("--continue")
    row.shows(PROMPT, WHOLE)
    row.send(Answer("and more"), prompt="go on")
    row.shows("cannot be written", "Keep this session in a new file")
    row.terminal.press(answer)
    row.terminal.wait_for("and more")
    row.terminal.wait_for(re.compile(r"── idle\b"))
    row.sent_requests(2)
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
    row.is_recorded = False
    dashboard = a_stored_session(row)
    dashboard.quit()
    with closing(sqlite3.connect(dashboard.home / JOURNAL)) as journal, journal:
        journal.execute(
            "UPDATE events SET body = x'ff00ff' WHERE kind = 'AttemptFinished' OR kind = 'deltas'"
        )
    dashboard.restart("--continue")
    row.shows(PROMPT, r"\b[2-5] events could not be read")
    row.report.kept = "everything else"
    row.next_turn_has(("user", PROMPT), ("assistant", WHOLE))


@ONE_API
def test_52_two_dashboards_on_one_session(row: Row) -> None:
    row.report.how = "--session of a session that is open; then its owner is killed"
    dashboard = a_stored_session(row)
    owner, session = dashboard.terminal.pid, dashboard.session
    second = dashboard.another("--session", session)
    try:
        assert second.exit_code() == 2
        assert f"in use by pid {owner}" in second.text
        row.report.seen.append(f"in use by pid {owner}")
    finally:
        second.close()
    dashboard.terminal.kill()
    dashboard.restart("--session", session)
    row.shows(PROMPT, WHOLE)
    row.next_turn_has(("user", PROMPT), ("assistant", WHOLE))


def _is_end(event: object) -> bool:
    return isinstance(event, RunFinished)


def _said(row: Row, path: Path) -> str:
    return "".join(event.text for event in row.stored(path) if isinstance(event, TextDelta))
