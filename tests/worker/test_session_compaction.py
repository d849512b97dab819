"""A session of the SDK's that compacts itself: when it does, what is sent then, what is kept."""

import asyncio
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from agents import SQLiteSession

from tests.support.conversations import Folding
from tests.support.patience import PATIENCE
from tests.support.provider import Answer, HttpError, Page, Provider, Step, ToolCall
from tests.support.provider.gate import Gate
from tests.worker.conftest import StartProvider
from tests.worker.driver import WorkerProcess
from tui.core.conversation.items import Notice
from tui.protocol.commands import RestoreHistory
from tui.protocol.events import HistoryChanged, HistoryCompacted, Noticed

SOURCE = """
import os
from agents import *
from agents.memory import OpenAIResponsesCompactionSession
from openai import AsyncOpenAI
@function_tool
def add(a: int, b: int) -> int:
    return a + b
agent = Agent(name='Mine', tools=[add], model_settings=ModelSettings(**SETTINGS))
def session():
    client = AsyncOpenAI(base_url=os.environ['COMPACT_AT'], max_retries=0)
    return OpenAIResponsesCompactionSession(
        'chat-1', SQLiteSession('chat-1', 'chats.db'), client=client,
        should_trigger_compaction=lambda seen: len(seen['compaction_candidate_items']) >= 2,
    )
streamtui = {'session': session}
filtered = {
    'session': session,
    'run_config': RunConfig(session_input_callback=lambda history, new: history[-1:] + new),
}
"""
COMPACTION = {"id": "cmp_1", "type": "compaction", "encrypted_content": "gAAAA"}
USAGE = {
    "input_tokens": 900, "output_tokens": 40, "total_tokens": 940,
    "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
    "output_tokens_details": {"reasoning_tokens": 0},
}  # fmt: skip


def said(text: str) -> dict[str, Any]:
    content = [{"type": "input_text", "text": text}]
    return {"id": f"msg_{text}", "type": "message", "role": "user", "status": "completed",
            "content": content}  # fmt: skip


def compact_answer(*prompts: str) -> Page:
    body = {
        "id": "resp_c", "object": "response.compaction", "created_at": 1,
        "output": [*map(said, prompts), COMPACTION], "usage": USAGE,
    }  # fmt: skip
    return Page(json.dumps(body), "application/json")


class Chat:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def worker(
        self,
        provider: Provider,
        options: str = "",
        settings: str = "{}",
        compact_at: Provider | None = None,
    ) -> WorkerProcess:
        (self.folder / "mine.py").write_text(SOURCE.replace("SETTINGS", settings))
        return WorkerProcess(
            agent="mine.py:agent",
            cwd=self.folder,
            base_url=provider.base_url,
            model="m",
            max_retries=0,
            env={"COMPACT_AT": (compact_at or provider).base_url},
            run_options=f"mine.py:{options}" if options else None,
        )

    @property
    def kinds(self) -> list[str]:
        session = SQLiteSession("chat-1", str(self.folder / "chats.db"))
        return kinds(asyncio.run(session.get_items()))


def kinds(items: Any) -> list[str]:
    return [_word(item) for item in items]


def _word(item: dict[str, Any]) -> str:
    content = item.get("content")
    if isinstance(content, list):
        content = content[0]["text"]
    return str(content or item["type"])


@pytest.fixture
def chat(tmp_path: Path) -> Chat:
    return Chat(tmp_path)


def shrunk(worker: WorkerProcess) -> HistoryCompacted:
    event = worker.until(HistoryCompacted)
    worker.until(HistoryChanged, lambda change: any(b"cmp_1" in bytes(i) for i in change.items))
    return event


def by_path(provider: Provider) -> list[str]:
    return [request.path.removeprefix("/v1/responses") for request in provider.requests]


def test_it_is_compacted_after_a_turn_and_the_rest_is_sent(
    chat: Chat, provide: StartProvider
) -> None:
    provider = provide(Answer("One."), Answer("Two."), compact_answer("1", "2"), Answer("Three."))
    with chat.worker(provider) as worker:
        worker.say("1")
        worker.say("2")
        event = shrunk(worker)
        assert (event.run, event.before, event.after) == ("r2", 4, 3)
        worker.say("3")
        worker.until(
            HistoryChanged, lambda change: any(b"Three." in bytes(i) for i in change.items)
        )
        history = worker.history()
        words = "the history was compacted from 4 items to 3, 900 tokens to 40"
        changes = Folding().feed(*worker.events)
    notices = [change.item.text for change in changes if isinstance(change.item, Notice)]
    assert words in notices
    assert by_path(provider) == ["", "", "/compact", ""]
    assert provider.requests[2].body["previous_response_id"]
    assert kinds(provider.requests[3].items) == ["1", "2", "compaction", "3"]
    assert kinds(history) == chat.kinds == ["1", "2", "compaction", "3", "Three."]
    assert provider.problems == []


def test_what_is_not_stored_is_compacted_from_its_items(chat: Chat, provide: StartProvider) -> None:
    call = ToolCall("add", {"a": 1, "b": 1})
    provider = provide(Answer(tool_calls=[call]), Answer("Two."), compact_answer("1"))
    with chat.worker(provider, settings="{'store': False}") as worker:
        worker.say("1")
        shrunk(worker)
    assert "previous_response_id" not in provider.requests[2].body
    assert kinds(provider.requests[2].items)[:3] == [
        "1", "function_call", "function_call_output",
    ]  # fmt: skip
    assert chat.kinds == ["1", "compaction"]
    assert provider.problems == []


