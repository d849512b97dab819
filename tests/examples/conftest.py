"""Starts one of the agents here in the dashboard, and looks at what is left when it has ended."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.program.conftest import Launch, launch
from tests.support.provider import Provide, Provider
from tests.support.terminal import Terminal, descendants_of, wait_gone

__all__ = ("launch",)  # a fixture

AGENTS = Path(__file__).parent / "agents"


@dataclass
class Example:
    """An agent in the dashboard."""

    terminal: Terminal
    provider: Provider

    def ask(self, text: str, *shown: str | re.Pattern[str]) -> None:
        """Send a message, and wait until the screen shows all of this and the turn is over."""
        self.terminal.type(f"{text}\n")
        self.sees(*shown)

    def sees(self, *shown: str | re.Pattern[str], state: str = "idle") -> None:
        """Wait until the screen shows all of this, and the heading this state."""
        for one in (*shown, f"── {state}"):
            self.terminal.wait_for(one)

    def quit(self) -> None:
        """Quit; nothing is left behind, and every request was answered and right."""
        started = descendants_of(self.terminal.pid)
        self.terminal.press("ctrl+q")
        assert self.terminal.exit_code() == 0
        for process in started:
            wait_gone(process)
        assert self.provider.problems == []
        for request in self.provider.requests:
            assert request.finished_at is not None or request.client_closed_at is not None


Show = Callable[..., Example]


@pytest.fixture
def show(launch: Launch, provide: Provide) -> Show:
    """A function that starts an example by its file's name, with the steps of the provider."""

    def start(
        file: str,
        *steps: object,
        route: object = None,
        arguments: tuple[str, ...] = (),
        rows: int = 46,
        cols: int = 170,
        state: str = "idle",
        **env: str,
    ) -> Example:
        provider = provide(*steps, route=route, strict=True)
        name, _, attribute = file.partition(":")
        agent = f"{AGENTS / name}.py:{attribute or 'agent'}"
        terminal = launch(
            agent, "--model", "m", *arguments, provider=provider, rows=rows, cols=cols, env=env
        )
        terminal.wait_for(f"── {state}")
        return Example(terminal, provider)

    return start


def row(state: str, name: str, rest: str = "") -> re.Pattern[str]:
    """A row of the tool log: its state's sign, its name, and what is right of it."""
    return re.compile(f"{re.escape(state)} +{re.escape(name)} .*{rest}")
