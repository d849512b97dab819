"""The exit code of a command without a screen, whatever happens in it."""

import errno
import traceback
from collections.abc import Callable
from contextlib import suppress

import click

from tui.headless import exit_codes


def exit_code_of(work: Callable[[], int], *expected: type[Exception]) -> int:
    """What ``work`` returns. ``expected`` exceptions are raised; any other is reported."""
    try:
        return work()
    except expected:
        raise
    except Exception as error:  # noqa: BLE001 - a bug, which must not look like a failed run
        if isinstance(error, OSError) and error.errno in (errno.EMFILE, errno.ENFILE):
            say(f"{error.strerror}: raise the limit (ulimit -n)")
            return exit_codes.USAGE
        say(f"A bug in streamtui:\n{traceback.format_exc()}")
        return exit_codes.BUG


def say(line: str) -> None:
    """Write a line to stderr, and carry on if its reader is gone."""
    with suppress(OSError):
        click.echo(line, err=True)
