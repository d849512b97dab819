"""Copies kept in a file: a terminal does not report whether it set its clipboard."""

import os
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
