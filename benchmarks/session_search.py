"""Full-text search over stored sessions of 10,000 events, and what its index costs the writer.

Prints how long the first reading of all sessions takes, the size of the index against that of the
journal, and the time of each search: as one types, in Vietnamese and Chinese, and without FTS5.
Then it times how long a stream of deltas takes to reach the file, with and without old sessions
being indexed at the same time, and prints the ratio. Exit code 1 if a search takes longer than
the bar.
Run: python -m benchmarks.session_search
"""

import argparse
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.resume import session as long_session
from tui.core.sanitize.secrets import Masker
from tui.journal import Journal
from tui.journal.index import index_file
from tui.journal.index.index_file import index_path
from tui.journal.index.indexing_thread import IndexingThread
from tui.journal.index.session_index import SessionIndex
from tui.protocol import events
from tui.protocol.events import Event

BAR = 50.0
"""Milliseconds for one search."""
EVENTS = 10_000
SESSIONS = 20
TYPED = (
    "s",
    "su",
    "survey",
    "survey found",
    '"what did the survey"',
    "thoi tiet",
    "天气",
    "absent",
)
REPEATS = 20


def short_session(prompt: str, answer: str) -> Iterator[Event]:
    at = itertools.count(time.monotonic_ns(), 1_000_000)
    yield events.RunStarted(
        at=next(at), run="r1", prompt=prompt, entered_at=next(at), wall=time.time(), agent="Ann"
    )
    yield events.ModelCallStarted(at=next(at), run="r1", call="c1", agent="Ann", model="m")
    yield events.AttemptStarted(at=next(at), run="r1", call="c1")
    yield events.TextDelta(at=next(at), run="r1", call="c1", text=answer)
    yield events.AttemptFinished(at=next(at), run="r1", call="c1")
    yield events.RunFinished(at=next(at), run="r1", outcome="ok")


def store(path: Path, count: int) -> None:
    journal = Journal.open(path)
    for number in range(SESSIONS):
        journal.append(f"s{number:03}", list(long_session(count // SESSIONS)))
    journal.append("vi", list(short_session("Thời tiết hôm nay?", "Đường rất đông.")))
    journal.append("zh", list(short_session("天气怎么样", "今天天气很好.")))
    assert journal.close(60)


def size_of(path: Path) -> int:
    """With what waits in its log."""
    files = (path, path.with_name(f"{path.name}-wal"))
    return sum(file.stat().st_size for file in files if file.exists())


def searched(index: SessionIndex, live: list[str], title: str) -> float:
    """The slowest median of all that is typed, in ms."""
    slowest = 0.0
    print(f"\n{title}")
    for typed in TYPED:
        times = []
        for _ in range(REPEATS):
            began = time.perf_counter()
            hits = index.search(typed, live)
            times.append((time.perf_counter() - began) * 1000)
        middle = statistics.median(times)
        slowest = max(slowest, middle)
        print(
            f"  {typed!r:<24} {hits.count:>6,} hits   {middle:7.2f} ms   max {max(times):7.2f} ms"
        )
    return slowest


def written(folder: Path, round_: int, count: int, *, indexing: bool) -> float:
    """Seconds until a stream of deltas is in the file."""
    path = folder / f"{round_}-{indexing}.db"
    store(path, count)
    journal = Journal.open(path)
    index = SessionIndex(journal.store, Masker())
    thread = IndexingThread(journal.store, index, 30)
    if indexing:
        journal.when_turn_ends(thread.turn_ended)
        thread.start()
    batch = [events.TextDelta(at=n, run="r1", call="c1", text="word ") for n in range(100)]
    began = time.perf_counter()
    journal.append("live", list(short_session("hello", "begin"))[:-2])
    for _ in range(200):
        journal.append("live", batch)
        time.sleep(0.002)
    assert journal.close(60)
    took = time.perf_counter() - began
    thread.stop(30)
    index.close()
    return took


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "journal.db"
        store(path, options.events)
        index = SessionIndex(Journal.open(path).store, Masker())
        infos = index._store.sessions()  # noqa: SLF001 - the same file
        live = [info.id for info in infos]
        began = time.perf_counter()
        index.catch_up(infos)
        took = time.perf_counter() - began
        count = sum(info.events for info in infos)
        print(f"{count:,} events in {len(infos)} sessions read in {took:.2f} s")
        size, whole = size_of(index_path(path)), size_of(path)
        print(f"index {size / 1e6:.1f} MB, journal {whole / 1e6:.1f} MB: {size / whole:.2f}")
        slowest = searched(index, live, "with FTS5")
        index.close()
        index_file._WORDS = "CREATE VIRTUAL TABLE words USING none (x)"  # noqa: SLF001
        index_file.remove(index_path(path))
        without = SessionIndex(index._store, Masker())  # noqa: SLF001
        without.catch_up(infos)
        searched(without, live, "without FTS5")
        without.close()
        pairs = [
            (
                written(folder, number, options.events, indexing=True),
                written(folder, number, options.events, indexing=False),
            )
            for number in range(options.rounds)
        ]
        ratio = statistics.median(one / other for one, other in pairs)
        print(f"\n20,000 deltas in the file, with indexing ÷ without: {ratio:.2f}")
    print(f"slowest search {slowest:.1f} ms, bar {BAR:.0f} ms")
    return 0 if slowest <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
