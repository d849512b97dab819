"""A connection as ssh makes one: a command at its other end, some time away, and not very wide.

Run: python narrow_pipe.py LATENCY BYTES_PER_SECOND COMMAND...
"""

import os
import subprocess
import sys
import threading
import time
from collections import deque
from typing import NamedTuple

PIECE = 0.02
"""Seconds: so much of what the width allows is written at once, wherever that cuts a line."""


class Chunk(NamedTuple):
    due: float
    data: bytes


def carry(source: int, target: int, latency: float, width: float) -> None:
    """Until the source ends; then close the target."""
    on_its_way: deque[Chunk] = deque()
    changed = threading.Condition()

    def read() -> None:
        while True:
            data = os.read(source, 4096)
            with changed:
                on_its_way.append(Chunk(time.monotonic() + latency, data))
                changed.notify()
            if not data:
                return

    threading.Thread(target=read, daemon=True).start()
    step = max(1, int(width * PIECE))
    while True:
        with changed:
            changed.wait_for(lambda: on_its_way)
            due, data = on_its_way.popleft()
        if not data:
            os.close(target)
            return
        time.sleep(max(0.0, due - time.monotonic()))
        for start in range(0, len(data), step):
            os.write(target, data[start : start + step])
            time.sleep(PIECE)


def main() -> int:
    latency, width, *command = sys.argv[1:]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    ends = [(0, process.stdin.fileno()), (process.stdout.fileno(), 1)]
    carriers = [
        threading.Thread(target=carry, args=(*end, float(latency), float(width)), daemon=True)
        for end in ends
    ]
    for carrier in carriers:
        carrier.start()
    code = process.wait()
    carriers[1].join()
    return code


if __name__ == "__main__":
    os._exit(main())
