"""The index of sessions: what it reads, when, and that it never harms the journal."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.patience import wait_until
from tui.core.sanitize.secrets import Masker
from tui.journal import Journal, JournalStore
from tui.journal.index import index_file, session_index
from tui.journal.index.index_file import index_path
from tui.journal.index.indexing_thread import IndexingThread
from tui.journal.index.session_index import Hits, SessionIndex
from tui.protocol.events import (
    AttemptFinished,
    AttemptStarted,
    Event,
    ModelCallStarted,
    RunFinished,
    RunStarted,
    TextDelta,
    ToolCalled,
    ToolFinished,
    ToolStarted,
    UsageReported,
    WorkerStarted,
)

KEY = "sk-abcdefghijklmnopqrst"


def turn(number: int, prompt: str, answer: str, *, mode: str = "send") -> list[Event]:
    at, run, call = number * 1000, f"r{number}", f"c{number}"
    return [
        RunStarted(
            at=at, run=run, prompt=prompt, entered_at=at, wall=1000.0 + number, agent="Ann",
            mode=mode,  # type: ignore[arg-type]
        ),
        ModelCallStarted(at=at, run=run, call=call, agent="Ann", model="m"),
        AttemptStarted(at=at, run=run, call=call),
        *(
            TextDelta(at=at + 1, run=run, call=call, text=f"{word} ")
            for word in answer.split()
        ),
        UsageReported(at=at + 2, run=run, call=call, input=100, output=10, cost=0.5),
        AttemptFinished(at=at + 2, run=run, call=call),
        RunFinished(at=at + 3, run=run, outcome="ok"),
    ]  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    journal = Journal.open(path)
    yield journal
    assert journal.close(30)


@pytest.fixture
def index(path: Path) -> Iterator[SessionIndex]:
    index = SessionIndex(JournalStore(path), Masker())
    yield index
    index.close()


def store(journal: Journal, session: str, *turns: list[Event]) -> None:
    for events in turns:
        journal.append(session, events)
    assert journal.flush(30)


def caught_up(index: SessionIndex, path: Path) -> None:
    assert index.catch_up(JournalStore(path).sessions()) == 0


def found(index: SessionIndex, path: Path, typed: str) -> list[tuple[str, int, str]]:
    hits = index.search(typed, [info.id for info in JournalStore(path).sessions()])
    return [(hit.session, hit.turn, hit.kind) for hit in hits.hits]


def test_turns_are_read_once_and_add_up(journal: Journal, index: SessionIndex, path: Path) -> None:
    store(journal, "a", turn(1, "hello", "good day"))
    caught_up(index, path)
    first = index.summaries()["a"]
    assert (first.turns, first.tokens.value, first.cost.value) == (1, 110, 0.5)
    store(journal, "a", turn(2, "and now", "evening falls"))
    assert [info.id for info in index.unread(JournalStore(path).sessions())] == ["a"]
    caught_up(index, path)
    second = index.summaries()["a"]
    assert (second.turns, second.tokens.value, second.cost.value) == (2, 220, 1.0)
    assert (second.tokens.quality, second.outcome, second.last_words) == (
        "measured",
        "ok",
        "evening falls ".strip(),
    )
    assert found(index, path, "good") == [("a", 1, "answer")]
    assert found(index, path, "EVE fall") == [("a", 2, "answer")]
    assert index.unread(JournalStore(path).sessions()) == []


def test_an_open_turn_is_read_when_it_ends_and_a_killed_one_when_nobody_has_it(
    journal: Journal, index: SessionIndex, path: Path
) -> None:
    begun, *rest = turn(1, "hello", "half an answer")
    store(journal, "a", [begun, *rest[:4]])
    caught_up(index, path)
    assert found(index, path, "half") == []
    journal.release("a")
    assert journal.flush(30)
    wait_until(lambda: not JournalStore(path).is_held("a"), "the session is released")
    caught_up(index, path)
    assert found(index, path, "half") == [("a", 1, "answer")]
    assert index.summaries()["a"].outcome == "interrupted"


def test_a_killed_turn_is_cut_off_also_once_the_session_was_opened_again(
    journal: Journal, index: SessionIndex, path: Path
) -> None:
    again = WorkerStarted(at=9000, pid=2, python="3", wall=1009.0)
    store(journal, "a", turn(1, "hello", "half an answer")[:5], [again])
    journal.release("a")
    assert journal.flush(30)
    wait_until(lambda: not JournalStore(path).is_held("a"), "the session is released")
    caught_up(index, path)
    assert index.summaries()["a"].outcome == "interrupted"


def test_what_a_retry_takes_back_is_not_found(
    journal: Journal, index: SessionIndex, path: Path
) -> None:
    store(journal, "a", turn(1, "one", "first"), turn(2, "two", "mistaken"))
    caught_up(index, path)
    assert found(index, path, "mistaken") == [("a", 2, "answer")]
    store(journal, "a", turn(3, "two", "better", mode="rewind"))
    caught_up(index, path)
    assert found(index, path, "mistaken") == []
    assert found(index, path, "better") == [("a", 3, "answer")]
    assert found(index, path, "first") == [("a", 1, "answer")]
    # What the turn cost was spent.
    assert index.summaries()["a"].tokens.value == 330


def test_tool_calls_are_found_by_name_arguments_and_result(
    journal: Journal, index: SessionIndex, path: Path
) -> None:
    begun, *rest = turn(1, "roll", "done")
    call: list[Event] = [
        ToolCalled(
            at=1001,
            run="r1",
            tool_call="t1",
            name="roll_dice",
            arguments='{"sides": 20}',
            call="c1",
        ),
        ToolStarted(at=1002, run="r1", tool_call="t1", name="roll_dice"),
        ToolFinished(
            at=1003, run="r1", tool_call="t1", name="roll_dice", outcome="ok", output="seventeen"
        ),
    ]
    store(journal, "a", [begun, *call, *rest])
    caught_up(index, path)
    for typed in ("roll_dice", "sides 20", "seventeen"):
        assert found(index, path, typed) == [("a", 1, "tool")], typed


def test_vietnamese_and_chinese_are_found_without_marks_and_spaces(
    journal: Journal, index: SessionIndex, path: Path
) -> None:
    store(journal, "vi", turn(1, "Thời tiết ở Đà Nẵng?", "Đường rất đông."))
    store(journal, "zh", turn(1, "天气怎么样", "今天天气很好, 我们去公园散步吧。"))
    caught_up(index, path)
    assert found(index, path, "da nang") == [("vi", 1, "you")]
    assert found(index, path, "duong dong") == [("vi", 1, "answer")]
    assert found(index, path, "Đường") == [("vi", 1, "answer")]
    assert found(index, path, "公园") == [("zh", 1, "answer")]
    assert found(index, path, "园公") == []
    assert len(found(index, path, "天气")) == 2


def test_a_key_stored_in_pieces_is_masked_in_the_index_and_its_file(
    journal: Journal, index: SessionIndex, path: Path
) -> None:
    began, call, attempt, *_, usage, ended, finished = turn(1, "the key?", "x")
    pieces = [TextDelta(at=1001, run="r1", call="c1", text=part) for part in (KEY[:9], KEY[9:])]
    store(journal, "a", [began, call, attempt, *pieces, usage, ended, finished])
    caught_up(index, path)
    assert index.summaries()["a"].last_words == "sk-•••"
    assert found(index, path, KEY) == []
    index.close()
    assert KEY[3:].encode() not in index_path(path).read_bytes()


def test_a_masker_that_learned_a_secret_later_masks_snippets(journal: Journal, path: Path) -> None:
    store(journal, "a", turn(1, "say it", "swordfish-1234 it is"))
    masker = Masker()
    with closing(SessionIndex(JournalStore(path), masker)) as index:
        caught_up(index, path)
        masker.learn(["swordfish-1234"])
        (hit,) = index.search("swordfish", ["a"]).hits
        assert "swordfish" not in "".join(piece.text for piece in hit.pieces)


def test_two_programs_may_index_the_same_session_at_the_same_time(
    journal: Journal, index: SessionIndex, path: Path
) -> None:
    store(journal, "a", turn(1, "hello", "good day"))
    infos = JournalStore(path).sessions()
    with closing(SessionIndex(JournalStore(path), Masker())) as other:

        def meanwhile() -> None:
            other.catch_up(infos)

        index.read(infos[0], meanwhile)
        assert found(index, path, "good") == [("a", 1, "answer")]
        assert index.summaries()["a"].tokens.value == 110


def test_a_damaged_index_is_made_again(journal: Journal, index: SessionIndex, path: Path) -> None:
    store(journal, "a", turn(1, "hello", "good day"))
    index_path(path).write_bytes(b"no database at all" * 500)
    caught_up(index, path)
    assert found(index, path, "good") == [("a", 1, "answer")]
    assert [info.id for info in JournalStore(path).sessions()] == ["a"]


PAGE = 4096


def damage(path: Path, first: int) -> None:
    """Overwrite the pages of a closed index from this one on; its beginning stays whole."""
    file = index_path(path)
    size = file.stat().st_size
    assert size > (first + 4) * PAGE
    with file.open("r+b") as pages:
        pages.seek(first * PAGE)
        pages.write(b"\xaa" * (size - first * PAGE))


@pytest.mark.parametrize("first", [1, 4, 12])
def test_a_search_in_an_index_with_damaged_pages_finds_everything(
    journal: Journal, path: Path, first: int
) -> None:
    turns = [turn(number, f"hello {number}", f"good day {number * 7}") for number in range(1, 300)]
    store(journal, "a", *turns)
    with closing(SessionIndex(JournalStore(path), Masker())) as index:
        caught_up(index, path)
    damage(path, first)
    with closing(SessionIndex(JournalStore(path), Masker())) as index:
        assert index.search("good", ["a"]).count == 299
        assert index.search("2093", ["a"]).count == 1
        assert index.unread(JournalStore(path).sessions()) == []
    with closing(SessionIndex(JournalStore(path), Masker())) as index:
        assert index.search("good", ["a"]).count == 299


def test_a_damaged_index_that_cannot_be_replaced_is_left_and_the_search_works(
    journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(journal, "a", *[turn(n, f"hello {n}", f"good day {n}") for n in range(1, 300)])
    with closing(SessionIndex(JournalStore(path), Masker())) as index:
        caught_up(index, path)
    damage(path, 4)

    def refuse(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(session_index, "remove", refuse)
    with closing(SessionIndex(JournalStore(path), Masker())) as index:
        assert index.search("good", ["a"]).count == 299


def test_without_fts5_every_passage_is_read(
    journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_file, "_WORDS", "CREATE VIRTUAL TABLE words USING no_such (x)")
    store(journal, "a", turn(1, "Đường nào?", "no entry"))
    with closing(SessionIndex(JournalStore(path), Masker())) as index:
        caught_up(index, path)
        hits = index.search("duong", ["a"])
        assert (hits.count, hits.by_reading) == (1, True)
        index.forget("a")
        assert index.search("duong", ["a"]) == Hits(by_reading=True)


def test_signs_alone_are_found_too(journal: Journal, index: SessionIndex, path: Path) -> None:
    store(journal, "a", turn(1, "what is a -> b", "an arrow"))
    caught_up(index, path)
    assert found(index, path, "->") == [("a", 1, "you")]
    assert found(index, path, "=>") == []


def test_only_listed_sessions_are_found_and_the_newest_passages_come_first(
    journal: Journal, index: SessionIndex, path: Path
) -> None:
    for number, session in enumerate(("a", "b"), 1):
        store(journal, session, turn(number, "hello", "words"))
    caught_up(index, path)
    assert [hit.session for hit in index.search("words", ["a", "b"]).hits] == ["b", "a"]
    assert [hit.session for hit in index.search("words", ["a"]).hits] == ["a"]
    limited = index.search("words", ["a", "b"], 1)
    assert (len(limited.hits), limited.count) == (1, 2)


def test_what_another_program_deletes_is_forgotten(
    journal: Journal, index: SessionIndex, path: Path
) -> None:
    store(journal, "a", turn(1, "hello", "zeppelins everywhere"))
    caught_up(index, path)
    journal.release("a")
    wait_until(lambda: not JournalStore(path).is_held("a"), "the session is released")
    with closing(sqlite3.connect(path)) as old:
        old.execute("PRAGMA foreign_keys = ON")
        old.execute("DELETE FROM sessions")
        old.commit()
    index.forget_all_but([])
    assert index.summaries() == {}
    index.close()
    assert b"zeppelins" not in index_path(path).read_bytes()


def test_deleting_a_session_takes_its_words_out_of_the_index(
    journal: Journal, index: SessionIndex, path: Path
) -> None:
    store(journal, "a", turn(1, "hello", "zeppelins everywhere"))
    caught_up(index, path)
    other = index_path(path).with_name(f"{path.name}.index-99")
    other.write_bytes(b"zeppelins, as another version keeps them")
    journal.release("a")
    wait_until(lambda: not JournalStore(path).is_held("a"), "the session is released")
    assert JournalStore(path).delete("a") == 1
    assert index.summaries() == {}
    index.close()
    assert b"zeppelins" not in index_path(path).read_bytes()
    assert not other.exists()


def test_a_thread_reads_old_sessions_and_each_turn_that_ends(path: Path) -> None:
    journal = Journal.open(path)
    store(journal, "a", turn(1, "hello", "good day"))
    assert journal.close(30)
    journal = Journal.open(path)
    index = SessionIndex(journal.store, Masker())
    thread = IndexingThread(journal.store, index, 30)
    journal.when_turn_ends(thread.turn_ended)
    thread.start()
    wait_until(lambda: "a" in index.summaries(), "the old session is read")
    store(journal, "b", turn(1, "hello", "fresh words"))
    wait_until(lambda: "b" in index.summaries(), "the new turn is read")
    assert found(index, path, "fresh") == [("b", 1, "answer")]
    thread.stop(30)
    assert journal.close(30)
    index.close()


def test_the_trash_is_emptied_by_the_thread(path: Path) -> None:
    journal = Journal.open(path)
    store(journal, "a", turn(1, "hello", "good day"))
    store(journal, "b", turn(1, "hello", "good day"))
    assert journal.close(30)
    stored = JournalStore(path)
    now = time.time()
    stored.trash("a", wall=now)
    stored.trash("b", wall=now + 10)
    index = SessionIndex(stored, Masker())
    thread = IndexingThread(stored, index, 1, wall=lambda: now + 86_405)
    thread.start()
    wait_until(lambda: [info.id for info, _ in stored.trashed()] == ["b"], "a is deleted")
    thread.stop(30)
    index.close()


def test_a_version_without_the_index_and_the_trash_uses_the_same_journal(path: Path) -> None:
    """It knows neither table nor file; what it continues leaves the trash."""
    journal = Journal.open(path)
    store(journal, "a", turn(1, "hello", "good day"))
    assert journal.close(30)
    stored = JournalStore(path)
    stored.trash("a", wall=time.time())
    assert stored.sessions() == []
    with closing(sqlite3.connect(path)) as old:
        assert old.execute("PRAGMA user_version").fetchone() == (2,)
        old.execute("UPDATE sessions SET changed = changed + 1000, events = events + 0")
        old.commit()
    assert [info.id for info in stored.sessions()] == ["a"]
    assert stored.trashed() == []
    with closing(sqlite3.connect(path)) as old:
        old.execute("PRAGMA foreign_keys = ON")
        old.execute("DELETE FROM sessions")
        old.commit()
        assert old.execute("SELECT count(*) FROM trash").fetchone() == (0,)


def test_a_read_only_folder_gets_an_index_in_memory(
    journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(journal, "a", turn(1, "hello", "good day"))

    def refuse(_path: Path) -> sqlite3.Connection:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(index_file, "_opened", refuse)
    with closing(session_index.SessionIndex(JournalStore(path), Masker())) as index:
        caught_up(index, path)
        assert found(index, path, "good") == [("a", 1, "answer")]
    assert not index_path(path).exists()
