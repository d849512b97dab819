"""Tells when the files that the agent was loaded from have changed.

It looks at their times twice a second: a handful of `stat` calls, which works on any file system
and wherever the worker runs.
"""

import asyncio
import os.path
import sys
import time
import traceback
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple, Self

from tui.protocol.events import CodeChanged
from tui.worker.agent.loader import Target
from tui.worker.failures.tracebacks import is_users, is_users_path
from tui.worker.io.event_writer import EventWriter

EVERY = 0.5
"""Seconds between two looks."""

Seen = tuple[int, int] | None
"""Time of the last change in ns and size; None: there is no such file."""


class Beginning(NamedTuple):
    """When the user's files began to be read, and what was imported by then: nothing of theirs."""

    at: int
    """Unix ns."""
    modules: frozenset[str]

    @classmethod
    def now(cls) -> Self:
        return cls(time.time_ns(), frozenset(sys.modules))


class CodeWatch:
    """``targets`` are what the command line named; ``error`` is why they could not be loaded."""

    def __init__(
        self,
        writer: EventWriter,
        targets: Iterable[Target],
        beginning: Beginning,
        error: BaseException | None = None,
    ) -> None:
        self._writer = writer
        self._imported_at = beginning.at
        targets = tuple(targets)
        self._folders = {_folder(target) for target in targets}
        self._always = {path for target in targets for path in self._files_of(target)}
        self._always |= set(self._blamed(error))
        self._modules = set(beginning.modules)
        """Those that need no look: there are thousands, and the loop waits meanwhile."""
        self._loaded: dict[Path, Seen] = {}
        self._settling: dict[Path, Seen] = {}

    async def watch(self) -> None:
        """Until it is cancelled."""
        while True:
            self._look()
            await asyncio.sleep(EVERY)

    def _look(self) -> None:
        for path in self._paths():
            self._loaded.setdefault(path, self._seen_at_first(path))
        now = {path: _seen(path) for path in self._loaded}
        changed = {path: seen for path, seen in now.items() if seen != self._loaded[path]}
        # Editors write in several steps: what changed must rest from one look to the next.
        if changed and changed == self._settling:
            files = tuple(sorted(self._name(path) for path in changed))
            self._loaded.update(changed)
            self._writer.emit(CodeChanged(at=self._writer.now(), files=files))
            changed = {}
        self._settling = changed

    def _seen_at_first(self, path: Path) -> Seen:
        """What was loaded; nothing, if the file was written while it was being loaded."""
        seen = _seen(path)
        # A time to come is another machine's clock: it says nothing.
        written_since = seen is not None and self._imported_at < seen[0] < time.time_ns()
        return None if written_since else seen

    def _paths(self) -> Iterable[Path]:
        """What there is to watch that was not there at the last look."""
        always, self._always = self._always, set()
        new = sys.modules.keys() - self._modules
        self._modules |= new
        return always | set(self._of_modules(new))

    def _of_modules(self, names: Iterable[str]) -> Iterable[Path]:
        """Modules in the user's folders that are no libraries."""
        folders = tuple(str(folder / "_")[:-1] for folder in self._folders)
        for name in names:
            file = getattr(sys.modules.get(name), "__file__", None)
            if isinstance(file, str) and file.endswith(".py"):
                path = os.path.join(_real(os.path.dirname(file)), os.path.basename(file))  # noqa: PTH118, PTH119, PTH120 (a tenth of the time)
                if path.startswith(folders) and is_users_path(path):
                    yield Path(path)

    def _files_of(self, target: Target) -> Iterable[Path]:
        if target.is_file:
            return [Path(target.module).resolve()]
        return self._files_called(target.module)

    def _files_called(self, module: str) -> list[Path]:
        """Where a module would lie: what is missing now may be written yet."""
        places = [folder.joinpath(*module.split(".")) for folder in self._folders]
        return [
            path
            for place in places
            for path in (place.with_name(f"{place.name}.py"), place / "__init__.py")
        ]

    def _blamed(self, error: BaseException | None) -> Iterable[Path]:
        """Files that an import failed in, and those that it missed."""
        for link in _causes(error):
            for frame in traceback.extract_tb(link.__traceback__):
                if is_users(frame.filename):
                    yield Path(frame.filename).resolve()
            if isinstance(link, SyntaxError) and link.filename and is_users(link.filename):
                yield Path(link.filename).resolve()
            if isinstance(link, ModuleNotFoundError) and link.name:
                yield from self._files_called(link.name)

    def _name(self, path: Path) -> str:
        for folder in self._folders:
            if path.is_relative_to(folder):
                return str(path.relative_to(folder))
        return path.name


@cache
def _real(folder: str) -> str:
    """The folder without symbolic links; most modules share theirs with others."""
    return os.path.realpath(folder)


def _causes(error: BaseException | None) -> Iterable[BaseException]:
    """An error and what led to it; an error may be its own cause."""
    met: list[BaseException] = []
    while error is not None and error not in met:
        met.append(error)
        error = error.__cause__ or error.__context__
    return met


def _folder(target: Target) -> Path:
    """Where the user's own modules are found: beside the file, or in the working folder."""
    return Path(target.module).resolve().parent if target.is_file else Path.cwd().resolve()


def _seen(path: Path) -> Seen:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
