"""Which files are watched, and when a change is reported."""

import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.worker.driver import WorkerProcess
from tui.protocol.events import CodeChanged
from tui.worker.agent.code_watch import CodeWatch, ImportStart
from tui.worker.agent.loader import parse_target
from tui.worker.io.event_writer import EventWriter

HEAD = "from agents import Agent\n"
WHOLE = HEAD + "agent = Agent(name='Whole')\n"


def _write(path: Path, text: str) -> None:
    """As editors do: a new file replaces the old one."""
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
def test_a_change_in_the_agents_file_or_its_imports_is_reported_once(
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
def test_the_files_of_a_failed_import_are_watched(mine: str, mended: str, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(HEAD + mine)
    (tmp_path / "beside.py").write_text("raise ValueError('not yet')")
    with WorkerProcess(agent="mine.py", cwd=tmp_path) as worker:
        worker.load_failed()
        _write(tmp_path / mended, WHOLE)
        assert worker.until(CodeChanged).files == (mended,)


def test_setting_the_same_times_again_is_not_a_change(tmp_path: Path) -> None:
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


def test_each_imported_module_is_looked_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """There are thousands of modules, and looking at them blocks the loop."""
    before, first, second = map(_Imported, ("before", "first", "second"))
    monkeypatch.setitem(sys.modules, "before", before)
    with (tmp_path / "events").open("wb") as events:
        writer = EventWriter(events.fileno(), on_broken=lambda: None)
        watch = CodeWatch(writer, [parse_target(f"{__file__}:agent")], ImportStart.now())
        monkeypatch.setitem(sys.modules, "first", first)
        watch._poll()
        monkeypatch.setitem(sys.modules, "second", second)
        watch._poll()
    assert (before.looks, first.looks, second.looks) == (0, 1, 1)
