"""The program in a pseudo-terminal with secrets in its environment, and its faulty provider."""

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self

from tests.faults.planted import ENVIRONMENT
from tests.support.provider import Provider
from tests.support.replayed import assert_replayed
from tests.support.terminal import Terminal
from tests.support.warm import WarmWorkers
from tui.core.config.settings import Config
from tui.core.config.sources import load_config
from tui.journal import JournalStore
from tui.protocol.events import Event

AGENTS = Path(__file__).parent / "faulty_agents.py"
PROGRAM = (sys.executable, "-m", "tui")
JOURNAL = Path(".local/share/streamtui/journal.db")
"""Under the home folder."""
_SETTLED = re.compile(r"── (idle|failed|cancelled|cut off|agent not loaded)\b")


class Dashboard:
    """One program and its provider; ``settings`` are ``{"timeouts_idle": 1}`` and the like.

    Without warm ``workers`` it starts a real worker.
    """

    def __init__(
        self,
        home: Path,
        *arguments: str,
        agent: str = "plain",
        file: Path = AGENTS,
        api: str = "responses",
        base_url: str | None = None,
        settings: Mapping[str, object] | None = None,
        env: Mapping[str, str | None] | None = None,
        program: Sequence[str] = PROGRAM,
        workers: WarmWorkers | None = None,
        rows: int = 50,
        cols: int = 200,
    ) -> None:
        self.home = home
        self.provider = Provider(strict=True)
        self._argv = [*program, f"{file}:{agent}", "--api", api, *arguments]
        self._raw_of_earlier = b""
        self._base_url = base_url
        self._env = {
            **ENVIRONMENT,
            **(workers.environment if workers is not None else {}),
            "HOME": str(home),
            **{f"XDG_{kind}_HOME": None for kind in ("DATA", "CONFIG", "STATE", "CACHE")},
            # Reading the system's certificates takes a third of a worker's start.
            "SSL_CERT_DIR": "/nowhere",
            **{f"STREAMTUI_{name.upper()}": str(value) for name, value in (settings or {}).items()},
            **(env or {}),
        }
        self._size = {"rows": rows, "cols": cols}

    def __enter__(self) -> Self:
        self.provider.start()
        self.terminal = self._start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.terminal.close()
        self.provider.stop()

    def _start(self, *arguments: str) -> Terminal:
        terminal = self.another(*arguments)
        try:
            # Before the first frame the terminal still turns Enter into a line feed.
            terminal.wait_for("Ask the agent")
        except BaseException:
            terminal.close()
            raise
        return terminal

    def another(self, *arguments: str) -> Terminal:
        """Start one more program with the same command and home."""
        return Terminal(
            [*self._argv, *arguments],
            env={"OPENAI_BASE_URL": self._base_url or self.provider.base_url, **self._env},
            cwd=self.home,
            **self._size,
        )

    def restart(self, *arguments: str) -> None:
        """Start the program again, with more arguments, after it has ended."""
        self._raw_of_earlier += self.terminal.raw
        self.terminal.close()
        self.terminal = self._start(*arguments)

    @property
    def raw(self) -> bytes:
        """Every byte that the program has written to a terminal, over all its restarts."""
        return self._raw_of_earlier + self.terminal.raw

    def serve_on(self, port: int) -> None:
        """Restart the provider on the port that the program connects to."""
        self.provider.stop()
        self.provider = Provider(strict=True, port=port).start()

    def settled(self) -> list[str]:
        """Wait until no run is active; the screen."""
        return self.terminal.wait_for(_SETTLED)

    @property
    def journal(self) -> JournalStore | None:
        """None until it exists, and when the session is not stored."""
        path = self.home / JOURNAL
        return JournalStore(path) if path.exists() else None

    @property
    def session(self) -> str:
        """The id of the newest session in the journal, which its first message creates."""
        journal = self.journal
        sessions = journal.sessions() if journal is not None else []
        return sessions[0].id if sessions else ""

    @property
    def config(self) -> Config:
        """The settings that the program was started with."""
        return load_config(None, {name: value for name, value in self._env.items() if value})

    def assert_replayed(self) -> None:
        """A replay of this session ends with the screen that is shown now."""
        assert_replayed(self.terminal, self.events, self.config, cols=self._size["cols"])

    def events(self) -> list[Event]:
        """The events of this session that are in the journal so far."""
        journal, session = self.journal, self.session
        if journal is None or not session:
            return []
        return [event for batch in journal.load(session) for event in batch]

    def loaded(self) -> None:
        """Wait until the agent is loaded."""
        self.terminal.wait_for(re.compile(r"── idle\b"))

    def quit(self) -> int:
        """Quit; the exit code."""
        self.terminal.press("ctrl+q")
        return self.terminal.exit_code()


class Dashboards:
    """Programs that are kept for the next row with the same arguments: starting takes seconds."""

    def __init__(self, new_home: Callable[[], Path], workers: WarmWorkers, most: int = 6) -> None:
        self._new_home = new_home
        self._workers = workers
        self._most = most
        self._kept: dict[str, Dashboard] = {}

    def get(self, *, warm: bool, **arguments: object) -> Dashboard:
        """A kept program, or a new one; ``warm``: its worker may be forked."""
        arguments["workers"] = self._workers if warm else None
        key = repr(sorted(arguments.items()))
        dashboard = self._kept.pop(key, None)
        if dashboard is None:
            dashboard = Dashboard(self._new_home(), **arguments)  # type: ignore[arg-type]
            dashboard.__enter__()
        self._kept[key] = dashboard
        for old in list(self._kept)[: -self._most]:
            self._kept.pop(old).__exit__()
        return dashboard

    def discard(self, dashboard: Dashboard) -> None:
        """End a program that may be in any state."""
        self._kept = {key: kept for key, kept in self._kept.items() if kept is not dashboard}
        dashboard.__exit__()

    def close(self) -> None:
        for dashboard in self._all():
            self.discard(dashboard)

    def _all(self) -> Iterator[Dashboard]:
        yield from list(self._kept.values())
