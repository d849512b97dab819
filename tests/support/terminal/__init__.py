"""Programs in a real pseudo-terminal: start them, type, wait for the screen; Linux only.

::

    with Terminal([sys.executable, "-m", "tui"], rows=30, cols=120) as terminal:
        terminal.wait_for("streamtui")
        terminal.type("hello")
        terminal.press("enter")
        terminal.wait_for(re.compile(r"TTFT +\\d+"))
        terminal.press("ctrl+q")
        assert terminal.exit_code() == 0
    assert foreign_sequences(terminal.raw) == []
"""

from tests.support.terminal.processes import (
    children_of,
    command_line,
    cpu_seconds,
    descendants_of,
    is_running,
    is_stopped,
    mapped_files,
    resident_bytes,
    starved,
    wait_ended_within,
    wait_gone,
    waits_of,
)
from tests.support.terminal.queries import frames
from tests.support.terminal.sequences import foreign_sequences
from tests.support.terminal.terminal import Read, Terminal

__all__ = [
    "Read",
    "Terminal",
    "children_of",
    "command_line",
    "cpu_seconds",
    "descendants_of",
    "foreign_sequences",
    "frames",
    "is_running",
    "is_stopped",
    "mapped_files",
    "resident_bytes",
    "starved",
    "wait_ended_within",
    "wait_gone",
    "waits_of",
]
