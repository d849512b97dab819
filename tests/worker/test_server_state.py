"""Where the server keeps the messages, only new ones are sent, also after failures and retries."""

from pathlib import Path
from typing import Any
from unittest.mock import ANY

import msgspec
import pytest

from tests.support.provider import Answer, HttpError, Provider, ToolCall
from tests.support.provider.conversation import items_of
from tests.worker.conftest import StartProvider
from tests.worker.driver import WorkerProcess
from tui.protocol.commands import ClearHistory, RestoreHistory
from tui.protocol.events import HistoryChanged, Noticed, ServerMark, SessionForked
from tui.protocol.worker_settings import RunData

SOURCE = """
from agents import *
@function_tool
def add(a: int, b: int) -> int:
    return a + b
agent = Agent(name='Mine', tools=[add])
"""
ADD = Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 1})])
AUTO = RunData(auto_previous_response_id=True)
IN_CONVERSATION = RunData(conversation_id="conv_1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine.py").write_text(SOURCE)
    return tmp_path


def start(folder: Path, provider: Provider, run: RunData, **settings: Any) -> WorkerProcess:
    return WorkerProcess(
        agent="mine.py:agent", cwd=folder, base_url=provider.base_url, model="m", max_retries=0,
        run=run, **settings,
    )  # fmt: skip


def sent(provider: Provider) -> list[tuple[object, list[str]]]:
    """For each request, the response or conversation that it continues, and its new items."""
    return [
        (
            request.body.get("previous_response_id") or request.body.get("conversation"),
            [
                str(item.get("content") or item.get("output") or item.get("name"))
                for item in items_of(request.body)
            ],
        )
        for request in provider.requests
    ]


def ids(worker: WorkerProcess) -> list[str]:
    """The response of each mark that the worker has reported, in order."""
    seen = [mark.response for change in worker.all(HistoryChanged) for mark in change.marks]
    return list(dict.fromkeys(seen))


def test_each_turn_goes_on_from_the_response_before_it(
    folder: Path, provide: StartProvider
) -> None:
    provider = provide(Answer("hello"), ADD, Answer("two"), Answer("bye"), strict=False)
    with start(folder, provider, AUTO) as worker:
        for prompt in ("hi", "add", "thanks"):
            assert worker.say(prompt).outcome == "ok"
        first, second, third, _ = ids(worker)
        assert len(worker.history()) == 8
    assert sent(provider) == [
        (None, ["hi"]), (first, ["add"]), (second, ["2"]), (third, ["thanks"]),
    ]  # fmt: skip


def test_a_given_response_is_gone_on_from(folder: Path, provide: StartProvider) -> None:
    provider = provide(Answer("hello"), Answer("bye"), strict=False)
    with start(folder, provider, RunData(previous_response_id="resp_given")) as worker:
        worker.say("hi")
        worker.say("thanks")
        first, _ = ids(worker)
    assert sent(provider) == [("resp_given", ["hi"]), (first, ["thanks"])]


def test_retries_go_back_to_the_response_before_what_they_repeat(
    folder: Path, provide: StartProvider
) -> None:
    failed = HttpError(status=400)
    provider = provide(
        Answer("hello"), Answer("no"), Answer("yes"), ADD, failed, Answer("two"), failed,
        Answer("bye"), strict=False,
    )  # fmt: skip
    with start(folder, provider, AUTO) as worker:
        worker.say("hi")
        worker.say("again")
        assert worker.retry("rewind").output == "yes"
        assert worker.say("add").outcome == "failed"
        assert worker.retry("continue").output == "two"
        assert worker.say("thanks").outcome == "failed"
        assert worker.retry("continue").output == "bye"
        hello, _, yes, added, two, _ = ids(worker)
    assert sent(provider) == [
        (None, ["hi"]), (hello, ["again"]), (hello, ["again"]),
        (yes, ["add"]), (added, ["2"]), (added, ["2"]),
        (two, ["thanks"]), (two, ["thanks"]),
    ]  # fmt: skip


