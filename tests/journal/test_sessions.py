"""Choosing, opening and leaving sessions."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tui.core.config.settings import AppOptions, Config
from tui.core.metrics import Thresholds
from tui.core.sanitize.secrets import Masker
from tui.journal import (
    Journal,
    JournalError,
    JournalStore,
    NoSuchSessionError,
    Place,
    SessionInUseError,
    SessionLock,
)
from tui.journal.journal_errors import NotSavedError
from tui.journal.sessions import Sessions, place_of, session_to_resume
from tui.protocol.events import RunFinished, RunStarted

STARTED = RunStarted(at=1, run="r1", prompt="hi", entered_at=1, wall=9.0)


def options(path: Path | None, **changes: object) -> AppOptions:
    return AppOptions(config=Config(), worker_command=("ssh", "a box"), journal=path, **changes)  # type: ignore[arg-type]


def store(path: Path, session: str, place: Place) -> None:
    journal = Journal.open(path, place=place)
    journal.append(session, [STARTED])
    assert journal.close(30)


def now() -> int:
    return time.monotonic_ns()


def test_a_place_is_the_folder_with_the_agent_or_the_command_of_a_remote_worker() -> None:
    here = str(Path.cwd())
    assert place_of(options(None, agent="a.py")) == Place(folder=here, reference="a.py")
    assert place_of(options(None, remote=True)) == Place(folder=here, reference="ssh 'a box'")


def test_the_newest_session_of_this_place_is_resumed(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    mine = options(path, agent="a.py")
    with pytest.raises(NoSuchSessionError, match="start without --continue"):
        session_to_resume(mine, None)
    for session, reference in (("1", "a.py"), ("2", "a.py"), ("3", "b.py")):
        store(path, session, Place(folder=str(Path.cwd()), reference=reference))
    assert session_to_resume(mine, None) == "2"
    assert session_to_resume(mine, "3") == "3"
    with SessionLock(path, "2"), pytest.raises(SessionInUseError):
        session_to_resume(mine, None)


def test_leaving_a_session_releases_its_lock_and_opening_one_takes_it(
    tmp_path: Path,
) -> None:
    path = tmp_path / "journal.db"
    store(path, "a", Place())
    store(path, "b", Place())
    journal = Journal.open(path)
    sessions = Sessions(journal, masker=Masker(), thresholds=Thresholds())
    sessions.continue_with(sessions.open("a", now()))
    with pytest.raises(SessionInUseError), SessionLock(path, "a"):
        pass
    with pytest.raises(NoSuchSessionError, match="open already"):
        sessions.open("a", now())
    sessions.continue_with(sessions.open("b", now())).append([STARTED])
    assert journal.flush(30)
    with SessionLock(path, "a"):
        pass
    sessions.begin()
    assert journal.flush(30)
    with SessionLock(path, "b"):
        pass
    assert journal.close(30)
    runs = {info.id: info.runs for info in JournalStore(path).sessions()}
    assert runs == {"a": 1, "b": 2}


def test_opening_a_session_without_a_message_does_not_change_it(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    store(path, "a", Place())
    (before,) = JournalStore(path).sessions()
    journal = Journal.open(path)
    sessions = Sessions(journal, masker=Masker(), thresholds=Thresholds())
    sessions.continue_with(sessions.open("a", now()))
    assert journal.close(30)
    assert JournalStore(path).sessions() == [before]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another program writes to the journal, which can be read meanwhile."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("COMMIT")


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[Sessions]:
    """With a journal that has one session, "a", which is not the current one."""
    store(tmp_path / "journal.db", "a", Place())
    journal = Journal.open(tmp_path / "journal.db")
    yield Sessions(journal, masker=Masker(), thresholds=Thresholds())
    assert journal.close(30)


def test_nothing_is_exported_or_forked_while_the_newest_turn_is_not_saved(
    sessions: Sessions, tmp_path: Path
) -> None:
    finished = RunFinished(at=2, run="r1", outcome="ok")
    sessions.recorder.append([STARTED, finished])
    assert sessions.journal.flush(30)
    out = tmp_path / "out.md"
    with locked(sessions.journal.path):
        sessions.recorder.append([STARTED])
        with pytest.raises(NotSavedError, match=r"not being saved; try again .*another program"):
            sessions.export(sessions.current, "markdown", out)
        with pytest.raises(NotSavedError):
            sessions.fork(None)
    assert not out.exists()
    assert sessions.journal.flush(30)
    assert sessions.export(sessions.current, "markdown", out) == 0
    assert out.read_text().count("hi") >= 2


@pytest.mark.parametrize(("name", "title"), [("Budget", "Budget"), ("", "hi")])
def test_a_session_whose_first_turn_is_not_saved_yet_keeps_its_new_name(
    sessions: Sessions, name: str, title: str
) -> None:
    with locked(sessions.journal.path):
        sessions.recorder.append([STARTED])
        if not name:
            sessions.rename(sessions.current, "other")
        assert sessions.rename(sessions.current, name) == name
    assert sessions.journal.flush(30)
    assert sessions.journal.store.find(sessions.current).title == title


def test_a_stored_session_cannot_be_renamed_while_its_file_is_locked(sessions: Sessions) -> None:
    sessions.recorder.append([STARTED])
    assert sessions.journal.flush(30)
    with locked(sessions.journal.path), pytest.raises(JournalError, match="locked"):
        sessions.rename(sessions.current, "Budget")


def test_a_session_that_was_left_is_opened_again_only_when_all_of_it_is_saved(
    sessions: Sessions,
) -> None:
    sessions.continue_with(sessions.open("a", now()))
    with locked(sessions.journal.path):
        sessions.recorder.append([STARTED])
        sessions.begin()
        with pytest.raises(NotSavedError):
            sessions.open("a", now())
    opened = sessions.open("a", now())
    assert opened.resumed.prompts == ("hi", "hi")
    sessions.continue_with(opened)
    assert sessions.journal.flush(30)
    with pytest.raises(SessionInUseError), SessionLock(sessions.journal.path, "a"):
        pass


def test_a_session_that_is_saved_is_exported_although_another_one_is_not(
    sessions: Sessions, tmp_path: Path
) -> None:
    with locked(sessions.journal.path):
        sessions.recorder.append([STARTED])
        assert not sessions.journal.flush(30)
        sessions.continue_with(sessions.open("a", now()))
        assert sessions.export("a", "markdown", tmp_path / "out.md") == 0
