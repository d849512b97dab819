"""Reports changes of the files that the agent was loaded from.

It polls them twice a second: a handful of `stat` calls, which work on every file system.
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
from tui.worker.failures.tracebacks import causes, is_user_file, is_user_path
from tui.worker.io.event_writer import EventWriter

EVERY = 0.5
"""Seconds between two polls."""

FileState = tuple[int, int] | None
"""Time of the last change in ns, and size; None: there is no such file."""


class ImportStart(NamedTuple):
    """Taken right before the user's code is imported."""

    at: int
    """Unix ns."""
    modules: frozenset[str]
    """What was imported by then: none of it is the user's."""

    @classmethod
    def now(cls) -> Self:
        return cls(time.time_ns(), frozenset(sys.modules))


class CodeWatch:
    """``targets`` are named on the command line; ``error`` is why loading them failed."""

    def __init__(
        self,
        writer: EventWriter,
        targets: Iterable[Target],
        start: ImportStart,
        error: BaseException | None = None,
    ) -> None:
        self._writer = writer
        self._imported_at = start.at
        targets = tuple(targets)
        self._folders = {_folder(target) for target in targets}
        self._always = {path for target in targets for path in self._files_of(target)}
        self._always |= set(self._failed_in(error))
        self._modules = set(start.modules)
        """Those that were looked at: there are thousands, and looking blocks the loop."""
        self._loaded: dict[Path, FileState] = {}
        self._settling: dict[Path, FileState] = {}

    async def watch(self) -> None:
        """Runs until it is cancelled."""
        while True:
            self._poll()
            await asyncio.sleep(EVERY)

    def _poll(self) -> None:
        for path in self._new_paths():
            self._loaded.setdefault(path, self._state_when_loaded(path))
        now = {path: _state(path) for path in self._loaded}
        changed = {path: state for path, state in now.items() if state != self._loaded[path]}
        # Editors write in several steps: a change counts when it stays the same for two polls.
        if changed and changed == self._settling:
            files = tuple(sorted(self._name(path) for path in changed))
            self._loaded.update(changed)
            self._writer.emit(CodeChanged(at=self._writer.now(), files=files))
            changed = {}
        self._settling = changed

    def _state_when_loaded(self, path: Path) -> FileState:
        """None if the file was written since the import began: another version may be loaded."""
        state = _state(path)
        # A time in the future comes from another machine's clock.
        written_since = state is not None and self._imported_at < state[0] < time.time_ns()
        return None if written_since else state

    def _new_paths(self) -> Iterable[Path]:
        """Files to watch that were not known at the last poll."""
        always, self._always = self._always, set()
        new = sys.modules.keys() - self._modules
        self._modules |= new
        return always | set(self._of_modules(new))

    def _of_modules(self, names: Iterable[str]) -> Iterable[Path]:
        """The files of modules in the user's folders, except libraries."""
        folders = tuple(str(folder / "_")[:-1] for folder in self._folders)
        for name in names:
            file = getattr(sys.modules.get(name), "__file__", None)
            if isinstance(file, str) and file.endswith(".py"):
                path = os.path.join(_real(os.path.dirname(file)), os.path.basename(file))  # noqa: PTH118, PTH119, PTH120 (takes a tenth of the time)
                if path.startswith(folders) and is_user_path(path):
                    yield Path(path)

    def _files_of(self, target: Target) -> Iterable[Path]:
        if target.is_file:
            return [Path(target.module).resolve()]
        return self._files_called(target.module)

    def _files_called(self, module: str) -> list[Path]:
        """Where the module's file would be: one that is missing may be written later."""
        places = [folder.joinpath(*module.split(".")) for folder in self._folders]
        return [
            path
            for place in places
            for path in (place.with_name(f"{place.name}.py"), place / "__init__.py")
        ]

    def _failed_in(self, error: BaseException | None) -> Iterable[Path]:
        """Files in which an import failed, and those that it did not find."""
        for link in causes(error):
            for frame in traceback.extract_tb(link.__traceback__):
                if is_user_file(frame.filename):
                    yield Path(frame.filename).resolve()
            if isinstance(link, SyntaxError) and link.filename and is_user_file(link.filename):
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
    """The folder without symbolic links; cached, as most modules share theirs."""
    return os.path.realpath(folder)


def _folder(target: Target) -> Path:
    """Where the user's own modules are: next to the file, or in the working folder."""
    return Path(target.module).resolve().parent if target.is_file else Path.cwd().resolve()


def _state(path: Path) -> FileState:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size
