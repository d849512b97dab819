"""A hang-up ends a process that would otherwise keep running."""

import os
import subprocess
import sys

from tui.dashboard.terminal.watch import GONE

PROGRAM = """
import os, sys, threading
from tui.dashboard.terminal.watch import watch_terminal
watch_terminal(0, lambda: os.write(int(sys.argv[1]), b"gone"))
os.write(int(sys.argv[1]), b"ready ")
threading.Event().wait()
"""


def test_a_hang_up_is_reported_and_ends_even_a_process_that_does_nothing() -> None:
    master, slave = os.openpty()
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(writer)], stdin=slave, pass_fds=(writer,)
    )
    os.close(slave)
    os.close(writer)
    try:
        assert os.read(reader, 6) == b"ready "
        os.close(master)
        assert os.read(reader, 4) == b"gone"
        assert process.wait(60) == GONE
    finally:
        os.close(reader)
        process.kill()
        process.wait()
