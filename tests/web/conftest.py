"""Runs ``streamtui serve`` as a process, and asks it over real sockets."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE
from tests.support.provider import Provider
from tests.support.warm import WarmWorkers
from tests.web.client import Client

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

agent = Agent(name="Tester", tools=[add, launch, die])
"""

KEY = "sk-test-0123456789abcdef"


class Service:
    """A running ``streamtui serve``."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        self.journal = folder / ".local/share/streamtui/journal.db"
        self.process = process
        self._stack = stack
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.fullmatch(r"(http://[^/]+)/(?:dashboard)?(?:#token=(\S+))?\n", line)
        assert found, line + self.stderr_to_its_end()
        self.url, self.token = found[1], found[2]

    def client(self, token: str | None = "") -> Client:
        """``token``: "" is the right one, None is none."""
        client = Client(self.url, self.token if token == "" else token)
        self._stack.callback(client.http.close)
        return client

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def stderr_to_its_end(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read()


class Serve:
    """Starts ``streamtui serve agent.py:agent ARGUMENTS``."""

    def __init__(self, folder: Path, environment: dict[str, str], stack: ExitStack) -> None:
        self._folder = folder
        self._environment = environment
        self._stack = stack

    def __call__(
        self, *arguments: str, provider: Provider | None = None, agent: str = CODE
    ) -> Service:
        """Start it, and wait for its address."""
        (self._folder / "agent.py").write_text(agent)
        server = () if provider is None else ("--base-url", provider.base_url, "--model", "m")
        process = subprocess.Popen(
            self._command("--port", "0", *server, *arguments),
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._stack.callback(_end, process)
        return Service(process, self._folder, self._stack)

    def ended(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run it to its end."""
        return subprocess.run(
            self._command(*arguments),
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "tui", "serve", "agent.py:agent", *arguments]


@contextmanager
def serving(folder: Path, warm_workers: WarmWorkers) -> Iterator[Serve]:
    """What starts services in this folder; they end with it."""
    (folder / "agent.py").write_text(CODE)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "OPENAI_API_KEY": KEY,
        "SSL_CERT_DIR": "/nowhere",
        "STREAMTUI_RETRIES_BASE": "0.01",
        **warm_workers.environment,
    }
    with ExitStack() as stack:
        yield Serve(folder, environment, stack)


@pytest.fixture
def serve(tmp_path: Path, warm_workers: WarmWorkers) -> Iterator[Serve]:
    with serving(tmp_path, warm_workers) as serve:
        yield serve


def _end(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
    process.communicate()
