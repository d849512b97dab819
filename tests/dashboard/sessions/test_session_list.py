"""The list of sessions, with keys as they are pressed."""

import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.dashboard.sessions.fixed_stock import FixedStock
from tests.dashboard.sessions.test_session_screens import desk, finished, store, until
from tests.dashboard.sessions.test_session_screens import turn as turn_of
from tests.dashboard.test_main_screen import Desk
from tests.support.patience import PATIENCE
from tui.dashboard.screens.main_screen import MainScreen
from tui.dashboard.sessions.session_list import SessionList
from tui.dashboard.sessions.session_rows import SessionRow
from tui.journal import JournalStore, SessionInfo, SessionLock
from tui.journal.index.session_index import Hit, Hits
from tui.journal.index.word_matching import Piece
from tui.protocol.events import Event


def turn(run: str, prompt: str, answer: str, at: int) -> list[Event]:
    return [*turn_of(run, prompt, answer, at=at), finished(run, at + 9)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal with an older and a newer session."""
    path = tmp_path / "journal.db"
    at = time.monotonic_ns()
    many = [
        event
        for number in range(2, 30)
        for event in turn(f"r{number}", f"question {number}", f"answer {number}", at + number * 10)
    ]
    store(path, "20260101-a", [*turn("r1", "about apples", "The zebra apple.", at), *many])
    store(path, "20260102-b", turn("r1", "về đường", "Nothing more.", at))
    return path


@asynccontextmanager
async def listed(path: Path) -> AsyncIterator[Desk]:
    async with desk(path) as it:
        await it.press("ctrl+o")
        await until(it, lambda: isinstance(it.app.screen, SessionList))
        await until(it, lambda: it.shows("2 sessions, by last use"))
        yield it


def ids(path: Path) -> list[str]:
    return [info.id for info in JournalStore(path).sessions()]


async def says(it: Desk, words: str) -> None:
    await until(it, lambda: it.shows(words))


async def test_typing_filters_and_tab_sorts(path: Path) -> None:
    async with listed(path) as it:
        await it.press("tab")
        await says(it, "2 sessions, by name")
        await it.press(*"duong")
        await says(it, "1 session, by name")
        assert it.shows("về đường")
        assert not it.shows("about apples")
        await it.press("shift+tab")
        await says(it, "1 session, by last use")


async def test_a_session_is_renamed_and_esc_keeps_its_name(path: Path) -> None:
    async with listed(path) as it:
        await it.press("f2", *"Roads", "enter")
        await says(it, "2 sessions")
        await until(it, lambda: JournalStore(path).find("20260102").title == "Roads")
        await says(it, "Roads")
        await it.press("f2", *"other", "escape")
        await says(it, "2 sessions")
        assert JournalStore(path).find("20260102").title == "Roads"
        await it.press("f2", "backspace", "enter")
        await until(it, lambda: JournalStore(path).find("20260102").title == "về đường")


async def test_a_deleted_session_is_brought_back_by_one_key(path: Path) -> None:
    async with listed(path) as it:
        await it.press("delete")
        await says(it, "Deleted: về đường")
        assert ids(path) == ["20260101-a"]
        await it.press("ctrl+underscore")
        await says(it, "Restored.")
        assert ids(path) == ["20260102-b", "20260101-a"]
        await it.press("f7")
        await says(it, "Nothing was deleted here.")


async def test_the_trash_shows_what_was_deleted_before(path: Path) -> None:
    async with listed(path) as it:
        await it.press("delete")
        await says(it, "Deleted: về đường")
        await it.press("f8")
        await says(it, "1 deleted session")
        await it.press("enter")
        await says(it, "restores it; then it can be opened")
        await it.press("delete", "n")
        assert len(JournalStore(path).trashed()) == 1
        await it.press("delete", "y")
        await until(it, lambda: JournalStore(path).trashed() == [])
        await says(it, "0 deleted sessions")
        await it.press("escape")
        await says(it, "1 session, by last use")


async def test_delete_inside_what_is_typed_deletes_a_character(path: Path) -> None:
    async with listed(path) as it:
        await it.press(*"xapples", "home", "delete")
        await says(it, "1 session, by last use")
        assert len(ids(path)) == 2


async def test_a_session_of_another_process_is_not_deleted(path: Path) -> None:
    async with listed(path) as it:
        with SessionLock(path, "20260102-b"):
            await it.press("delete")
            await says(it, "session 20260102-b is in use by pid")
        assert len(ids(path)) == 2


async def test_the_session_that_is_open_here_is_not_deleted(path: Path) -> None:
    async with desk(path, "20260102-b") as it:
        await until(it, lambda: it.shows("Nothing more."))
        await it.press("ctrl+o")
        await until(it, lambda: isinstance(it.app.screen, SessionList))
        await until(it, lambda: it.shows("2 sessions, by last use"))
        await it.press("delete")
        await says(it, "This session is open here")
        assert len(ids(path)) == 2


async def test_a_search_opens_the_session_at_the_turn(path: Path) -> None:
    async with listed(path) as it:
        await it.press("/", *"ZEBRA app")
        await says(it, "1 passage, in")
        assert it.shows("turn 1")
        await it.press("enter")
        await until(it, lambda: not isinstance(it.app.screen, SessionList))
        await until(it, lambda: it.shows("The zebra apple."))
        assert not it.shows("answer 29")
        reader = it.app.main.chat.transcript.reader
        await until(it, lambda: reader.item is not None)
        # It is the open session now: the search goes to another of its turns.
        await it.press("ctrl+o")
        await until(it, lambda: isinstance(it.app.screen, SessionList))
        await it.press("/", *'"question 20"')
        await says(it, "1 passage, in")
        await it.press("enter")
        await until(it, lambda: it.shows("question 20"))


async def test_a_search_without_words_says_what_it_does(path: Path) -> None:
    async with listed(path) as it:
        await it.press("/")
        await says(it, "Searches everything said in any session")
        await it.press(*"absent")
        await says(it, "Nothing found.")
        for _ in "/absent":
            await it.press("backspace")
        await says(it, "2 sessions, by last use")


async def test_the_current_session_is_named_before_and_after_its_first_message(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(MainScreen, "tell", lambda _, text: said.append(text))
    at = time.monotonic_ns()
    async with desk(path) as it:
        sessions = it.app.main.sessions.sessions
        assert sessions is not None
        for number, (name, called) in enumerate(
            [("First name", "First name"), ("Second name", "Second name"), ("", "hello there")], 1
        ):
            it.app.main.perform("rename", name)
            await until(it, lambda: len(said) == number)  # noqa: B023 - it is called here
            assert said[-1] == f"The session is called: {called}"
            if number == 1:
                await it.feed(*turn("r1", "hello there", "hi", at))
                await until(it, lambda: sessions.current in ids(path))
            assert JournalStore(path).find(sessions.current).title == called


@pytest.mark.parametrize("size", [(160, 50), (100, 30), (60, 20), (40, 12)])
async def test_the_list_fits_every_terminal(path: Path, size: tuple[int, int]) -> None:
    async with listed(path) as it:
        await it.pilot.resize_terminal(*size)
        await it.pilot.pause()
        await until(it, lambda: it.shows("về đường"))
        assert it.shows("2 sessions")


class SlowStock(FixedStock):
    """Answers a search, and reads the trash, only when that is let go."""

    def __init__(self, rows: list[SessionRow], trash: list[SessionRow], hits: Hits) -> None:
        super().__init__(rows, hits)
        self.trash_rows = trash
        self.search_goes = threading.Event()
        self.trash_goes = threading.Event()
        self.answered = 0

    def rows(self, *, trash: bool) -> list[SessionRow]:
        if not trash:
            return super().rows(trash=False)
        assert self.trash_goes.wait(PATIENCE)
        self.answered += 1
        return self.trash_rows

    def search(self, typed: str) -> Hits:
        assert self.search_goes.wait(PATIENCE)
        self.answered += 1
        return super().search(typed)


def row(title: str) -> SessionRow:
    info = SessionInfo(id=title, created=0, changed=0, agent="A", model="m", title=title,
                       runs=1, events=1)  # fmt: skip
    return SessionRow(info=info)


@asynccontextmanager
async def slow_list() -> AsyncIterator[tuple[Desk, SlowStock]]:
    pieces = (Piece("a hit", True),)
    hit = Hit(session="kept", turn=1, run="r1", wall=0, kind="you", who="", pieces=pieces)
    stock = SlowStock([row("kept")], [row("thrown")], Hits(hits=(hit,), count=1))
    async with desk(None) as it:
        try:
            it.app.push_screen(SessionList(stock, stock.listed))
            await says(it, "1 session, by last use")
            yield it, stock
        finally:
            stock.search_goes.set()
            stock.trash_goes.set()


async def test_what_an_abandoned_search_finds_is_not_shown() -> None:
    async with slow_list() as (it, stock):
        await it.press("/", "x")
        await it.press("backspace", "backspace")
        stock.search_goes.set()
        await until(it, lambda: stock.answered > 0)
        await it.pilot.pause()
        assert it.shows("1 session, by last use")
        assert it.shows("kept")
        assert not it.shows("a hit")


async def test_rows_of_the_trash_that_come_late_are_not_shown_as_sessions() -> None:
    async with slow_list() as (it, stock):
        await it.press("f8")
        await it.press("f8")
        stock.trash_goes.set()
        await until(it, lambda: stock.answered > 0)
        await it.pilot.pause()
        assert it.shows("1 session, by last use")
        assert it.shows("kept")
        assert not it.shows("thrown")
        await it.press("f8")
        await says(it, "1 deleted session")
        assert it.shows("thrown")
        assert not it.shows("kept")
