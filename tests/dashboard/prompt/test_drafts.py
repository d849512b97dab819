"""Drafts on disk."""

import os
import stat
import time
from pathlib import Path

import pytest

from tests.dashboard.sessions.test_session_screens import desk
from tui.dashboard.prompt.drafts import KEPT_SECONDS, Draft, Drafts
from tui.stream.supervisor import Supervisor


def draft(
    text: str, session: str = "s1", folder: str = "/here", saved: float | None = None
) -> Draft:
    return Draft(
        session=session, folder=folder, saved=time.time() if saved is None else saved, text=text,
        folds={"[pasted 2 lines]": "a\nb"},
    )  # fmt: skip


def test_a_draft_whose_process_is_gone_is_taken_once(tmp_path: Path) -> None:
    first, second = Drafts(tmp_path), Drafts(tmp_path)
    kept = draft("not sent")
    first.save(kept)
    assert second.take(folder="/here") is None
    first.release()
    assert second.take(folder="/elsewhere") is None
    assert second.take(folder="/here") == kept
    assert second.take(folder="/here") is None


def test_each_session_has_its_own(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    drafts.save(draft("one"))
    drafts.save(draft("two", session="s2"))
    found = drafts.take(session="s1")
    assert found is not None
    assert found.text == "one"


def test_the_newest_one_of_a_folder_is_taken(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    drafts.save(draft("new", session="s2"))
    drafts.save(draft("old", session="s1", saved=time.time() - 100))
    found = drafts.take(folder="/here")
    assert found is not None
    assert found.text == "new"


def test_an_empty_one_is_deleted_and_so_are_old_ones(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    drafts.save(draft("one"))
    drafts.save(draft(" \n"))
    drafts.save(draft("old", session="s2", saved=time.time() - KEPT_SECONDS - 1))
    assert drafts.take(folder="/here") is None
    assert not list(tmp_path.glob("*.draft"))


def test_nobody_else_can_read_them_and_broken_ones_are_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "drafts"
    drafts = Drafts(folder)
    drafts.save(draft("one"))
    (path,) = folder.glob("*.draft")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    (folder / "0-x.draft").write_text("{")
    assert drafts.take(folder="/here") is not None


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    drafts = Drafts(tmp_path / "file" / "drafts")
    drafts.save(draft("one"))
    assert drafts.take(folder="/here") is None


def test_half_a_surrogate_pair_does_not_keep_the_rest_from_being_kept(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    drafts.save(draft("a\udce9b"))
    found = drafts.take(session="s1")
    assert found is not None
    assert found.text == "a\ufffdb"


async def test_in_a_folder_that_was_removed_the_draft_is_kept_and_the_worker_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    async with desk(tmp_path / "journal.db") as it:
        session = it.app.sessions
        assert session is not None
        source = it.app.source
        assert isinstance(source, Supervisor)
        await it.until(lambda: source.pid is not None)
        worker = source.pid
        assert worker is not None
        await it.press(*"not sent")
        gone.rmdir()
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
    found = Drafts(tmp_path / "drafts").take(session=session.current)
    assert found is not None
    assert (found.text, found.folder) == ("not sent", str(gone))
