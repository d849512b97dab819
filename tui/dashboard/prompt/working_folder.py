"""The folder in which the program was started, which may be removed while it runs."""

from pathlib import Path


def working_folder() -> Path:
    """``.`` if it was removed: nothing is found in it."""
    try:
        return Path.cwd()
    except OSError:
        return Path()
