"""Where the journal lies and how its sessions are called."""

import os
import time

import msgspec


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
