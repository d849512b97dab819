"""A folder that one program finds mounted read-only; Linux only."""

import functools
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE

_NAMESPACE = ("unshare", "--map-root-user", "--mount")
_SCRIPT = """
    folder=$1; shift
    if [ -e "$folder.sealed" ]; then
        mount --bind "$folder" "$folder" && mount -o remount,bind,ro "$folder" || exit 99
    fi
    exec "$@"
"""


def within_sealed(folder: Path) -> tuple[str, ...]:
    """The prefix of the program's command; the folder is writable until `seal` is called."""
    if not _can_mount():
        pytest.skip("mounting in a user namespace is not permitted here")
    return _within(folder)


def seal(folder: Path) -> None:
    """Make the folder read-only for programs that start from now on."""
    folder.with_name(f"{folder.name}.sealed").touch()


def _within(folder: Path) -> tuple[str, ...]:
    return (*_NAMESPACE, "/bin/sh", "-c", _SCRIPT, "sh", str(folder))


@functools.cache
def _can_mount() -> bool:
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "folder"
        folder.mkdir()
        seal(folder)
        try:
            tried = subprocess.run(
                [*_within(folder), "true"], capture_output=True, check=False, timeout=PATIENCE
            )
        except FileNotFoundError:
            return False
        return tried.returncode == 0
