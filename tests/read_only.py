"""A folder on a medium that cannot be written, for one program: a mount of its own; Linux only."""

import functools
import subprocess
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
    return (*_NAMESPACE, "/bin/sh", "-c", _SCRIPT, "sh", str(folder))


def seal(folder: Path) -> None:
    """For the programs that start from now on."""
    folder.with_name(f"{folder.name}.sealed").touch()


@functools.cache
def _can_mount() -> bool:
    try:
        return subprocess.run([*_NAMESPACE, "true"], check=False).returncode == 0
    except FileNotFoundError:
        return False
