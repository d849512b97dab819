"""The file of the cache: what it keeps, what it drops, and what a killed process leaves."""

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tui.worker.model.cache.answer_store import AnswerStore, OtherVersionError, Use
from tui.worker.model.cache.stored_answer import StoredAnswer, Timed

WRITER = """\
import sys
from pathlib import Path
from tui.worker.model.cache.answer_store import AnswerStore, Use
from tui.worker.model.cache.stored_answer import StoredAnswer

store = AnswerStore(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), 10**9):
    body = b"%d " % number * 20_000
    store.keep(b"%d" % number, StoredAnswer(streamed=False, joined=body))
    store.used([Use(b"%d" % number, StoredAnswer(streamed=False, joined=body), 1)])
    print(number, flush=True)
"""
KILLS = 12

FULL = """\
import resource, sqlite3, sys
from pathlib import Path
from tui.worker.model.cache.answer_store import AnswerStore
from tui.worker.model.cache.stored_answer import StoredAnswer
import os

store = AnswerStore(Path(sys.argv[1]))
small = StoredAnswer(streamed=False, joined=b"small")
store.keep(b"first", small)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
try:
    for number in range(100):
        store.keep(b"%d" % number, StoredAnswer(streamed=False, joined=os.urandom(50_000)))
except (sqlite3.Error, OSError) as error:
    print(type(error).__name__, store.find(b"first") == small)
"""


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "answers.db"


def saying(text: str, *, model: str = "m", cost: float | None = None) -> StoredAnswer:
    return StoredAnswer(
        streamed=True, joined=text.encode(), model=model, host="h", api="chat", input=10, output=2,
        cost=cost,
    )  # fmt: skip


def test_an_answer_comes_back_as_it_was(file: Path) -> None:
    store = AnswerStore(file)
    long = StoredAnswer(
        streamed=True,
        joined=b"x" * 5000,
        timed=(Timed(5, b"x" * 4000), Timed(7, b"\xff" * 1000)),
        request_id="r",
        model="m",
    )
    store.keep(b"k", long)
    assert store.find(b"k", timed=True) == long
    found = store.find(b"k")
    assert found is not None
    assert found.timed == ()
    assert store.find(b"other") is None


def test_an_answer_that_is_too_old_is_not_used_and_goes(file: Path, clock: Clock) -> None:
    store = AnswerStore(file, lifetime=10, now=clock)
    store.keep(b"old", saying("old"))
    clock.now += 9
    assert store.find(b"old") is not None
    clock.now += 1
    assert store.find(b"old") is None
    store.keep(b"new", saying("new"))
    assert [one.entries for one in store.sums()] == [1]


def test_what_was_not_used_for_the_longest_time_goes_first(file: Path, clock: Clock) -> None:
    store = AnswerStore(file, size=3500, now=clock)
    for key in (b"a", b"b", b"c"):
        clock.now += 1
        store.keep(key, StoredAnswer(streamed=False, joined=os.urandom(1000)))
    clock.now += 1
    store.used([Use(b"a", saying("a"), 1)])
    store.keep(b"d", StoredAnswer(streamed=False, joined=os.urandom(1000)))
    assert [key for key in (b"a", b"b", b"c", b"d") if store.find(key)] == [b"a", b"c", b"d"]


def test_an_answer_larger_than_the_whole_cache_is_not_kept(file: Path) -> None:
    store = AnswerStore(file, size=100)
    store.keep(b"a", StoredAnswer(streamed=False, joined=os.urandom(1000)))
    assert store.find(b"a") is None


