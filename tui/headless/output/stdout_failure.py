"""What it means that stdout cannot be written."""

import errno
from contextlib import suppress

import click

from tui.headless import exit_codes

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def stdout_failed(error: OSError) -> int:
    """The exit code; says why on stderr, unless it is only that nobody reads any more."""
    if isinstance(error, BrokenPipeError):
        return exit_codes.STDOUT_CLOSED
    # Carry on if the reader of stderr is gone.
    with suppress(OSError):
        click.echo(f"stdout cannot be written: {error.strerror}", err=True)
    return exit_codes.USAGE
