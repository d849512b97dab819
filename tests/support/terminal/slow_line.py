"""A slow connection to a program: ``python -m tests.support.terminal.slow_line -- PROGRAM ...``.

It stands between a terminal and the program as ssh does. What the program writes leaves at
``--rate`` bytes per second, and everything takes ``--delay`` seconds on its way, in each direction.
``--room`` bytes wait in the connection before the program's own terminal fills up: ssh takes up to
two megabytes. A line for each piece that arrives, "seconds bytes", goes to ``--log FILE``.
"""

import argparse
import os
import select
import signal
import sys
import termios
import time
import tty
from collections import deque
from pathlib import Path

from tests.support.terminal.spawn import set_size, spawn

PIECE = 512
"""Bytes that travel together."""

STDIN, STDOUT = 0, 1


class OneWay:
    """Bytes on their way from one file descriptor to another."""

    def __init__(self, target: int, rate: float, delay: float) -> None:
        self._target = target
        self._rate = rate
        self._delay = delay
        self._pieces: deque[tuple[float, bytes]] = deque()
        self._free_at = 0.0
        self.size = 0
        """Bytes that have not left yet, or have not arrived."""

    def send(self, data: bytes) -> None:
        """Have them leave as soon as those before have left."""
        for start in range(0, len(data), PIECE):
            piece = data[start : start + PIECE]
            self._free_at = max(self._free_at, time.monotonic()) + len(piece) / self._rate
            self._pieces.append((self._free_at + self._delay, piece))
            self.size += len(piece)

    def wait(self) -> float | None:
        """Seconds until the next piece arrives; None if there is none."""
        return max(self._pieces[0][0] - time.monotonic(), 0.0) if self._pieces else None

    def arrive(self) -> list[bytes]:
        """Write what has arrived by now, and return it."""
        arrived = []
        while self._pieces and self._pieces[0][0] <= time.monotonic():
            _, piece = self._pieces.popleft()
            self.size -= len(piece)
            os.write(self._target, piece)
            arrived.append(piece)
        return arrived


def relay(command: list[str], rate: float, delay: float, room: int, log: Path | None) -> int:
    """Run the command behind the connection; its exit code."""
    master, slave = os.openpty()
    _copy_size(master)
    process = spawn(command, slave, env=dict(os.environ), cwd=None)
    os.close(slave)
    signal.signal(signal.SIGWINCH, lambda *_: _copy_size(master))
    before = termios.tcgetattr(STDIN)
    tty.setraw(STDIN)
    output, keys = OneWay(STDOUT, rate, delay), OneWay(master, 1e9, delay)
    began, lines = time.monotonic(), []
    is_open = True
    try:
        while is_open or output.size:
            sources = [STDIN] if is_open else []
            if is_open and output.size < room:
                sources.append(master)
            waits = [wait for way in (output, keys) if (wait := way.wait()) is not None]
            ready = select.select(sources, [], [], min(waits, default=None))[0]
            if master in ready:
                data = _read(master)
                is_open = bool(data)
                output.send(data)
            if STDIN in ready:
                keys.send(_read(STDIN))
            if is_open:
                keys.arrive()
            now = time.monotonic() - began
            lines += [f"{now:.3f} {len(piece)}\n" for piece in output.arrive()]
            if log is not None and lines:
                with log.open("a") as file:
                    file.writelines(lines)
                lines = []
    finally:
        termios.tcsetattr(STDIN, termios.TCSANOW, before)
    return process.wait()


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except OSError:  # EIO: the program has ended
        return b""


def _copy_size(master: int) -> None:
    cols, rows = os.get_terminal_size(STDOUT)
    set_size(master, rows, cols)


def main() -> None:
    parser = argparse.ArgumentParser(prog="slow_line", description=__doc__)
    parser.add_argument("--rate", type=float, default=10_000, help="bytes per second")
    parser.add_argument("--delay", type=float, default=0.2, help="seconds, each way")
    parser.add_argument("--room", type=int, default=4096, help="bytes that wait in the connection")
    parser.add_argument("--log", type=Path)
    parser.add_argument("command", nargs="+")
    given = parser.parse_args()
    sys.exit(relay(given.command, given.rate, given.delay, given.room, given.log))


if __name__ == "__main__":
    main()
