"""Copies kept in a file: a terminal does not report whether it set its clipboard."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from platformdirs import user_state_path


def keep_copy(text: str, folder: Path | None = None) -> Path:
    """Write the text to ``last-copy.txt``, readable only by its owner; the path of the file.

    Raise `OSError` when it cannot be written.
    """
    folder = folder or user_state_path("streamtui")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "last-copy.txt"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - a descriptor
        file.write(text)
    return path


def why_no_clipboard(environ: Mapping[str, str]) -> str:
    """Why the terminal sets no clipboard, as the start of a sentence; "" if nothing says so."""
    if environ.get("TMUX"):
        return "tmux has set-clipboard off" if _tmux_option("set-clipboard") == "off" else ""
    if environ.get("TERM") == "linux" or environ.get("TERM_PROGRAM") == "Apple_Terminal":
        return "This terminal has no clipboard for programs"
    return ""


def _tmux_option(name: str) -> str:
    """Its value; "" if tmux does not say."""
    command = ["tmux", "show-options", "-sv", name]
    try:
        said = subprocess.run(  # noqa: S603 - a fixed command
            command, capture_output=True, text=True, timeout=0.5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return said.stdout.strip()
