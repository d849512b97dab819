"""The user's SDK session: read at the start, and equal to the conversation after each turn."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from agents import SQLiteSession

from tests.support.patience import wait_until
from tests.support.provider import Answer, HttpError, Step, ToolCall
from tests.support.provider.conversation import items_of
from tests.worker.conftest import StartProvider
from tests.worker.driver import WorkerProcess
from tui.protocol.commands import ClearHistory, RestoreHistory
from tui.protocol.events import HistoryChanged, Noticed, SessionForked

SOURCE = """
from agents import *
@function_tool
def add(a: int, b: int) -> int:
    return a + b
agent = Agent(name='Mine', tools=[add])
streamtui = {'session': lambda: SQLiteSession('chat-1', 'chats.db')}
def only_last(history, new):
    return history[-1:] + new
class Broken(SQLiteSession):
    broken = ''
    async def get_items(self, limit=None):
        if 'read' in self.broken:
            raise OSError('disk gone')
        return await super().get_items(limit)
    async def add_items(self, items):
        if 'write' in self.broken:
            self.broken = ''
            raise OSError('disk full')
        await super().add_items(items)
unreadable = {'session': Broken('chat-1', 'chats.db')}
unreadable['session'].broken = 'read'
once_full = {'session': Broken('chat-1', 'chats.db')}
once_full['session'].broken = 'write'
limited = {
    'session': SQLiteSession('chat-1', 'chats.db'),
    'run_config': RunConfig(session_settings=SessionSettings(limit=1)),
}
filtered = {
    'session': SQLiteSession('chat-1', 'chats.db'),
    'run_config': RunConfig(session_input_callback=only_last),
}
"""
EARLIER: list[Any] = [
    {"role": "user", "content": "my name is Ada"},
    {"type": "message", "role": "assistant", "content": "Hello Ada"},
]
ADD = Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 1})])


class Chats:
    """The folder with the agent, and what its session holds."""

    def __init__(self, folder: Path, earlier: list[Any]) -> None:
        self.folder = folder
        (folder / "mine.py").write_text(SOURCE)
        asyncio.run(self._session().add_items(earlier))

    def _session(self) -> SQLiteSession:
        return SQLiteSession("chat-1", str(self.folder / "chats.db"))

    @property
    def items(self) -> list[Any]:
        return asyncio.run(self._session().get_items())

    def said(self) -> list[str]:
        """A word or two of each item."""
        return [_word(item) for item in self.items]

    def worker(self, base_url: str, options: str = "") -> WorkerProcess:
        return WorkerProcess(
            agent="mine.py:agent",
            cwd=self.folder,
            base_url=base_url,
            model="m",
            max_retries=0,
            run_options=f"mine.py:{options}" if options else None,
        )


def _word(item: dict[str, Any]) -> str:
    content = item.get("content")
    if isinstance(content, list):
        return str(content[0]["text"])
    return str(content or item.get("output") or item.get("name"))


@pytest.fixture
def chats(tmp_path: Path) -> Chats:
    return Chats(tmp_path, EARLIER)


def test_it_is_read_at_the_start_and_gets_each_turn_once(
    chats: Chats, provide: StartProvider
) -> None:
    provider = provide(ADD, Answer("two"), Answer("bye"))
    with chats.worker(provider.base_url) as worker:
        told = worker.until(Noticed, lambda event: event.chat).text
        assert told == "2 items from the session chat-1"
        assert worker.say("add").outcome == "ok"
        assert worker.say("thanks").outcome == "ok"
        history = worker.history()
    assert [_word(item) for item in items_of(provider.requests[0].body)][:3] == [
        "my name is Ada", "Hello Ada", "add",
    ]  # fmt: skip
    assert chats.said() == [
        "my name is Ada",
        "Hello Ada",
        "add",
        "add",
        "2",
        "two",
        "thanks",
        "bye",
    ]
    assert chats.items == history
    assert provider.problems == []


@pytest.mark.parametrize(
    ("steps", "retry", "expected"),
    [
        ([HttpError(status=400), Answer("at last")], "rewind", ["again", "at last"]),
        ([HttpError(status=400), Answer("at last")], "continue", ["again", "at last"]),
        ([Answer("first"), Answer("second")], "rewind", ["again", "second"]),
        ([ADD, HttpError(status=400), Answer("two")], "continue", ["again", "add", "2", "two"]),
        ([ADD, HttpError(status=400), Answer("none")], "rewind", ["again", "none"]),
    ],
)
def test_a_retry_leaves_only_the_turn_as_it_ended(
    steps: list[Step], retry: str, expected: list[str], chats: Chats, provide: StartProvider
) -> None:
    provider = provide(*steps)
    with chats.worker(provider.base_url) as worker:
        worker.say("again")
        assert worker.retry(retry).outcome == "ok"
    assert chats.said() == ["my name is Ada", "Hello Ada", *expected]


def test_a_clear_leaves_it_as_it_is_and_says_so(chats: Chats, provide: StartProvider) -> None:
    provider = provide(Answer("one"), Answer("two"))
    with chats.worker(provider.base_url) as worker:
        worker.say("a")
        worker.send(ClearHistory())
        worker.say("b")
        told = [event.text for event in worker.all(Noticed) if event.chat]
    assert "keeps what it holds" in told[-1]
    assert chats.said() == ["my name is Ada", "Hello Ada", "a", "one"]
    assert len(items_of(provider.requests[1].body)) == 1


def test_a_restored_conversation_goes_on_in_it_only_if_it_is_the_same(
    chats: Chats, provide: StartProvider
) -> None:
    provider = provide(*[Answer("one")] * 2)
    with chats.worker(provider.base_url) as worker:
        worker.say("a")
        sent = RestoreHistory(items=tuple(_raw_history(worker)))
    with chats.worker(provider.base_url) as worker:
        worker.send(sent)
        worker.say("b")
    assert len(items_of(provider.requests[-1].body)) == 5
    assert chats.said() == ["my name is Ada", "Hello Ada", "a", "one", "b", "one"]
    provider = provide(Answer("one"))
    with chats.worker(provider.base_url) as worker:
        worker.send(RestoreHistory(items=sent.items[:1]))
        worker.say("c")
        worker.until(Noticed, lambda event: "another conversation" in event.text)
    assert chats.said() == ["my name is Ada", "Hello Ada", "a", "one", "b", "one"]


def test_a_fork_never_goes_into_the_session_of_the_other_one(
    chats: Chats, provide: StartProvider
) -> None:
    provider = provide(*[Answer("one")] * 3)
    with chats.worker(provider.base_url) as worker:
        worker.say("a")
        mirror = worker.mirror()
    before = chats.said()
    mirror.observe(SessionForked(at=0, session="new", origin="old"))
    for prompt in ("b", "c"):
        with chats.worker(provider.base_url) as worker:
            worker.send(mirror.take())
            worker.say(prompt)
            told = [event.text for event in worker.all(Noticed) if event.chat]
            for event in worker.all(HistoryChanged):
                mirror.observe(event)
    assert told == ["the session chat-1 keeps what it holds; what follows is not written to it"]
    assert len(items_of(provider.requests[-1].body)) == 7
    assert chats.said() == before


def test_one_that_cannot_be_read_or_written_is_told_and_loses_nothing(
    chats: Chats, provide: StartProvider
) -> None:
    provider = provide(Answer("one"), Answer("two"), Answer("three"))
    with chats.worker(provider.base_url, "unreadable") as worker:
        assert worker.say("a").outcome == "ok"
        told = [event.text for event in worker.all(Noticed) if event.level == "error"]
    assert ["could not be read: OSError: disk gone" in text for text in told] == [True]
    with chats.worker(provider.base_url, "once_full") as worker:
        worker.say("b")
        worker.until(Noticed, lambda event: "written: OSError: disk full" in event.text)
        worker.say("c")
    assert chats.said() == ["my name is Ada", "Hello Ada", "b", "two", "c", "three"]


def test_the_limit_and_the_callback_of_the_run_configuration_are_honoured(
    chats: Chats, provide: StartProvider
) -> None:
    provider = provide(Answer("one"), Answer("two"))
    with chats.worker(provider.base_url, "limited") as worker:
        worker.say("a")
    assert [_word(item) for item in items_of(provider.requests[0].body)] == ["Hello Ada", "a"]
    assert chats.said() == ["my name is Ada", "Hello Ada", "a", "one"]
    with chats.worker(provider.base_url, "filtered") as worker:
        worker.say("b")
        assert len(worker.history()) == 6
    assert [_word(item) for item in items_of(provider.requests[1].body)] == ["one", "b"]
    assert chats.said() == ["my name is Ada", "Hello Ada", "a", "one", "b", "two"]


def test_what_another_program_has_added_is_not_taken_away(
    chats: Chats, provide: StartProvider
) -> None:
    provider = provide(Answer("one"), Answer("two"))
    with chats.worker(provider.base_url) as worker:
        worker.say("a")
        wait_until(lambda: len(chats.items) == 4, "the first turn is written")
        added = {"role": "user", "content": "from elsewhere"}
        asyncio.run(SQLiteSession("chat-1", str(chats.folder / "chats.db")).add_items([added]))  # type: ignore[list-item]
        worker.retry("rewind")
        worker.until(Noticed, lambda event: "another conversation" in event.text)
    assert chats.said()[-1] == "from elsewhere"


def _raw_history(worker: WorkerProcess) -> list[Any]:
    items: list[Any] = []
    for change in worker.all(HistoryChanged):
        items[change.keep :] = change.items
    return items
