"""The terminal, the agent and the data folder: what is found, and what mends it."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

import pytest

from tui.cli.doctor import data_checks
from tui.cli.doctor.agent_checks import Loaded, check_agent, load_agent, slow_imports
from tui.cli.doctor.data_checks import check_data
from tui.cli.doctor.finding import Finding, shown
from tui.cli.doctor.terminal_checks import check_terminal
from tui.journal.schema import MIGRATIONS, open_database
from tui.protocol.events import AgentLoaded
from tui.protocol.worker_settings import WorkerSettings

WELL = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "de_DE.UTF-8"}


def terminal(size: tuple[int, int] = (120, 40), **changes: str) -> list[Finding]:
    tmux = {"prefix": "C-b", "prefix2": "None", "escape-time": "10", "set-clipboard": "external"}
    asked = {**tmux, **{name[5:]: value for name, value in changes.items() if "tmux_" in name}}
    environment = {**WELL, **{n: v for n, v in changes.items() if "tmux_" not in n}}
    return list(
        check_terminal(
            environment, is_terminal=True, size=size,
            ask_tmux=lambda name: asked.get(name.replace("-", "_"), asked.get(name, "")),
        )
    )  # fmt: skip


def test_a_good_terminal_has_no_warning() -> None:
    assert {one.status for one in terminal()} <= {"ok", "note"}


@pytest.mark.parametrize(
    ("changes", "check", "status", "mend"),
    [
        ({"TERM": "dumb"}, "type", "failed", "Set TERM"),
        ({"TERM": "xterm", "COLORTERM": ""}, "colours", "warning", "COLORTERM=truecolor"),
        ({"NO_COLOR": "1"}, "colours", "note", "Unset NO_COLOR"),
        ({"size": (20, 5)}, "size", "failed", "at least 30 by 8"),
        ({"size": (60, 20)}, "size", "warning", "80 by 24"),
        ({"LANG": "C"}, "characters", "warning", "C.UTF-8"),
        ({"STY": "1.x"}, "keys", "warning", "Ctrl+A, then A"),
        ({"TMUX": "x", "tmux_prefix": "C-a"}, "keys", "warning", "send-prefix"),
        ({"TMUX": "x", "tmux_escape_time": "500"}, "Esc", "warning", "escape-time 10"),
        ({"TMUX": "x", "tmux_set_clipboard": "off"}, "clipboard", "warning", "set-clipboard on"),
        ({"TERM": "linux"}, "clipboard", "warning", "Hold Shift"),
        ({"TERM_PROGRAM": "Apple_Terminal"}, "clipboard", "warning", "Hold Shift"),
        ({"VTE_VERSION": "6800"}, "clipboard", "note", "Hold Shift"),
        ({"STY": "1.x"}, "clipboard", "warning", "Hold Shift"),
    ],
)
def test_what_is_wrong_with_a_terminal_is_named(
    changes: dict[str, Any], check: str, status: str, mend: str
) -> None:
    (found,) = [one for one in terminal(**changes) if one.check == check]
    assert found.status == status
    assert mend in found.mend


def test_without_a_terminal_the_rest_is_left_out() -> None:
    (found,) = check_terminal(WELL, is_terminal=False)
    assert found.status == "skipped"


def load(folder: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> list[Finding]:
    (folder / "mine.py").write_text(code)
    (folder / "slow_package.py").write_text("import time\ntime.sleep(1.1)\n")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-0123456789")
    return list(check_agent(load_agent(WorkerSettings(agent="mine.py", model="m"))))


def test_an_agent_loads_and_what_it_imports_for_long_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "import slow_package\nfrom agents import Agent\nagent = Agent(name='Ann')\n"
    found = load(tmp_path, code, monkeypatch)
    by_check = {one.check: one for one in found}
    assert by_check["loads"].text.startswith("Ann, model m, 0 tools")
    assert by_check["imports"].status == "warning"
    assert by_check["imports"].text.startswith("the agent's own: slow_package 1.")
    assert by_check["imports"].mend == "Import slow_package inside the tool that needs it."
    assert by_check["time to load"].values["seconds"]


@pytest.mark.parametrize(
    ("code", "text", "mend"),
    [
        ("import no_such_package", "no_such_package", "pip install no_such_package"),
        ("x = 1", "no agent", ""),
        ("1 / 0", "ZeroDivisionError", "Fix it and run this again."),
        ("raise SystemExit", "SystemExit", "and run this again."),
        ("import os\nos._exit(3)", "the process ended", "Run the file with python"),
    ],
)
def test_an_agent_that_does_not_load_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, text: str, mend: str
) -> None:
    (found,) = load(tmp_path, code, monkeypatch)
    assert found.status == "failed"
    assert text.lower() in found.text.lower()
    assert found.mend
    assert mend in found.mend
    assert "reload" not in found.mend


def test_imports_of_the_program_itself_are_not_the_agents() -> None:
    lines = [
        b"import time:       500 |    2000000 | agents",
        b"import time:       100 |    3000000 | tui.worker.command_loop",
        b"import time:       100 |     900000 |   inner",
        b"import time:       500 |    1200000 | theirs",
        b"import time:       500 |     800000 | httpcore2",
        b"printed by the code",
    ]
    assert slow_imports(lines) == [("theirs", 1.2)]
    agent = AgentLoaded(at=1, agent="A", model="", notices=("it expects a context",))
    notice = [*check_agent(Loaded(agent, None, 1.0, [], ""))][-1]
    assert (notice.check, notice.text) == ("notice", "it expects a context")


def of_journal(path: Path) -> Finding:
    return [*check_data(path)][-1]


def test_a_journal_that_is_not_there_yet_is_well(tmp_path: Path) -> None:
    found = list(check_data(tmp_path / "new" / "journal.db"))
    assert [one.status for one in found] == ["ok", "ok", "ok"]
    assert not (tmp_path / "new").exists()


def test_a_whole_journal_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    open_database(path).close()
    found = of_journal(path)
    assert (found.status, found.values["sessions"]) == ("ok", 0)
    assert found.values["version"] == len(MIGRATIONS)


def test_a_damaged_journal_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(b"no database at all, but long enough to be read as one" * 100)
    before = path.read_bytes()
    found = of_journal(path)
    assert found.status == "failed"
    assert "Move" in found.mend
    assert path.read_bytes() == before


def test_a_journal_of_a_newer_version_is_named(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    open_database(path).close()
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    assert "newer version" in of_journal(path).text


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    found = list(check_data(file / "journal.db"))
    assert found[0].status == "failed"
    assert "[journal]" in found[0].mend


@contextmanager
def not_root() -> Iterator[None]:
    """Root may write everywhere."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(user)


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """One that another user may enter too."""
    with TemporaryDirectory() as folder:
        path = Path(folder)
        path.chmod(0o755)
        yield path


