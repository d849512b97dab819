"""``--local FILE.gguf``: the program's own llama.cpp, in a process of its own."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.patience import wait_until
from tests.support.terminal import Terminal, children_of, command_line

pytestmark = pytest.mark.e2e

AGENT = f"{Path(__file__).parent / 'sailors.py'}:agent"


@pytest.fixture
def gguf() -> str:
    found = os.environ.get("STREAMTUI_TEST_MODEL")
    if found is None:
        pytest.skip("needs a language model: make e2e")
    return found


@pytest.fixture
def started(gguf: str, tmp_path: Path) -> Iterator[Terminal]:
    """The program, before its first frame."""
    command = [sys.executable, "-m", "tui", AGENT, "--local", gguf, "--local-threads", "1"]
    home = {
        "HOME": str(tmp_path), "XDG_DATA_HOME": None, "XDG_CONFIG_HOME": None,
        "OPENAI_API_KEY": None, "OPENAI_BASE_URL": None,
    }  # fmt: skip
    with Terminal(command, rows=40, cols=140, env=home, cwd=tmp_path) as terminal:
        yield terminal


@pytest.fixture
def terminal(started: Terminal) -> Terminal:
    started.wait_for("Ask the agent")
    return started


def stopped_model(terminal: Terminal) -> int:
    """The model's process, stopped while it loads."""

    def found() -> list[int]:
        return [pid for pid in children_of(terminal.pid) if "tui.local_model" in command_line(pid)]

    wait_until(lambda: bool(found()), "the model's process")
    (pid,) = found()
    os.kill(pid, signal.SIGSTOP)
    return pid


def model_process(terminal: Terminal) -> int:
    found = terminal.wait_for(re.compile(r"process\s+(\d+)"))
    del found
    (pid,) = re.findall(r"process\s+(\d+)", terminal.text)
    return int(pid)


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_it_loads_with_a_bar_answers_and_ends_with_the_program(started: Terminal) -> None:
    terminal = started
    # A small model may be loaded before the first frame.
    loading = stopped_model(terminal)
    terminal.wait_for(re.compile(r"loading SmolLM2\S* [█░]+ \d+%"))
    os.kill(loading, signal.SIGCONT)
    terminal.wait_for("is loaded in")
    shown = terminal.text
    assert re.search(r"\d+ MB in memory, 1 thread", re.sub(r"\s*│\s*", " ", shown))
    pid = model_process(terminal)
    assert pid == loading
    assert lives(pid)
    terminal.wait_for("idle")
    terminal.type("What is the sea?\n")
    terminal.wait_for(re.compile(r"tok/s +\d"))
    terminal.wait_for("idle")
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0
    wait_until(lambda: not lives(pid), "the model's process has ended")


def test_it_ends_when_the_dashboard_is_killed(terminal: Terminal) -> None:
    terminal.wait_for("is loaded in")
    pid = model_process(terminal)
    os.kill(terminal.pid, signal.SIGKILL)
    wait_until(lambda: not lives(pid), "the model's process has ended")


def test_a_run_without_a_screen_uses_it(gguf: str, tmp_path: Path) -> None:
    command = [
        sys.executable, "-m", "tui", "run", AGENT, "What is the sea?", "--local", gguf,
        "--local-threads", "1", "--output", "json",
    ]  # fmt: skip
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(
        command, cwd=tmp_path, env=env, capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert summary["runs"]["ok"] == 1
    assert summary["results"][0]["answer"].strip()


def test_a_file_that_is_broken_is_named(gguf: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(Path(gguf).read_bytes()[:10_000])
    command = [sys.executable, "-m", "tui", "run", AGENT, "x", "--local", str(broken)]
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(
        command, cwd=tmp_path, env=env, capture_output=True, check=False, text=True
    )
    assert done.returncode == 2
    assert "broken.gguf cannot be loaded" in done.stderr