@pytest.mark.parametrize("step", [HttpError(status=404), Page("{}", "application/json")])
def test_one_that_fails_is_told_and_loses_nothing(
    step: Step, chat: Chat, provide: StartProvider
) -> None:
    provider = provide(
        Answer("One."), Answer("Two."), step, Answer("Three."), compact_answer("1", "2", "3")
    )
    with chat.worker(provider) as worker:
        worker.say("1")
        worker.say("2")
        told = worker.until(Noticed, lambda event: "could not be compacted" in event.text)
        assert told.level == "error"
        assert kinds(worker.history()) == chat.kinds == ["1", "One.", "2", "Two."]
        worker.say("3")
        shrunk(worker)
    assert kinds(provider.requests[3].items) == ["1", "One.", "2", "Two.", "3"]
    assert chat.kinds == ["1", "2", "3", "compaction"]


def test_a_retry_takes_back_the_turn_as_it_was(chat: Chat, provide: StartProvider) -> None:
    provider = provide(
        Answer("One."), Answer("Two."), compact_answer("1", "2"), HttpError(status=400),
        Answer("Three."), Answer("Again."),
    )  # fmt: skip
    with chat.worker(provider) as worker:
        worker.say("1")
        worker.say("2")
        shrunk(worker)
        worker.say("3")
        worker.retry("continue")
    assert kinds(provider.requests[4].items) == ["1", "2", "compaction", "3"]
    assert chat.kinds == ["1", "2", "compaction", "3", "Three."]


def test_a_turn_that_was_compacted_is_taken_back_whole(chat: Chat, provide: StartProvider) -> None:
    provider = provide(
        Answer("One."), Answer("Two."), compact_answer("1", "2"), Answer("Again."),
        compact_answer("1", "2"),
    )  # fmt: skip
    with chat.worker(provider) as worker:
        worker.say("1")
        worker.say("2")
        shrunk(worker)
        worker.retry("rewind")
    assert provider.requests[3].items == provider.requests[1].items
    assert chat.kinds == ["1", "2", "compaction"]
    assert provider.problems == []


def test_what_was_compacted_comes_back_when_the_retry_is_undone(
    chat: Chat, provide: StartProvider
) -> None:
    provider = provide(
        Answer("One."), Answer("Two."), compact_answer("1", "2"), Answer("Again."),
        compact_answer("1", "2"), Answer("Three."),
    )  # fmt: skip
    with chat.worker(provider) as worker:
        worker.say("1")
        worker.say("2")
        shrunk(worker)
        before = worker.history()
        worker.retry("rewind")
        worker.until(HistoryCompacted, lambda event: event.run == "r3")
        worker.undo_retry()
        assert worker.history() == before
        worker.say("3")
    assert kinds(provider.requests[5].items) == ["1", "2", "compaction", "3"]
    assert chat.kinds[:4] == ["1", "2", "compaction", "3"]
    assert provider.problems == []


def test_a_worker_that_starts_again_goes_on_and_can_retry(
    chat: Chat, provide: StartProvider
) -> None:
    provider = provide(Answer("One."), Answer("Two."), compact_answer("1", "2"))
    with chat.worker(provider) as worker:
        worker.say("1")
        worker.say("2")
        shrunk(worker)
        items: list[Any] = []
        for change in worker.all(HistoryChanged):
            items[change.keep :] = change.items
    provider.append(Answer("Again."))
    with chat.worker(provider) as worker:
        worker.send(RestoreHistory(items=tuple(items)))
        assert worker.retry("rewind").outcome == "ok"
    assert kinds(provider.requests[3].items) == ["1", "compaction", "2"]
    assert provider.problems == []


@pytest.mark.parametrize("ended", [False, True])
def test_a_turn_that_begins_during_it_is_kept(
    ended: bool, chat: Chat, provide: StartProvider
) -> None:
    gate, may_end = Gate(), threading.Event()
    if ended:
        gate.open()

    def slow(_: object) -> Page:
        may_end.wait(PATIENCE)
        return compact_answer("1", "2")

    provider = provide(Answer("One."), Answer("Two."), Answer("Three.", gates={0: gate}))
    compacting = provide(route=slow)
    with chat.worker(provider, compact_at=compacting) as worker:
        worker.say("1")
        worker.say("2")
        compacting.wait_until(lambda: bool(compacting.requests))
        run = worker.start("3")
        provider.wait_until(lambda: len(provider.requests) == 3)
        if ended:
            worker.finished(run)
        may_end.set()
        shrunk(worker)
        gate.open()
        assert worker.finished(run).outcome == "ok"
    assert kinds(worker.history()) == chat.kinds == ["1", "2", "compaction", "3", "Three."]


def test_a_part_of_the_conversation_is_not_compacted(chat: Chat, provide: StartProvider) -> None:
    provider = provide(Answer("One."), Answer("Two."))
    with chat.worker(provider, "filtered") as worker:
        worker.say("1")
        worker.say("2")
    told = [event.text for event in worker.all(Noticed) if "is not compacted" in event.text]
    assert len(told) == 1
    assert by_path(provider) == ["", ""]
    assert chat.kinds == ["1", "One.", "2", "Two."]
