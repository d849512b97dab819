"""Sessions that are exported to a file: it is there as a whole, or as it was."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from typing_extensions import override

from tui.core.sanitize.secrets import Masker
from tui.journal import Journal, JournalError, JournalStore, LoadedSession
from tui.journal.export_file import export_to
from tui.journal.journal_file import JournalFile
from tui.protocol.events import Event, RunFinished, RunStarted

STARTED = RunStarted(at=1, run="r1", prompt="hi", entered_at=1, wall=9.0)


@pytest.fixture
def store(tmp_path: Path) -> JournalStore:
    journal = Journal.open(tmp_path / "journal.db")
    journal.append("s", [STARTED, RunFinished(at=2, run="r1", outcome="ok")])
    assert journal.close(30)
    return journal.store


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder / "session.jsonl"


class _BrokenSession(LoadedSession):
    @override
    def __iter__(self) -> Iterator[list[Event]]:
        yield next(super().__iter__())
        raise JournalError("corrupt", Path("journal.db"))


class _Damaged(JournalStore):
    """Its file cannot be read any more after the first row."""

    @override
    def load(self, session: str, *, after: int = 0, upto: int | None = None) -> LoadedSession:
        return _BrokenSession(JournalFile(self.path), session)


@pytest.mark.parametrize("format_", ["markdown", "html", "jsonl"])
def test_an_export_that_fails_leaves_an_earlier_one_as_it_was(
    store: JournalStore, out: Path, format_: str
) -> None:
    out.write_text("the earlier export")
    with pytest.raises(JournalError):
        export_to(out, format_, _Damaged(store.path), "s", Masker(), overwrite=True)
    assert out.read_text() == "the earlier export"
    assert list(out.parent.iterdir()) == [out]


def test_a_new_export_that_fails_leaves_nothing(store: JournalStore, out: Path) -> None:
    with pytest.raises(JournalError):
        export_to(out, "jsonl", _Damaged(store.path), "s", Masker())
    assert not list(out.parent.iterdir())


def test_a_file_is_overwritten_only_on_request_and_keeps_its_mode(
    store: JournalStore, out: Path
) -> None:
    out.write_text("the earlier export")
    out.chmod(0o640)
    with pytest.raises(FileExistsError):
        export_to(out, "jsonl", store, "s", Masker())
    assert out.read_text() == "the earlier export"
    export_to(out, "jsonl", store, "s", Masker(), overwrite=True)
    assert "RunStarted" in out.read_text()
    assert stat.S_IMODE(out.stat().st_mode) == 0o640
    assert list(out.parent.iterdir()) == [out]


def test_a_link_stays_a_link(store: JournalStore, out: Path) -> None:
    link = out.with_name("link")
    out.write_text("the earlier export")
    link.symlink_to(out)
    export_to(link, "jsonl", store, "s", Masker(), overwrite=True)
    assert link.is_symlink()
    assert "RunStarted" in out.read_text()


def test_what_is_no_file_is_written_to(store: JournalStore) -> None:
    assert export_to(Path("/dev/null"), "jsonl", store, "s", Masker(), overwrite=True) == 0