def test_sums_are_by_model_and_outlive_the_answers(file: Path, clock: Clock) -> None:
    store = AnswerStore(file, lifetime=10, now=clock)
    dear, free = saying("a", model="dear", cost=0.5), saying("b", model="free")
    store.keep(b"a", dear)
    store.keep(b"b", free)
    store.used([Use(b"a", dear, 1), Use(b"b", free, 1)])
    store.used([Use(b"a", dear, 1)])
    clock.now += 20
    store.keep(b"c", saying("c", model="free"))
    sums = {one.model: one for one in store.sums()}
    assert (sums["dear"].entries, sums["dear"].hits, sums["dear"].cost) == (0, 2, 1.0)
    assert (sums["free"].entries, sums["free"].hits, sums["free"].cost) == (1, 1, None)
    assert (sums["dear"].input, sums["dear"].output) == (20, 4)


def test_what_answers_saved_counts_when_they_are_replaced_or_gone(file: Path) -> None:
    store = AnswerStore(file)
    answer = saying("a", cost=0.5)
    store.keep(b"a", answer)
    store.used([Use(b"a", answer, 3)])
    store.keep(b"a", saying("a retry's", cost=0.5))
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("SELECT hits FROM answers").fetchall() == [(3,)]
    store.used([Use(b"gone", answer, 2)])
    (sums,) = store.sums()
    assert (sums.entries, sums.hits, sums.input, sums.cost) == (1, 5, 50, 2.5)


def test_clearing_by_age_and_model(file: Path, clock: Clock) -> None:
    store = AnswerStore(file, now=clock)
    store.keep(b"a", saying("a", model="one"))
    clock.now += 100
    store.keep(b"b", saying("b", model="one"))
    store.keep(b"c", saying("c", model="two"))
    assert store.clear(older_than=50) == 1
    assert store.clear(model="two") == 1
    assert store.find(b"b") is not None
    assert store.clear() == 1
    assert store.sums() == []


def test_only_its_owner_may_read_it(file: Path) -> None:
    os.close(os.open(file, os.O_CREAT, 0o644))
    store = AnswerStore(file)
    store.keep(b"a", saying("a"))
    for name in file.parent.iterdir():
        assert name.stat().st_mode & 0o077 == 0, name


def test_two_processes_use_it_at_once(file: Path) -> None:
    one, other = AnswerStore(file), AnswerStore(file)
    for number in range(50):
        one.keep(b"a%d" % number, saying(f"a{number}"))
        other.keep(b"b%d" % number, saying(f"b{number}"))
    assert all(one.find(b"b%d" % n) and other.find(b"a%d" % n) for n in range(50))


def test_a_locked_file_is_an_error_soon(file: Path) -> None:
    store = AnswerStore(file)
    store.keep(b"a", saying("a"))
    with sqlite3.connect(file, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            store.keep(b"b", saying("b"))
        assert store.find(b"a") is not None
        other.execute("ROLLBACK")
    other.close()
    store.keep(b"b", saying("b"))


def test_a_file_of_another_version_is_left_as_it_is(file: Path) -> None:
    with sqlite3.connect(file) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    before = file.read_bytes()
    with pytest.raises(OtherVersionError):
        AnswerStore(file).find(b"a")
    assert file.read_bytes()[:96] == before[:96] or file.stat().st_size == len(before)


def test_a_full_disk_loses_no_earlier_answer(file: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(file)], capture_output=True, text=True, check=True
    )
    kind, first_is_there = done.stdout.split()
    assert kind.endswith("Error")
    assert first_is_there == "True"


def test_kill_9_while_writing_loses_no_earlier_answer(file: Path) -> None:
    written = 0
    for kill in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(file), str(written)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        # Killed at another place each time: right after it said so, it writes the next one.
        for _ in range(3 + kill):
            written = int(process.stdout.readline()) + 1
        process.send_signal(signal.SIGKILL)
        written = max([written, *(int(line) + 1 for line in process.stdout)])
        process.wait()
        process.stdout.close()
        store = AnswerStore(file)
        with sqlite3.connect(file) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        db.close()
        for number in range(written):
            found = store.find(b"%d" % number)
            assert found is not None, number
            assert found.joined == b"%d " % number * 20_000
        store.close()
