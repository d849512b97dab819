"""Where the journal lies and how its sessions are called."""

import itertools
import os
import re
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from tui.core.config.folders import data_folder


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a session is held: what ``--continue`` looks for."""

    folder: str = ""
    """The dashboard's working folder; "" in sessions that older versions have stored."""
    reference: str = ""
    """AGENT as it was typed, or the command of a worker elsewhere; "" for the demo."""


def new_session_id(wall: float | None = None) -> str:
    """Local date and time, so that ids sort and can be recognised, and four random digits."""
    started = time.strftime("%Y%m%d-%H%M%S", time.localtime(wall))
    return f"{started}-{os.urandom(2).hex()}"


def another_file(path: Path, takes: Callable[[Path], bool]) -> Path | None:
    """For when the journal's own cannot be used: a new one, or one that ``takes`` what is kept.

    It is beside it or, where nothing can be written there, in the user's `data_folder`. None:
    there is no such place.
    """
    folder = next(filter(_can_be_written, (path.parent, data_folder())), None)
    if folder is None:
        return None
    stem = re.sub(r"-\d{1,3}$", "", path.stem)
    others = (folder / f"{stem}-{number}{path.suffix}" for number in itertools.count(2))
    # Not a method of Path, which raises where nobody may look.
    is_there = os.path.exists
    return next(one for one in others if not is_there(one) or (one != path and takes(one)))


def _can_be_written(folder: Path) -> bool:
    """It, or the first there is of those that it would be made in."""
    there = next(one for one in (folder, *folder.parents) if os.path.exists(one))  # noqa: PTH110
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)
