"""The worker's file descriptors: the original ones for the protocol, stderr for the rest."""

import ctypes
import os
import sys
from typing import NamedTuple

STDIN, STDOUT, STDERR = 0, 1, 2
LINE_BUFFERED = 1
"""``_IOLBF`` in glibc, musl and macOS."""


class ProtocolStreams(NamedTuple):
    commands: int
    events: int


def claim_streams() -> ProtocolStreams:
    """Take stdin and stdout for the protocol; whatever else is printed goes to stderr.

    Done with file descriptors, which covers C code and child processes, and with line buffering,
    so that a killed process loses no line.
    """
    streams = ProtocolStreams(os.dup(STDIN), os.dup(STDOUT))
    os.set_blocking(streams.events, True)
    os.set_blocking(streams.commands, True)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, STDIN)
    os.close(null)
    os.dup2(STDERR, STDOUT)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(line_buffering=True, errors="backslashreplace")
    _buffer_c_stdout_by_line()
    return streams


def _buffer_c_stdout_by_line() -> None:
    """C's stdio buffers blocks on a pipe, and loses them when the process is killed."""
    libc = ctypes.CDLL(None)
    for name in ("stdout", "__stdoutp"):
        try:
            stdout = ctypes.c_void_p.in_dll(libc, name)
        except ValueError:
            continue
        libc.setvbuf(stdout, None, LINE_BUFFERED, 0)
