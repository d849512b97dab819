"""A journal on a read-only medium, read by the program in a process of its own."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE
from tests.support.read_only_folder import seal, within_sealed
from tui.journal import Journal, another_file
from tui.journal.schema import migrate
from tui.protocol.events import RunStarted, TextDelta

STARTED = RunStarted(at=1, run="r", prompt="the question", entered_at=1, wall=9.0)
ANSWER = TextDelta(at=2, run="r", call="c", text="the answer")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "medium"
    folder.mkdir()
    return folder


def streamtui(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*within_sealed(folder), sys.executable, "-m", "tui", *arguments],
        env={**os.environ, "STREAMTUI_JOURNAL_PATH": str(folder / "journal.db")},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def test_its_sessions_are_listed_and_exported_with_events_that_are_only_in_the_log(
    folder: Path, tmp_path: Path
) -> None:
    journal = Journal.open(tmp_path / "journal.db")
    journal.append("20261124-1", [STARTED, ANSWER])
    assert journal.flush()
    for name in ("journal.db", "journal.db-wal"):  # the writer is still open
        shutil.copy(tmp_path / name, folder)
    assert journal.close()
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert b"the answer" not in before["journal.db"]
    seal(folder)
    listed = streamtui(folder, "sessions", "list")
    assert "the question" in listed.stdout, listed.stderr
    exported = streamtui(folder, "sessions", "export", "20261124")
    assert "the answer" in exported.stdout, exported.stderr
    stats = streamtui(folder, "stats")
    assert stats.returncode == 0, stats.stderr
    deleted = streamtui(folder, "sessions", "delete", "20261124", "--yes")
    assert deleted.returncode == 1
    assert "the journal cannot be written" in deleted.stderr
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_a_journal_of_an_earlier_version_can_be_read(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "journal.db", isolation_level=None)) as connection:
        migrate(connection, upto=1)
        connection.execute("INSERT INTO sessions (id, created, changed) VALUES ('s', 1, 1)")
    seal(folder)
    listed = streamtui(folder, "sessions", "list")
    assert listed.stdout.startswith("s "), listed.stderr


def test_a_replacement_file_is_in_the_same_folder_or_the_users_or_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    monkeypatch.setattr("tui.journal.location.data_folder", lambda: data / "streamtui")
    path = tmp_path / "new" / "journal.db"
    second, third = path.with_name("journal-2.db"), path.with_name("journal-3.db")
    assert another_file(path, nothing) == second
    path.parent.mkdir()
    second.touch()
    assert another_file(path, nothing) == third
    assert another_file(path, everything) == second
    assert another_file(second, everything) == third
    file = tmp_path / "file"
    file.touch()
    assert another_file(file / "journal.db", nothing) == data / "streamtui" / "journal-2.db"
    data.touch()
    assert another_file(file / "journal.db", nothing) is None


def nothing(_: Path) -> bool:
    return False


def everything(_: Path) -> bool:
    return True
