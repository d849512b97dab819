"""Files that fit what is typed after "@". Everything here runs in a thread.

A file whose name is no UTF-8 is left out: no message can hold its name.
"""

import os
import subprocess
import time
from collections.abc import Iterable, Iterator
from heapq import nsmallest
from pathlib import Path
from typing import Final, TypeVar

from tui.dashboard.prompt.choices import are_in_order

MOST_FILES: Final = 200_000
MOST_SECONDS: Final = 5.0
"""For the listing of a folder: what was found until then is offered."""
FRESH_SECONDS: Final = 15.0
"""How long a listing is used again."""
MOST_FOUND: Final = 50

AT_ONCE: Final = 1_000
"""Files that are looked at without a pause."""

_T = TypeVar("_T")

_LEFT_OUT: Final = frozenset(
    {".git", ".hg", ".svn", ".venv", "venv", "node_modules", "__pycache__", ".mypy_cache"}
)
"""Folders that are not looked into where git does not say which files are ignored."""


class PathSearch:
    """Of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: list[str] = []
        self._lowered: list[str] = []
        self._listed = -FRESH_SECONDS

    def find(self, typed: str) -> list[str]:
        """Paths as they can be typed, the best first; a folder ends with "/"."""
        if typed.startswith(("/", "~", "../", "./")):
            return self._inside(typed)
        if time.monotonic() - self._listed > FRESH_SECONDS:
            self._files = list_files(self._folder)
            self._lowered = [one.lower() for one in _politely(self._files)]
            self._listed = time.monotonic()
        if not typed:
            files = _politely(self._files)
            return nsmallest(MOST_FOUND, files, key=lambda one: (one.count("/"), one))
        return best(typed, self._files, self._lowered)

    def _inside(self, typed: str) -> list[str]:
        """What a folder that is written out holds."""
        return self.beside(typed) if "/" in typed else []

    def beside(self, typed: str) -> list[str]:
        """Where a file can be written: what the folder holds that is written out so far."""
        head, _, start = typed.rpartition("/")
        written = f"{head}/" if head or typed.startswith("/") else ""
        folder = self._folder / os.path.expanduser(written)  # noqa: PTH111 - never raises
        try:
            with os.scandir(folder) as entries:
                names = [
                    one.name + "/" * one.is_dir() for one in entries if _can_be_typed(one.name)
                ]
        except OSError:
            return []
        fits = [one for one in names if one.lower().startswith(start.lower())]
        return [written + one for one in sorted(fits) if start or one[0] != "."][:MOST_FOUND]


def best(typed: str, files: list[str], lowered: list[str]) -> list[str]:
    """Names that begin so, then paths with it, then those with its letters in order."""
    # A sort of a hundred thousand would keep the screen from being painted meanwhile.
    return [path for _, _, path in nsmallest(MOST_FOUND, _ranked(typed.lower(), files, lowered))]


def _ranked(typed: str, files: list[str], lowered: list[str]) -> Iterator[tuple[int, int, str]]:
    for path, low in _politely(zip(files, lowered, strict=True)):
        place = low.find(typed)
        if place >= 0:
            name = low.rfind("/") + 1
            yield (
                0 if place == name else 1 if place == 0 else 2 if place > name else 3,
                len(path),
                path,
            )
        elif are_in_order(typed, low):
            yield 4, len(path), path


def _politely(many: Iterable[_T]) -> Iterator[_T]:
    """The same, while the thread that paints gets its turn every millisecond or so."""
    for count, one in enumerate(many):
        if not count % AT_ONCE:
            time.sleep(0)
        yield one


def list_files(folder: Path) -> list[str]:
    """Files below a folder, without those that git ignores."""
    return _of_git(folder) or list(_walked(folder))


def _of_git(folder: Path) -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(  # noqa: S603 - a fixed command
            command, cwd=folder, capture_output=True, timeout=MOST_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return []
    if listed.returncode:
        return []
    names = os.fsdecode(listed.stdout).split("\0")
    return [one for one in dict.fromkeys(names) if one and _can_be_typed(one)][:MOST_FILES]


def _walked(folder: Path) -> Iterator[str]:
    end, count = time.monotonic() + MOST_SECONDS, 0
    for parent, folders, names in os.walk(folder):
        folders[:] = [one for one in folders if one not in _LEFT_OUT and one[0] != "."]
        inside = str(Path(parent).relative_to(folder))
        for name in names:
            path = name if inside == "." else f"{inside}/{name}"
            if _can_be_typed(path):
                yield path
        count += len(names)
        if count > MOST_FILES or time.monotonic() > end:
            return


def _can_be_typed(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
