"""A retry is undone: the next request holds the answer that the retry had taken back."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from agents import SQLiteSession

from tests.support.provider import Answer, HttpError, Provider, Step, ToolCall
from tests.support.provider.conversation import items_of, text_of
from tests.support.provider.gate import Gate
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.driver import WorkerProcess
from tests.worker.test_server_state import start
from tui.protocol.commands import UndoRetry
from tui.protocol.events import (
    AgentLoaded,
    HistoryChanged,
    RetryUndone,
    RunFinished,
    TextDelta,
    UndoRefused,
)
from tui.protocol.worker_settings import RunData

ADD = Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 1})])


def words(items: list[dict[str, Any]]) -> list[str]:
    """A word or two of each item."""
    return [
        text_of(item.get("content")) or str(item.get("output") or item.get("name"))
        for item in items
    ]


def asked(provider: Provider) -> list[str]:
    """The last request."""
    return [one.strip() for one in words(items_of(provider.requests[-1].body))]


def test_the_next_request_holds_the_first_answer(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(*map(Answer, ("hello", "first", "second", "bye")))
    worker = work("plain", provider, api=api)
    worker.say("hi")
    worker.say("one")
    before = worker.history()
    worker.retry("rewind")
    undone = worker.undo_retry()
    assert undone.run == "r3"
    assert worker.history() == before
    worker.say("thanks")
    assert asked(provider) == ["hi", "hello", "one", "first", "thanks"]
    assert provider.problems == []


def test_undone_again_it_holds_the_second(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(*map(Answer, ("first", "second", "bye")))
    worker = work("plain", provider, api=api)
    worker.say("one")
    worker.retry("rewind")
    retried = worker.history()
    worker.undo_retry()
    worker.undo_retry()
    assert worker.history() == retried
    worker.say("thanks")
    assert asked(provider) == ["one", "second", "thanks"]


def test_of_several_retries_each_answer_comes_back_in_turn(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(*map(Answer, ("first", "second", "third", "bye")))
    worker = work("plain", provider)
    worker.say("one")
    worker.retry("rewind")
    worker.retry("rewind")
    answers = []
    for _ in range(3):
        worker.undo_retry()
        answers.append(words(worker.history())[-1])
    assert answers == ["second", "first", "third"]


def test_a_turn_with_tools_and_its_continuation_come_back_whole(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(ADD, HttpError(status=400), Answer("two"), Answer("other"), Answer("bye"))
    worker = work("adder", provider, api=api)
    assert worker.say("add").outcome == "failed"
    assert worker.retry("continue").output == "two"
    before = worker.history()
    assert worker.retry("rewind").output == "other"
    worker.undo_retry()
    assert worker.history() == before
    assert worker.say("thanks").outcome == "ok"
    assert "2" in asked(provider)
    assert asked(provider)[-2:] == ["two", "thanks"]
    assert provider.problems == []


def test_a_retry_that_runs_is_cancelled_first(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    gate = Gate()
    provider = provide(
        Answer("first"), Answer(deltas=["sec", "ond"], gates={1: gate}), Answer("bye")
    )
    worker = work("plain", provider, api=api)
    worker.say("one")
    before = worker.history()
    run = worker.start_retry("rewind")
    worker.until(TextDelta, lambda event: event.run == run)
    worker.undo_retry()
    assert worker.finished(run).outcome == "cancelled"
    assert worker.history() == before
    gate.open()
    worker.say("thanks")
    assert asked(provider) == ["one", "first", "thanks"]
    # The cut answer of the retry is put aside, not lost.
    assert [event.run for event in worker.all(RetryUndone)] == [run]


def test_a_retry_that_failed_can_be_undone(provide: StartProvider, work: StartWorker) -> None:
    provider = provide(Answer("first"), HttpError(status=400), Answer("bye"))
    worker = work("plain", provider)
    worker.say("one")
    before = worker.history()
    assert worker.retry("rewind").outcome == "failed"
    worker.undo_retry()
    assert worker.history() == before
    assert worker.retry("rewind").output == "bye"


def test_a_run_that_was_to_continue_the_retry_ends_before_it_is_undone(
    provide: StartProvider, work: StartWorker
) -> None:
    worker = work("plain", provide(Answer("first"), HttpError(status=400), Answer("bye")))
    worker.say("one")
    before = worker.history()
    assert worker.retry("rewind").outcome == "failed"
    run = worker.start_retry("continue")
    worker.undo_retry()
    ends = [one for one in worker.events if isinstance(one, RunFinished | RetryUndone)]
    assert [type(one) for one in ends[-2:]] == [RunFinished, RetryUndone]
    assert ends[-2].run == run
    assert worker.history() == before


def test_another_worker_undoes_what_the_dead_one_had_retried(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(*map(Answer, ("first", "second", "bye")))
    dead = work("plain", provider)
    dead.say("one")
    dead.retry("rewind")
    dead.process.kill()
    dead.exit_code()
    mirror = dead.mirror()
    worker = work("plain", provider)
    worker.until(AgentLoaded)
    worker.send(mirror.take())
    worker.send(UndoRetry(run="r2", history=mirror.before_retry()))
    mirror.observe(worker.until(RetryUndone))
    worker.say("thanks")
    assert asked(provider) == ["one", "first", "thanks"]


def test_without_a_retry_there_is_nothing_to_undo(
    provide: StartProvider, work: StartWorker
) -> None:
    worker = work("plain", provide(Answer("first"), Answer("second"), Answer("third")))
    worker.say("one")
    assert worker.undo_refused() == "there is no retry to undo"
    worker.retry("rewind")
    worker.say("two")
    before = worker.history()
    worker.ask_to_undo()
    worker.until(UndoRefused, lambda event: event.run == "r3")
    assert worker.history() == before


def test_another_run_is_not_cancelled_for_it(provide: StartProvider, work: StartWorker) -> None:
    gate = Gate()
    provider = provide(
        Answer("first"), Answer("second"), Answer(deltas=["thi", "rd"], gates={1: gate})
    )
    worker = work("plain", provider)
    worker.say("one")
    worker.retry("rewind")
    history = worker.mirror().before_retry()
    run = worker.start("two")
    worker.until(TextDelta, lambda event: event.run == run)
    worker.send(UndoRetry(run="r2", history=history))
    assert worker.until(UndoRefused).reason == "another run is in progress"
    gate.open()
    assert worker.finished(run).output == "third"


# Where the server keeps the conversation

MINE = """
from agents import *
agent = Agent(name='Mine')
streamtui = {'session': lambda: SQLiteSession('chat-1', 'chats.db')}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine.py").write_text(MINE)
    return tmp_path


