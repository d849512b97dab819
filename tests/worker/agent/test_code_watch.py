"""Files that the agent was loaded from: what is watched, and when a change is told."""

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.worker.driver import WorkerProcess
from tui.protocol.events import CodeChanged
from tui.worker.agent.code_watch import Beginning, CodeWatch
from tui.worker.agent.loader import parse_target
from tui.worker.io.event_writer import EventWriter

HEAD = "from agents import Agent\n"
WHOLE = HEAD + "agent = Agent(name='Whole')\n"


def _write(path: Path, text: str) -> None:
    """As editors do it: a new file takes the old one's name."""
    new = path.with_suffix(".new")
    new.write_text(text)
    new.replace(path)


@pytest.mark.parametrize(
    ("reference", "changed"),
    [
        ("mine.py", "mine.py"),
        ("mine.py", "beside.py"),
        ("pkg.mine:agent", "pkg/mine.py"),
        ("pkg.mine:agent", "pkg/deep/other.py"),
    ],
)
def test_a_change_in_the_agents_file_or_what_it_imports_is_told_once(
    reference: str, changed: str, tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text(f"import beside\n{WHOLE}")
    (tmp_path / "beside.py").write_text("")
    (tmp_path / "pkg" / "deep").mkdir(parents=True)
    (tmp_path / "pkg" / "mine.py").write_text(f"import pkg.deep.other\n{WHOLE}")
    (tmp_path / "pkg" / "deep" / "other.py").write_text("")
    (tmp_path / "unused.py").write_text("")
    with WorkerProcess(agent=reference, cwd=tmp_path) as worker:
        worker.loaded()
        (tmp_path / "unused.py").write_text("never = 'loaded'")
        _write(tmp_path / changed, f"{WHOLE}# changed")
        assert worker.until(CodeChanged).files == (changed,)
        (tmp_path / changed).write_text(f"{WHOLE}# changed again, and longer")
        worker.until(CodeChanged, lambda event: len(worker.all(CodeChanged)) == 2)
        assert [event.files for event in worker.all(CodeChanged)] == [(changed,)] * 2


@pytest.mark.parametrize(
    ("mine", "mended"),
    [
        ("this is no Python", "mine.py"),
        ("import beside", "beside.py"),
        ("import not_written_yet", "not_written_yet.py"),
        ("number = 1", "mine.py"),
    ],
)
def test_what_could_not_be_loaded_is_watched_where_it_failed(
    mine: str, mended: str, tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text(HEAD + mine)
    (tmp_path / "beside.py").write_text("raise ValueError('not yet')")
    with WorkerProcess(agent="mine.py", cwd=tmp_path) as worker:
        worker.load_failed()
        _write(tmp_path / mended, WHOLE)
        assert worker.until(CodeChanged).files == (mended,)


def test_a_file_that_was_only_touched_back_to_what_it_was_is_no_change(tmp_path: Path) -> None:
    mine, beside = tmp_path / "mine.py", tmp_path / "beside.py"
    mine.write_text(f"import beside\n{WHOLE}")
    beside.write_text("")
    before = mine.stat()
    with WorkerProcess(agent="mine.py", cwd=tmp_path) as worker:
        worker.loaded()
        os.utime(mine, ns=(before.st_atime_ns, before.st_mtime_ns))
        beside.write_text("other = 1")
        assert worker.until(CodeChanged).files == ("beside.py",)


class _Imported(ModuleType):
    looks = 0

    @property
    def __file__(self) -> str:  # type: ignore[override]
        self.looks += 1
        return __file__


def test_what_was_imported_is_looked_at_once_however_much_is_imported_later(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """There are thousands of modules, and the agent waits while they are looked at."""
    before, first, second = map(_Imported, ("before", "first", "second"))
    monkeypatch.setitem(sys.modules, "before", before)
    with (tmp_path / "events").open("wb") as events:
        writer = EventWriter(events.fileno(), on_broken=lambda: None)
        watch = CodeWatch(writer, [parse_target(f"{__file__}:agent")], Beginning.now())
        monkeypatch.setitem(sys.modules, "first", first)
        watch._look()
        monkeypatch.setitem(sys.modules, "second", second)
        watch._look()
    assert (before.looks, first.looks, second.looks) == (0, 1, 1)
