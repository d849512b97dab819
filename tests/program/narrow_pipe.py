"""Runs a command behind a connection with latency and little bandbandwidth, as over ssh.

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
"""Seconds of bandbandwidth that are written at once; a piece may end in the middle of a line."""


class Chunk(NamedTuple):
    due: float
    data: bytes


def carry(source: int, target: int, latency: float, bandwidth: float) -> None:
    """Copy until the source ends; then close the target."""
    in_transit: deque[Chunk] = deque()
    changed = threading.Condition()

    def read() -> None:
        while True:
            data = os.read(source, 4096)
            with changed:
                in_transit.append(Chunk(time.monotonic() + latency, data))
                changed.notify()
            if not data:
                return

    threading.Thread(target=read, daemon=True).start()
    step = max(1, int(bandwidth * PIECE))
    while True:
        with changed:
            changed.wait_for(lambda: in_transit)
            due, data = in_transit.popleft()
        if not data:
            os.close(target)
            return
        time.sleep(max(0.0, due - time.monotonic()))
        for start in range(0, len(data), step):
            os.write(target, data[start : start + step])
            time.sleep(PIECE)


def main() -> int:
    latency, bandwidth, *command = sys.argv[1:]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    ends = [(0, process.stdin.fileno()), (process.stdout.fileno(), 1)]
    carriers = [
        threading.Thread(target=carry, args=(*end, float(latency), float(bandwidth)), daemon=True)
        for end in ends
    ]
    for carrier in carriers:
        carrier.start()
    code = process.wait()
    carriers[1].join()
    return code


if __name__ == "__main__":
    os._exit(main())
