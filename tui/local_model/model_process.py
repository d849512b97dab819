"""Starts the model's process, watches it load, and ends it."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from tui.local_model.model_words import ModelOrder, ModelReady

POLL = 0.1
"""Seconds between two looks at how far it is."""
END_SECONDS = 5.0
MAGIC = b"GGUF"


class LocalModelError(Exception):
    """The file cannot be used, or the model cannot be loaded; the message says why."""


def check_model_file(path: Path) -> None:
    """Raise `LocalModelError` if this is no model in llama.cpp's format."""
    try:
        with path.open("rb") as file:
            begins = file.read(len(MAGIC))
    except OSError as error:
        raise LocalModelError(f"{path}: {error.strerror or error}") from error
    if begins != MAGIC:
        raise LocalModelError(f"{path} is not a GGUF file, the format of llama.cpp's models")


def default_threads() -> int:
    """Half of the processors: llama.cpp's threads wait for each other, and others work too."""
    there = getattr(os, "sched_getaffinity", None)
    processors = len(there(0)) if there is not None else os.cpu_count() or 1
    return max(1, processors // 2)


class ModelProcess:
    """Runs from its creation on until `close`, or until this process ends, however it ends."""

    def __init__(self, path: Path, threads: int | None = None) -> None:
        self.path = path
        self.name = path.stem
        self.threads = threads or default_threads()
        self.size = path.stat().st_size
        """Bytes of the file."""
        self.loaded_in = 0.0
        """Seconds that it took; 0: it is not loaded."""
        order = ModelOrder(str(path.absolute()), self.name, self.threads)
        self._began = time.monotonic()
        self._ready: ModelReady | None = None
        self._process = subprocess.Popen(  # noqa: S603 - our own argv
            # -P: the current folder is not searched for `tui`, which it may also contain.
            [sys.executable, "-P", "-m", "tui.local_model", msgspec.json.encode(order).decode()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, name="local model", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def ready(self) -> ModelReady | None:
        """None while it loads."""
        return self._ready

    @property
    def base_url(self) -> str:
        return self._ready.url if self._ready is not None else ""

    def memory(self) -> int:
        """Bytes of it in memory now; 0 if that is not known."""
        return resident_memory(self.pid) if self._process.poll() is None else 0

    def share(self) -> float:
        """How much of the file is in memory, from 0 to 1."""
        if self._ready is not None:
            return 1.0
        return min(self.memory() / self.size, 0.99) if self.size else 0.0

    def wait(self, progress: Callable[[float], object] = lambda _: None) -> None:
        """Until it is loaded. Raise `LocalModelError`."""
        while self._ready is None:
            progress(self.share())
            self._reader.join(POLL)
        progress(1.0)
        if self._ready.problem:
            self.close()
            raise LocalModelError(f"{self.path.name} cannot be loaded: {self._ready.problem}")

    def close(self) -> None:
        """End it."""
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as said:
            line = said.readline()
        try:
            ready = msgspec.json.decode(line, type=ModelReady)
        except msgspec.DecodeError:
            ready = ModelReady(problem=f"llama.cpp ended ({self._process.wait()})")
        self.loaded_in = time.monotonic() - self._began
        self._ready = ready


def resident_memory(pid: int) -> int:
    """Bytes of a process in memory; 0 if that is not known."""
    with suppress(OSError, ValueError, IndexError):
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    with suppress(OSError, ValueError):
        said = subprocess.run(  # noqa: S603 - a number
            ["/bin/ps", "-o", "rss=", "-p", str(pid)], capture_output=True, check=False
        )
        return int(said.stdout) * 1024
    return 0
