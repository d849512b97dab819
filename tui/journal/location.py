"""Where the journal lies and how its sessions are called."""

import itertools
import os
import re
import time
from pathlib import Path

import msgspec

from tui.config.folders import data_folder


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


def another_file(path: Path) -> Path | None:
    """One that does not exist yet, for when the journal's own cannot be used; None: nowhere.

    It is beside it or, where nothing can be written there, in the user's `data_folder`.
    """
    folder = next(filter(_can_be_written, (path.parent, data_folder())), None)
    if folder is None:
        return None
    stem = re.sub(r"-\d+$", "", path.stem)
    names = (folder / f"{stem}-{number}{path.suffix}" for number in itertools.count(2))
    return next(name for name in names if not name.exists())


def _can_be_written(folder: Path) -> bool:
    """It, or the first there is of those that it would be made in."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    return there.is_dir() and os.access(there, os.W_OK)