def test_a_resumed_session_goes_on_from_its_last_response(
    folder: Path, provide: StartProvider
) -> None:
    provider = provide(Answer("hello"), Answer("bye"), strict=False)
    with start(folder, provider, AUTO) as worker:
        worker.say("hi")
        (change,) = [one for one in worker.all(HistoryChanged) if one.marks][-1:]
        items = tuple(msgspec.Raw(msgspec.json.encode(item)) for item in worker.history())
    with start(folder, provider, AUTO) as worker:
        worker.send(RestoreHistory(items=items, marks=change.marks))
        worker.say("thanks")
    assert sent(provider)[1] == (change.marks[-1].response, ["thanks"])


def test_a_response_that_the_server_has_forgotten_is_replaced_by_all_messages(
    folder: Path, provide: StartProvider
) -> None:
    gone = HttpError(
        status=400,
        message="Previous response with id 'resp_1' not found.",
        code="previous_response_not_found",
    )
    provider = provide(Answer("hello"), gone, Answer("bye"), strict=False)
    with start(folder, provider, AUTO) as worker:
        worker.say("hi")
        assert worker.say("thanks").outcome == "failed"
        worker.until(Noticed, lambda event: "sends the whole conversation" in event.text)
        assert worker.retry("continue").outcome == "ok"
    assert sent(provider)[2][0] is None
    assert len(sent(provider)[2][1]) == 3


def test_a_conversation_on_the_server_gets_only_new_messages_and_cannot_be_rewound(
    folder: Path, provide: StartProvider
) -> None:
    provider = provide(*[Answer("fine")] * 4, strict=False)
    with start(folder, provider, IN_CONVERSATION) as worker:
        worker.say("hi")
        worker.say("again")
        worker.retry("rewind")
        told = worker.until(Noticed, lambda event: event.chat).text
        worker.send(ClearHistory())
        worker.say("anew")
        left = worker.until(Noticed, lambda event: "is left" in event.text).text
    assert "conv_1 keeps the turn that is undone here" in told
    assert "conv_1 stays as it is" in left
    assert sent(provider) == [
        ("conv_1", ["hi"]), ("conv_1", ["again"]), ("conv_1", ["again"]), (None, ["anew"]),
    ]  # fmt: skip


def test_a_fork_continues_from_a_response_and_leaves_the_conversation_of_the_other(
    folder: Path, provide: StartProvider
) -> None:
    provider = provide(*[Answer("fine")] * 5, strict=False)
    forked = SessionForked(at=0, session="new", origin="old")
    with start(folder, provider, AUTO) as worker:
        worker.say("hi")
        mirror = worker.mirror()
        mirror.observe(forked)
        worker.send(mirror.take())
        worker.say("other")
        first, *_ = ids(worker)
    with start(folder, provider, IN_CONVERSATION) as worker:
        worker.say("hi")
        mirror = worker.mirror()
        mirror.observe(forked)
    with start(folder, provider, IN_CONVERSATION) as worker:
        worker.send(mirror.take())
        worker.say("other")
        assert worker.mirror().take().marks == (ServerMark(items=0),)
        worker.say("more")
    assert sent(provider) == [
        (None, ["hi"]), (first, ["other"]),
        ("conv_1", ["hi"]), (None, ["hi", ANY, "other"]),
        (None, ["hi", ANY, "other", ANY, "more"]),
    ]  # fmt: skip


def test_over_chat_completions_all_messages_are_sent_and_a_line_says_why(
    folder: Path, provide: StartProvider
) -> None:
    provider = provide(Answer("hello"), Answer("bye"))
    with start(folder, provider, AUTO, api="chat") as worker:
        notices = worker.loaded().notices
        worker.say("hi")
        worker.say("thanks")
    assert any("keeps no messages over Chat Completions" in text for text in notices)
    assert len(items_of(provider.requests[1].body)) == 3
    assert provider.problems == []
