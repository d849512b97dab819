"""What remains of a journal after its process was killed or its disk was full."""

import subprocess
import sys
import threading
from pathlib import Path

from tests.support.patience import PATIENCE
from tui.journal import JournalStore

STREAM_FOR_EVER = """
import sys, time
from pathlib import Path
from tui.protocol.events import RunStarted, TextDelta
from tui.journal import Journal

journal = Journal.open(Path(sys.argv[1]))
journal.append("s", [RunStarted(at=0, run="r", prompt="p", entered_at=0, wall=0.0)])
number = 0
while True:
    at = time.monotonic_ns()
    batch = [TextDelta(at=at, seq=number + n, call="c", text="x") for n in range(5)]
    number += 5
    journal.append("s", batch)
    print(batch[-1].seq, batch[-1].at, flush=True)
    time.sleep(0.002)
"""

FILL_A_SMALL_DISK = """
import queue, resource, sys
from pathlib import Path
from tui.protocol.events import RunStarted, TextDelta
from tui.journal import Journal

resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
states = queue.SimpleQueue()
journal = Journal(Path(sys.argv[1]), states.put)
journal.append("s", [RunStarted(at=0, run="r", prompt="p", entered_at=0, wall=0.0)])
print(journal.flush())
journal.append("s", [TextDelta(at=1, call="c", text="x" * 1_000_000)])
print(states.get(timeout=90).trouble)
print(journal.close())
"""


def test_a_killed_process_loses_only_the_last_quarter_of_a_second(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with subprocess.Popen(
        [sys.executable, "-c", STREAM_FOR_EVER, path], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.start()
        appended = [tuple(map(int, process.stdout.readline().split())) for _ in range(400)]
        process.kill()
        appended += [tuple(map(int, line.split())) for line in process.stdout]
        watchdog.cancel()
    _, died = appended[-1]
    session = JournalStore(path).load("s")
    kept = {event.seq for events in session for event in events}
    old = {seq for seq, at in appended if at < died - 250_000_000}
    assert old
    assert old <= kept
    assert session.skipped == 0


def test_a_full_disk_is_reported_and_saved_events_stay(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    result = subprocess.run(
        [sys.executable, "-c", FILL_A_SMALL_DISK, path],
        capture_output=True,
        text=True,
        check=False,
        timeout=2 * PATIENCE,
    )
    assert result.stdout.split() == ["True", "full", "False"], result.stderr
    assert [info.events for info in JournalStore(path).sessions()] == [1]
