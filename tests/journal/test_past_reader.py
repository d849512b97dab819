"""The thread that reads the last days' figures."""

import threading
from pathlib import Path

import pytest

from tests.core.metrics.story import simple_turn
from tests.core.metrics.test_across import DAY, NOON, dated
from tests.support.patience import PATIENCE
from tui.core.metrics import SessionFigures, Thresholds
from tui.journal import Journal, JournalStore
from tui.journal.past_reader import PastReader


@pytest.fixture
def store(tmp_path: Path) -> JournalStore:
    journal = Journal(tmp_path / "journal.db", lambda _: None, wall=lambda: NOON)
    journal.append("now", dated(simple_turn("now"), NOON))
    journal.append("recent", dated(simple_turn("recent"), NOON - 6 * DAY))
    journal.append("old", dated(simple_turn("old"), NOON - 8 * DAY))
    assert journal.close()
    return journal.store


def read(store: JournalStore, but: str = "") -> list[SessionFigures]:
    delivered: list[SessionFigures] = []
    reader = PastReader(store, Thresholds(), delivered.append, but=but, wall=lambda: NOON)
    reader.start()
    reader._thread.join(10)
    assert not reader._thread.is_alive()
    return delivered


def test_it_delivers_the_figures_of_the_last_seven_days(store: JournalStore) -> None:
    (figures,) = read(store)
    assert (figures.turns, [model.name for model in figures.models]) == (2, ["gpt-5-mini"])


def test_the_session_on_the_screen_is_not_its_own_past(store: JournalStore) -> None:
    (figures,) = read(store, but="now")
    assert figures.turns == 1


def test_without_a_journal_there_is_an_empty_past(tmp_path: Path) -> None:
    (figures,) = read(JournalStore(tmp_path / "absent.db"))
    assert figures.attempts == 0


def test_a_damaged_journal_delivers_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.write_bytes(b"no database" * 100)
    assert read(JournalStore(path)) == []


class LongRest(threading.Event):
    """Rests until it is set, and says that it does."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Event()
        self.cut_short = False

    def wait(self, timeout: float | None = None) -> bool:
        self.begun.set()
        self.cut_short = super().wait(PATIENCE)
        return self.cut_short


def test_stopped_in_the_middle_it_delivers_nothing(store: JournalStore) -> None:
    delivered: list[SessionFigures] = []
    reader = PastReader(store, Thresholds(), delivered.append, wall=lambda: NOON)
    reader._stop = stop = LongRest()
    reader.start()
    assert stop.begun.wait(PATIENCE)
    reader.stop(PATIENCE)
    assert stop.cut_short
    assert delivered == []


def test_one_that_never_started_can_be_stopped(store: JournalStore) -> None:
    PastReader(store, Thresholds(), print).stop()
