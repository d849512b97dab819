"""Starting a program with a pseudo-terminal as its controlling terminal."""

import fcntl
import os
import re
import struct
import subprocess
import termios
from collections.abc import Mapping, Sequence

Argv = Sequence[str | os.PathLike[str]]

_NOT_INHERITED = re.compile(
    r"OPENAI_|TEXTUAL|STREAMTUI_|NO_COLOR$|FORCE_COLOR$|CLICOLOR|TERM|COLORTERM$|COLUMNS$|LINES$|CI$"
)
_DEFAULT_SIGNALS = ("env", "--default-signal")
"""The tests themselves may run with SIGHUP ignored."""
_TAKE_TERMINAL = 'exec "$@" <"$0" >"$0" 2>&1'
_FIXED = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}


def environment(overrides: Mapping[str, str | None]) -> dict[str, str]:
    """The inherited environment without settings of terminals, Textual and the SDK; overridden."""
    inherited = {
        name: value for name, value in os.environ.items() if not _NOT_INHERITED.match(name)
    }
    merged: dict[str, str | None] = {**inherited, **_FIXED, **overrides}
    return {name: value for name, value in merged.items() if value is not None}


def set_size(master: int, rows: int, cols: int) -> None:
    """Set the terminal's size; the kernel sends SIGWINCH to the foreground group."""
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))


def spawn(
    argv: Argv,
    slave: int,
    *,
    env: Mapping[str, str | None],
    cwd: str | os.PathLike[str] | None,
) -> subprocess.Popen[bytes]:
    """Start the program as the leader of a new session whose terminal is ``slave``.

    A session leader that opens a terminal gets it as its controlling terminal: a shell does so and
    then executes the program. A ``preexec_fn`` would run Python in the fork of a process with
    threads, which can deadlock on a lock that one of them held.
    """
    return subprocess.Popen(
        [*_DEFAULT_SIGNALS, "/bin/sh", "-c", _TAKE_TERMINAL, os.ttyname(slave), *argv],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=environment(env),
        cwd=cwd,
        start_new_session=True,
    )