def test_a_chain_of_responses_goes_on_from_the_one_that_came_back(
    folder: Path, provide: StartProvider
) -> None:
    provider = provide(*map(Answer, ("hello", "no", "yes", "bye")), strict=False)
    with start(folder, provider, RunData(auto_previous_response_id=True)) as worker:
        worker.say("hi")
        worker.say("again")
        worker.retry("rewind")
        worker.undo_retry()
        worker.say("thanks")
        seen = [mark.response for change in worker.all(HistoryChanged) for mark in change.marks]
        hello, no, yes = list(dict.fromkeys(seen))[:3]
    sent = [request.body.get("previous_response_id") for request in provider.requests]
    assert sent == [None, hello, hello, no]
    assert yes not in sent
    assert asked(provider) == ["thanks"]


@pytest.mark.parametrize("running", [False, True])
def test_a_conversation_of_the_servers_cannot_be_brought_back_and_nothing_is_lost(
    running: bool, folder: Path, provide: StartProvider
) -> None:
    gate = Gate()
    again: Step = Answer(deltas=["ye", "s"], gates={1: gate} if running else {})
    provider = provide(Answer("hello"), Answer("no"), again, Answer("bye"), strict=False)
    with start(folder, provider, RunData(conversation_id="conv_1")) as worker:
        worker.say("hi")
        worker.say("again")
        run = worker.start_retry("rewind")
        if running:
            worker.until(TextDelta, lambda event: event.run == run)
        else:
            worker.finished(run)
        reason = worker.undo_refused()
        gate.open()
        assert worker.finished(run).output == "yes"
        assert words(worker.history())[-1] == "yes"
        worker.say("thanks")
    assert "conv_1 keeps the retry" in reason
    assert asked(provider) == ["thanks"]


def test_a_retry_that_the_servers_conversation_never_got_can_be_undone(
    folder: Path, provide: StartProvider
) -> None:
    provider = provide(
        Answer("hello"), Answer("no"), HttpError(status=400), Answer("bye"), strict=False
    )
    with start(folder, provider, RunData(conversation_id="conv_1")) as worker:
        worker.say("hi")
        worker.say("again")
        assert worker.retry("rewind").outcome == "failed"
        worker.undo_retry()
        worker.say("thanks")
    assert asked(provider) == ["thanks"]


def test_the_users_own_session_holds_the_first_answer_again(
    folder: Path, provide: StartProvider
) -> None:
    provider = provide(*map(Answer, ("first", "second", "bye")))
    with WorkerProcess(
        agent="mine.py:agent", cwd=folder, base_url=provider.base_url, model="m",
        run_options="mine.py:streamtui",
    ) as worker:  # fmt: skip
        worker.say("one")
        worker.retry("rewind")
        worker.undo_retry()
        worker.say("thanks")
    held: list[Any] = asyncio.run(SQLiteSession("chat-1", str(folder / "chats.db")).get_items())
    assert words(held) == ["one", "first", "thanks", "bye"]
