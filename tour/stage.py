"""Starts the program for a scene: in a terminal of its own, with a home folder of its own."""

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from tests.support.provider import Provider
from tests.support.terminal import Terminal
from tests.support.warm import FOLDER_VARIABLE, WarmWorkers

AGENT = f"{Path(__file__).parent / 'travel_agent.py'}:agent"
CREW = f"{Path(__file__).parent / 'crew_agent.py'}:agent"
"""Agents within agents, long arguments, pictures."""


class Stage:
    """Holds what the programs of one scene leave behind; ends all of them."""

    def __init__(self, cols: int, rows: int) -> None:
        self.cols, self.rows = cols, rows
        self._ending = ExitStack()
        self.folder = Path(self._ending.enter_context(TemporaryDirectory()))
        self.recorded_from = 0
        """Where a recording begins (monotonic ns)."""

    def start(
        self,
        *arguments: str,
        provider: Provider | None = None,
        ready: str = "idle",
        env: dict[str, str | None] | None = None,
        program: Sequence[str] = (sys.executable, "-m", "tui"),
    ) -> Terminal:
        """The program, once it shows ``ready``; without a provider and arguments it is the demo."""
        server: dict[str, str | None] = {"OPENAI_API_KEY": None, "OPENAI_BASE_URL": None}
        if provider is not None:
            server = {"OPENAI_API_KEY": "sk-none", "OPENAI_BASE_URL": provider.base_url}
        terminal = self._ending.enter_context(
            Terminal(
                [*program, *arguments],
                rows=self.rows,
                cols=self.cols,
                env={
                    "HOME": str(self.folder), "XDG_DATA_HOME": None, "XDG_CONFIG_HOME": None,
                    "COLORTERM": "truecolor", **_warm(), **server, **(env or {}),
                },
                cwd=self.folder,
            )
        )  # fmt: skip
        terminal.wait_for(ready)
        return terminal

    def last_session(self) -> str:
        """The id of the newest session of this scene."""
        words = [sys.executable, "-m", "tui", "sessions", "list"]
        listed = subprocess.run(
            words, env=os.environ | {"HOME": str(self.folder)}, check=True, capture_output=True
        ).stdout
        return listed.decode().split()[0]

    def provide(self, *steps: object) -> Provider:
        """A provider on loopback that answers with these steps."""
        return self._ending.enter_context(Provider(*steps))  # type: ignore[arg-type]

    def provide_by(self, route: object) -> Provider:
        """A provider on loopback whose answer is a function of the request."""
        return self._ending.enter_context(Provider(route=route))  # type: ignore[arg-type]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._ending.close()


def _warm() -> dict[str, str]:
    """A worker is forked from a process that has loaded the SDK, if there is one."""
    folder = os.environ.get(FOLDER_VARIABLE)
    return WarmWorkers(Path(folder)).environment if folder else {}
