"""The dashboard in a pseudo-terminal, with a provider on loopback."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.provider import Provider
from tests.support.terminal import Terminal
from tests.support.warm import WarmWorkers
from tests.worker.driver import QUICK

AGENT = f"{Path(__file__).parent / 'hostile_agent.py'}:agent"

FRAGILE = """
import os
from agents import Agent
if os.path.exists("broken"):
    os._exit(3)
agent = Agent(name="Fragile", model="m")
"""
"""An agent whose process ends as long as there is a file of that name."""

Launch = Callable[..., Terminal]


@pytest.fixture
def launch(tmp_path: Path, warm_workers: WarmWorkers) -> Iterator[Launch]:
    """A function that starts ``streamtui`` with arguments, and with a ``provider`` if given.

    ``warm``: its worker is forked, which takes a tenth of the time.
    """
    with ExitStack() as running:

        def start(
            *arguments: str,
            provider: Provider | None = None,
            rows: int = 40,
            cols: int = 140,
            program: Sequence[str] = (sys.executable, "-m", "tui"),
            env: dict[str, str | None] | None = None,
            warm: bool = True,
            ready: str = "Ask the agent",
        ) -> Terminal:
            home = {"HOME": str(tmp_path), "XDG_DATA_HOME": None, "XDG_CONFIG_HOME": None}
            worker = {**QUICK, **(warm_workers.environment if warm else {})}
            server: dict[str, str | None] = {"OPENAI_API_KEY": None}
            if provider is not None:
                server = {
                    "OPENAI_API_KEY": "sk-test-0123456789",
                    "OPENAI_BASE_URL": provider.base_url,
                }
            terminal = running.enter_context(
                Terminal(
                    [*program, *arguments],
                    rows=rows,
                    cols=cols,
                    env={**home, **worker, **server, **(env or {})},
                    cwd=tmp_path,
                )
            )
            # Before the first frame the terminal still turns Enter into a line feed.
            terminal.wait_for(ready)
            return terminal

        yield start
