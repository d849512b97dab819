"""What Linux tells about a process: its children, the files it maps, its end."""

import os
import select
from pathlib import Path


def children_of(pid: int) -> list[int]:
    """The processes whose parent it is, zombies not included."""
    return [child for child, parent, state in _processes() if parent == pid and state != "Z"]


def descendants_of(pid: int) -> list[int]:
    """Its children and theirs."""
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
    """User and system time the process has used so far, its children not included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid: int) -> int:
    """Memory the process holds (RSS)."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def is_running(pid: int) -> bool:
    """Whether the process exists and has not ended (a zombie has)."""
    return any(number == pid and state != "Z" for number, _, state in _processes())


def wait_gone(pid: int, timeout: float) -> None:
    """Return when the process has ended, reaped or not; else TimeoutError after so many seconds."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        if not select.select([descriptor], [], [], timeout)[0]:
            raise TimeoutError(f"process {pid} still runs after {timeout} s")
    finally:
        os.close(descriptor)


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
