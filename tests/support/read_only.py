"""A folder on a medium that cannot be written, for one program: a mount of its own; Linux only."""

import functools
import subprocess
import tempfile
from pathlib import Path

import pytest

_NAMESPACE = ("unshare", "--map-root-user", "--mount")
_SCRIPT = """
    folder=$1; shift
    if [ -e "$folder.sealed" ]; then
        mount --bind "$folder" "$folder" && mount -o remount,bind,ro "$folder" || exit 99
    fi
    exec "$@"
"""


def within_sealed(folder: Path) -> tuple[str, ...]:
    """What to put in front of a command; the folder can be written until it is sealed."""
    if not _can_mount():
        pytest.skip("this machine does not let its users mount anything")
    return _within(folder)


def seal(folder: Path) -> None:
    """For the programs that start from now on."""
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
            tried = subprocess.run([*_within(folder), "true"], capture_output=True, check=False)
        except FileNotFoundError:
            return False
        return tried.returncode == 0