def test_a_folder_that_is_read_only_is_named_with_how_to_mend_it(shared_folder: Path) -> None:
    folder = shared_folder / "data"
    folder.mkdir(mode=0o555)
    with not_root():
        found = next(check_data(folder / "journal.db"))
    assert (found.check, found.status) == ("folder", "failed")
    assert "Permission denied" in found.text
    assert f"chmod u+w {folder}" in found.mend


def test_a_folder_that_may_not_be_entered_is_named(shared_folder: Path) -> None:
    folder = shared_folder / "closed"
    folder.mkdir(mode=0o700)
    if os.geteuid() != 0:
        folder.chmod(0)
    with not_root():
        found = next(check_data(folder / "inner" / "journal.db"))
    folder.chmod(0o700)
    assert (found.status, str(folder) in found.text) == ("failed", True)


def test_a_journal_that_is_read_only_is_named(shared_folder: Path) -> None:
    shared_folder.chmod(0o777)
    path = shared_folder / "journal.db"
    open_database(path).close()
    path.chmod(0o444)
    with not_root():
        found = next(check_data(path))
    assert found.status == "failed"
    assert found.text == f"{path} cannot be written"
    assert f"chmod u+w {path}" in found.mend


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
def test_a_full_disk_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = Path("/dev/full").open("wb")  # noqa: SIM115 - the check closes it
    monkeypatch.setattr(data_checks, "TemporaryFile", lambda **_: full)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1_000_000))
    folder, room, *_ = check_data(tmp_path / "journal.db")
    assert (folder.status, "No space left" in folder.text) == ("failed", True)
    assert "free some room" in folder.mend
    assert (room.status, room.text) == ("warning", "0.0 GB free")
    assert "prune" in room.mend


def test_the_report_has_a_line_for_each_finding_and_one_for_what_mends_it() -> None:
    found = [
        Finding(area="data", check="room", status="ok", text="9 GB free"),
        Finding(area="data", check="journal", status="failed", text="damaged", mend="Move it."),
        Finding(area="endpoint", check="key", status="skipped", text="none"),
    ]
    assert shown(found) == [
        "data",
        "  ✓ room: 9 GB free",
        "  ✗ journal: damaged",
        "      → Move it.",
        "",
        "endpoint",
        "  - key: none",
    ]
