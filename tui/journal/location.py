"""Where the journal lies and how its sessions are called."""

import secrets
import time
from pathlib import Path

import platformdirs


def default_path() -> Path:
    """``journal.db`` in the platform's folder for a user's data."""
    return platformdirs.user_data_path("streamtui", appauthor=False) / "journal.db"


def new_session_id(wall: float | None = None) -> str:
    """Local date and time, so that ids sort and can be recognised, and four random digits."""
    started = time.strftime("%Y%m%d-%H%M%S", time.localtime(wall))
    return f"{started}-{secrets.token_hex(2)}"
