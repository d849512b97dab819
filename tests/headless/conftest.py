"""Runs ``streamtui run`` as a process, as a shell does."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.support.patience import PATIENCE
from tests.support.provider import Provider
from tests.support.warm import WarmWorkers

AGENT = "agent.py:agent"

CODE = """
import os, time
from agents import Agent, function_tool

@function_tool
def add(a: int, b: int) -> int:
    return a + b

@function_tool(needs_approval=True)
def launch(target: str) -> str:
    return f"launched at {target}"

@function_tool
def die() -> str:
    os._exit(3)

@function_tool
def nap() -> str:
    time.sleep(600)
    return "awake"

agent = Agent(name="Tester", tools=[add, launch, die, nap])
"""


class Ended(msgspec.Struct, frozen=True):
    """How the program has ended, and what it has written."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Launcher:
    """Starts ``streamtui`` with arguments; its workers are forked from a warm process."""

    def __init__(self, folder: Path, environment: dict[str, str], stack: ExitStack) -> None:
        self.folder = folder
        self.environment = environment
        self._stack = stack

    def start(
        self, *arguments: str, program: str | None = None, **streams: Any
    ) -> "subprocess.Popen[str]":
        """Start it; ``streams`` are those of `subprocess.Popen`, pipes by default."""
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        process = subprocess.Popen(
            [sys.executable, *([program] if program else ["-m", "tui"]), *arguments],
            cwd=self.folder,
            env=self.environment,
            text=True,
            encoding="utf-8",
            **(pipes | streams),
        )
        self._stack.callback(_end, process)
        return process

    def run(
        self, *arguments: str, provider: Provider | None = None, given: str | None = None
    ) -> Ended:
        """``streamtui run agent.py:agent ARGUMENTS``, to its end."""
        server = () if provider is None else ("--base-url", provider.base_url, "--model", "m")
        return self.ended(self.start("run", AGENT, *server, *arguments), given)

    def ended(self, process: "subprocess.Popen[str]", given: str | None = None) -> Ended:
        """Wait for its end."""
        out, err = process.communicate(given, timeout=PATIENCE)
        return Ended(process.returncode, out, err)


def _end(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.communicate()


@pytest.fixture
def launcher(tmp_path: Path, warm_workers: WarmWorkers) -> Iterator[Launcher]:
    (tmp_path / "agent.py").write_text(CODE)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "OPENAI_API_KEY": "sk-test-0123456789abcdef",
        "SSL_CERT_DIR": "/nowhere",
        "STREAMTUI_RETRIES_BASE": "0.01",
        **warm_workers.environment,
    }
    with ExitStack() as stack:
        yield Launcher(tmp_path, environment, stack)


WriteFile = Callable[[str, str], str]


@pytest.fixture
def write(launcher: Launcher) -> WriteFile:
    """Write a file into the folder in which the program runs; returns its name."""

    def write(name: str, text: str) -> str:
        (launcher.folder / name).write_text(text, encoding="utf-8")
        return name

    return write
