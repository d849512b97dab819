"""What Linux reports about a process: its children, mapped files, resources and end."""

import os
import select
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.support.patience import PATIENCE


def children_of(pid: int) -> list[int]:
    """The child processes, without zombies."""
    return [child for child, parent, state in _processes() if parent == pid and state != "Z"]


def descendants_of(pid: int) -> list[int]:
    """The children, their children, and so on."""
    children = children_of(pid)
    return children + [deeper for child in children for deeper in descendants_of(child)]


def mapped_files(pid: int) -> set[str]:
    """Paths of all files the process has mapped, shared libraries among them."""
    lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    fields = (line.split(maxsplit=5) for line in lines)
    return {parts[5] for parts in fields if len(parts) == 6 and parts[5].startswith("/")}


def command_line(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/cmdline").read_text().split("\0")[:-1]


def cpu_seconds(pid: int) -> float:
    """User and system time of the process so far, without its children."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid: int) -> int:
    """The resident memory of the process (RSS)."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def is_running(pid: int) -> bool:
    """Whether the process exists and has not ended (a zombie has)."""
    return any(number == pid and state != "Z" for number, _, state in _processes())


def is_stopped(pid: int) -> bool:
    """Whether a signal has stopped the process."""
    return any(number == pid and state == "T" for number, _, state in _processes())


def wait_gone(pid: int, timeout: float = PATIENCE) -> None:
    """Return when the process has ended, reaped or not; else raise TimeoutError."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        if not select.select([descriptor], [], [], timeout)[0]:
            raise TimeoutError(f"process {pid} still runs after {timeout} s")
    finally:
        os.close(descriptor)


def wait_ended_within(seconds: float, pid: int, *others: int) -> None:
    """Return when the process has ended; else raise TimeoutError after so many seconds.

    Time in which it, or one of the ``others`` that it waits for, was runnable but had no processor
    does not count.
    """
    processes = (pid, *others)
    before = {number: waits_of(number) for number in processes}
    began, taken = time.monotonic(), 0.0
    while time.monotonic() - began - taken < seconds:
        with suppress(TimeoutError):
            wait_gone(pid, 0.01)
            return
        since = sum(starved(before[number], waits_of(number)) for number in processes)
        taken = max(taken, since)
    raise TimeoutError(f"process {pid} still runs after {seconds} s")


def waits_of(pid: int) -> dict[str, float]:
    """Seconds that each thread of a process has waited for a processor so far."""
    waits = {}
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                waits[task.name] = int((task / "schedstat").read_text().split()[1]) / 1e9
    return waits


def starved(before: Mapping[str, float], now: Mapping[str, float]) -> float:
    """Seconds between two readings that the most delayed thread waited for a processor."""
    return max((now[thread] - before.get(thread, 0.0) for thread in now), default=0.0)


def _processes() -> list[tuple[int, int, str]]:
    """Pid, parent and state letter of every process."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        found.append((int(entry.name), int(parent), state))
    return found
