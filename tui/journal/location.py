"""Where a session was run, new session ids, and names for another journal file."""

import itertools
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from tui.core.config.folders import data_folder


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a session was run: ``--continue`` looks for the same place."""

    folder: str = ""
    """The dashboard's working folder; "" in sessions stored by older versions."""
    reference: str = ""
    """AGENT as typed, or the command of a remote worker; "" for the demo."""


def new_session_id(wall: float | None = None) -> str:
    """Local date and time, so that ids sort and are easy to recognise, and four random digits."""
    started = time.strftime("%Y%m%d-%H%M%S", time.localtime(wall))
    return f"{started}-{os.urandom(2).hex()}"


def another_file(path: Path, takes: Callable[[Path], bool]) -> Path | None:
    """A replacement for an unusable journal file: a new file, or an existing one that ``takes`` it.

    It is in the same folder or, if that is not writable, in the user's `data_folder`. None: neither
    is writable.
    """
    folder = next(filter(_can_be_written, (path.parent, data_folder())), None)
    if folder is None:
        return None
    stem = re.sub(r"-\d{1,3}$", "", path.stem)
    others = (folder / f"{stem}-{number}{path.suffix}" for number in itertools.count(2))
    # Unlike Path.exists, this does not raise in a folder that may not be read.
    exists = os.path.exists
    return next(one for one in others if not exists(one) or (one != path and takes(one)))


def _can_be_written(folder: Path) -> bool:
    """Whether the folder is writable or can be created."""
    nearest = next(one for one in (folder, *folder.parents) if os.path.exists(one))  # noqa: PTH110
    return nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
