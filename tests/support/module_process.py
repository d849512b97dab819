"""A Python module as a child process that reports on its output when it is ready."""

import select
import subprocess
import sys
from pathlib import Path
from typing import IO, Self

from tests.support.patience import PATIENCE

_ROOT = Path(__file__).resolve().parents[2]


def read_line(stream: IO[bytes]) -> bytes:
    """The next line of a pipe that holds nothing else yet; TimeoutError when none comes."""
    if not select.select([stream], [], [], PATIENCE)[0]:
        raise TimeoutError(f"no line within {PATIENCE} s")
    return stream.readline()


class ModuleProcess:
    """``with ModuleProcess("package.module", "argument") as process: …``.

    The module prints one line when it is ready, and ends when its standard input is closed.
    """

    def __init__(self, module: str, *arguments: str) -> None:
        self._command = [sys.executable, "-m", module, *arguments]
        self.first_line = ""

    @property
    def pid(self) -> int:
        return self._process.pid

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        try:
            self.first_line = self._read_first_line()
        except BaseException:
            self._process.kill()
            self.__exit__()
            raise
        return self

    def _read_first_line(self) -> str:
        assert self._process.stdout is not None
        line = read_line(self._process.stdout).decode().strip()
        if not line:
            raise RuntimeError(f"{self._command} ended with {self._process.wait(PATIENCE)}")
        return line

    def __exit__(self, *exc_info: object) -> None:
        try:
            self._process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            raise
