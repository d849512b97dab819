"""The thread that reads the figures of the last days."""

import threading
from pathlib import Path

import pytest

from tests.core.metrics.story import simple_turn
from tests.core.metrics.test_session_sums import DAY, NOON, dated
from tests.support.patience import PATIENCE
from tui.core.metrics import SessionFigures, Thresholds
from tui.journal import Journal, JournalStore
from tui.journal.recent_figures import RecentFiguresReader


@pytest.fixture
def store(tmp_path: Path) -> JournalStore:
    journal = Journal(tmp_path / "journal.db", lambda _: None, wall=lambda: NOON)
    journal.append("now", dated(simple_turn("now"), NOON))
    journal.append("recent", dated(simple_turn("recent"), NOON - 6 * DAY))
    journal.append("old", dated(simple_turn("old"), NOON - 8 * DAY))
    assert journal.close()
    return journal.store


def read(store: JournalStore, exclude: str = "") -> list[SessionFigures]:
    delivered: list[SessionFigures] = []
    reader = RecentFiguresReader(
        store, Thresholds(), delivered.append, exclude=exclude, wall=lambda: NOON
    )
    reader.start()
    reader._thread.join(10)
    assert not reader._thread.is_alive()
    return delivered


def test_the_figures_of_the_last_seven_days_are_delivered(store: JournalStore) -> None:
    (figures,) = read(store)
    assert (figures.turns, [model.name for model in figures.models]) == (2, ["gpt-5-mini"])


def test_the_session_on_the_screen_is_excluded(store: JournalStore) -> None:
    (figures,) = read(store, exclude="now")
    assert figures.turns == 1


def test_without_a_journal_the_figures_are_empty(tmp_path: Path) -> None:
    (figures,) = read(JournalStore(tmp_path / "absent.db"))
    assert figures.attempts == 0


def test_a_damaged_journal_delivers_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(b"no database" * 100)
    assert read(JournalStore(path)) == []


class LongPause(threading.Event):
    """A pause until it is stopped; ``started`` is set when it begins."""

    def __init__(self) -> None:
        super().__init__()
        self.started = threading.Event()
        self.stopped = False

    def wait(self, timeout: float | None = None) -> bool:
        self.started.set()
        self.stopped = super().wait(PATIENCE)
        return self.stopped


def test_a_stopped_reader_delivers_nothing(store: JournalStore) -> None:
    delivered: list[SessionFigures] = []
    reader = RecentFiguresReader(store, Thresholds(), delivered.append, wall=lambda: NOON)
    reader._stop = pause = LongPause()
    reader.start()
    assert pause.started.wait(PATIENCE)
    reader.stop(PATIENCE)
    assert pause.stopped
    assert delivered == []


def test_a_reader_that_was_never_started_can_be_stopped(store: JournalStore) -> None:
    delivered: list[SessionFigures] = []
    reader = RecentFiguresReader(store, Thresholds(), delivered.append)
    reader.stop()
    assert not reader._thread.is_alive()
    assert delivered == []
