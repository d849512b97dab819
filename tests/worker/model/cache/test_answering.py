"""Answers from the cache, with a real worker and real HTTP."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE
from tests.support.provider import (
    Answer,
    Gate,
    IncompleteAfter,
    Provider,
    RawItem,
    RequestRecord,
    ResetAfter,
    Step,
    ToolCall,
    Usage,
)
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.driver import WorkerProcess
from tui.protocol.commands import ClearHistory, StartRun
from tui.protocol.events import (
    AttemptConnected,
    AttemptFinished,
    AttemptStarted,
    Noticed,
    ReasoningDelta,
    RefusalDelta,
    RequestBegan,
    TextDelta,
    ToolArgumentsDelta,
    ToolCalled,
    ToolFinished,
    UsageReported,
)
from tui.protocol.prices import Price
from tui.protocol.worker_settings import CacheSettings, RunData
from tui.worker.model.cache.answer_store import AnswerStore

LONG = Answer(deltas=[f"word{n} " for n in range(40)], usage=Usage(100, 40))
Caching = Callable[..., WorkerProcess]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "answers.db"


@pytest.fixture
def caching(work: StartWorker, file: Path, api: str) -> Caching:
    """Start a worker with the cache."""

    def start(
        agent: str, provider: Provider, *, pace: str = "at-once", **more: object
    ) -> WorkerProcess:
        settings = CacheSettings(path=str(file), lifetime=3600, size=10**7, pace=pace)  # type: ignore[arg-type]
        return work(agent, provider, **{"api": api, "cache": settings, **more})

    return start


def again(worker: WorkerProcess, prompt: str) -> str:
    """The same prompt in a new conversation."""
    worker.send(ClearHistory())
    return worker.say(prompt).output


def end(worker: WorkerProcess) -> None:
    """End the worker, which first stores what is to be stored."""
    worker.close_input()
    worker.process.wait(PATIENCE)


def from_cache(worker: WorkerProcess) -> list[bool]:
    """Of each attempt, whether the cache answered it."""
    return [event.cached for event in worker.all(AttemptConnected)]


def texts(
    worker: WorkerProcess, kind: type[TextDelta | ReasoningDelta | ToolArgumentsDelta]
) -> list[str]:
    """What the deltas of each run say."""
    runs = dict.fromkeys(event.run for event in worker.events if event.run)
    return ["".join(one.text for one in worker.all(kind, run)) for run in runs]


def test_the_same_question_is_asked_once(provide: StartProvider, caching: Caching) -> None:
    provider = provide(LONG)
    worker = caching("plain", provider)
    first = worker.say("hello").output
    assert again(worker, "hello") == first
    assert len(provider.requests) == 1
    assert from_cache(worker) == [False, True]
    assert texts(worker, TextDelta) == [first, first]
    ends = worker.all(AttemptFinished)
    assert ends[0].finish_reason == ends[1].finish_reason
    assert ends[0].response_model == ends[1].response_model
    assert ends[0].request_id == ends[1].request_id
    assert len(worker.all(RequestBegan)) == 2


def test_what_was_not_spent_is_marked(provide: StartProvider, caching: Caching) -> None:
    price = Price(input=1.0, output=2.0)
    worker = caching("plain", provide(LONG), prices={"test-model": price})
    worker.say("hello")
    again(worker, "hello")
    spent, saved = worker.all(UsageReported)
    assert (spent.saved, saved.saved) == (False, True)
    assert (saved.input, saved.output, saved.cost) == (100, 40, spent.cost)
    assert spent.cost == pytest.approx(180e-6)


def test_another_worker_finds_it(provide: StartProvider, caching: Caching, file: Path) -> None:
    provider = provide(LONG)
    worker = caching("plain", provider)
    first = worker.say("hello").output
    worker = caching("plain", provider)
    assert worker.say("hello").output == first
    assert from_cache(worker) == [True]
    end(worker)
    assert len(provider.requests) == 1
    assert file.stat().st_mode & 0o777 == 0o600
    (sums,) = AnswerStore(file).sums()
    assert (sums.model, sums.entries, sums.hits, sums.input) == ("test-model", 1, 1, 100)


def adding(request: RequestRecord) -> Step:
    if not request.tool_outputs:
        return Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 10}, id="call_0")])
    return Answer(f"it is {next(iter(request.tool_outputs.values()))}")


def test_tool_calls_stream_again_and_the_tool_runs_again(
    provide: StartProvider, caching: Caching
) -> None:
    provider = provide(route=adding)
    worker = caching("adder", provider)
    assert worker.say("add").output == again(worker, "add") == "it is 11"
    assert from_cache(worker) == [False, False, True, True]
    assert len(provider.requests) == 2
    assert [end.output for end in worker.all(ToolFinished)] == ["11", "11"]
    first, second = worker.all(ToolCalled)
    # The same id twice in a session: the worker gives the second call another one.
    assert (first.tool_call, second.tool_call) == ("call_0", "call_0~2")
    assert len(set(texts(worker, ToolArgumentsDelta))) == 1


def test_reasoning_streams_again(provide: StartProvider, caching: Caching) -> None:
    answer = Answer(deltas=["so", " it is"], reasoning=["I", " think"])
    worker = caching("plain", provide(answer))
    worker.say("hello")
    again(worker, "hello")
    assert texts(worker, ReasoningDelta) == ["I think", "I think"]
    assert texts(worker, TextDelta) == ["so it is", "so it is"]


def test_a_streamed_answer_serves_a_whole_one(provide: StartProvider, caching: Caching) -> None:
    provider = provide(route=adding)
    worker = caching("adder", provider)
    assert worker.say("add").output == "it is 11"
    worker = caching("adder", provider, stream=False)
    assert worker.say("add").output == "it is 11"
    assert from_cache(worker) == [True, True]
    end(worker)
    assert len(provider.requests) == 2


def test_a_whole_answer_serves_a_streamed_one(provide: StartProvider, caching: Caching) -> None:
    provider = provide(route=adding)
    worker = caching("adder", provider, stream=False)
    assert worker.say("add").output == "it is 11"
    worker = caching("adder", provider)
    assert worker.say("add").output == "it is 11"
    assert from_cache(worker) == [True, True]
    assert all(usage.input for usage in worker.all(UsageReported))
    end(worker)
    assert len(provider.requests) == 2


def test_a_retry_asks_anew_and_its_answer_is_kept(provide: StartProvider, caching: Caching) -> None:
    provider = provide(Answer("first"), Answer("second"))
    worker = caching("plain", provider)
    assert worker.say("hello").output == "first"
    assert worker.retry("rewind").output == "second"
    assert again(worker, "hello") == "second"
    assert from_cache(worker) == [False, False, True]


@pytest.mark.parametrize("change", ["instructions", "tools", "model", "settings", "host"])
def test_what_is_sent_differently_is_asked(
    provide: StartProvider, caching: Caching, tmp_path: Path, change: str
) -> None:
    code = """
from agents import Agent, ModelSettings, function_tool

@function_tool
def add(a: int, b: {type} = 1) -> str:
    return "sum"

agent = Agent(name="A", instructions="{says}", tools=[add], model_settings=ModelSettings(
    temperature={heat}))
"""
    plain: dict[str, object] = {"type": "int", "says": "Be brief.", "heat": 0.5}
    changes: dict[str, dict[str, object]] = {
        "instructions": {"says": "Be long."},
        "tools": {"type": "float"},
        "settings": {"heat": 0.6},
    }
    (tmp_path / "one.py").write_text(code.format(**plain))
    (tmp_path / "two.py").write_text(code.format(**plain | changes.get(change, {})))
    provider, elsewhere = provide(Answer("a"), Answer("b")), provide(Answer("b"))
    worker = caching("agent", provider, cwd=tmp_path, file="one.py")
    worker.say("hello")
    end(worker)
    model = "other-model" if change == "model" else "test-model"
    place = elsewhere if change == "host" else provider
    worker = caching("agent", place, cwd=tmp_path, file="two.py", model=model)
    assert worker.say("hello").output == "b"
    assert from_cache(worker) == [False]
    worker = caching("agent", provider, cwd=tmp_path, file="one.py")
    assert worker.say("hello").output == "a"
    assert from_cache(worker) == [True]
    end(worker)


def test_an_answer_that_was_cut_is_not_kept(provide: StartProvider, caching: Caching) -> None:
    cut = Answer(deltas=["a", "b", "c"], fault=IncompleteAfter(2))
    provider = provide(cut, Answer("whole"))
    worker = caching("plain", provider, max_retries=0)
    assert worker.say("hello").outcome == "failed"
    assert again(worker, "hello") == "whole"
    assert from_cache(worker) == [False, False]


def test_a_continued_answer_is_not_kept(provide: StartProvider, caching: Caching) -> None:
    cut = Answer(deltas=["one ", "two ", "three"], fault=ResetAfter(2))
    provider = provide(cut, Answer("three"), Answer("one two three"))
    worker = caching("plain", provider, backoff_base=0.01)
    worker.say("hello")
    again(worker, "hello")
    assert from_cache(worker) == [False, False, False]
    assert len(provider.requests) == 3


def test_equal_calls_at_once_ask_once(provide: StartProvider, caching: Caching) -> None:
    gate = Gate()
    provider = provide(Answer(deltas=["one", " two"], gates={1: gate}))
    worker = caching("plain", provider, first_event_timeout=30)
    runs = [f"r{n}" for n in range(6)]
    for run in runs:
        worker.send(StartRun(run=run, prompt="hello", entered_at=time.monotonic_ns(), beside=True))
    worker.until(TextDelta)
    gate.open()
    assert [worker.finished(run).output for run in runs] == ["one two"] * 6
    assert len(provider.requests) == 1
    assert sorted(from_cache(worker)) == [False] + [True] * 5


def test_those_that_wait_ask_when_the_first_is_cut(
    provide: StartProvider, caching: Caching
) -> None:
    gate = Gate()
    cut = Answer(deltas=["one", " two"], gates={1: gate}, fault=ResetAfter(1))
    provider = provide(cut, Answer("whole"), Answer("whole"))
    worker = caching("plain", provider, max_retries=0)
    for run in ("r0", "r1"):
        worker.send(StartRun(run=run, prompt="hello", entered_at=time.monotonic_ns(), beside=True))
    worker.until(TextDelta)
    gate.open()
    assert sorted(worker.finished(run).outcome for run in ("r0", "r1")) == ["failed", "ok"]
    assert len(provider.requests) == 2


def test_equal_calls_of_two_workers_ask_once(provide: StartProvider, caching: Caching) -> None:
    gate = Gate()
    provider = provide(Answer(deltas=["one", " two"], gates={1: gate}), Answer("another"))
    one, two = (caching("plain", provider, first_event_timeout=30) for _ in range(2))
    one.send(StartRun(run="r1", prompt="hello", entered_at=time.monotonic_ns()))
    one.until(TextDelta)
    two.send(StartRun(run="r1", prompt="hello", entered_at=time.monotonic_ns()))
    two.until(AttemptStarted)
    gate.open()
    assert [worker.finished("r1").output for worker in (one, two)] == ["one two"] * 2
    assert len(provider.requests) == 1
    assert (from_cache(one), from_cache(two)) == ([False], [True])


@pytest.mark.parametrize("how", ["killed", "cut", "refused"])
def test_a_worker_that_waits_asks_when_the_other_has_no_answer(
    provide: StartProvider, caching: Caching, how: str
) -> None:
    gate = Gate()
    first = Answer(deltas=["one", " two"], gates={1: gate})
    if how == "cut":
        first = Answer(deltas=["one", " two"], gates={1: gate}, fault=ResetAfter(1))
    if how == "refused":
        first = Answer(refusal="I cannot say.", gates={1: gate})
    provider = provide(first, Answer("whole"))
    one, two = (caching("plain", provider, first_event_timeout=30, max_retries=0) for _ in range(2))
    one.send(StartRun(run="r1", prompt="hello", entered_at=time.monotonic_ns()))
    one.until(RefusalDelta if how == "refused" else TextDelta)
    two.send(StartRun(run="r1", prompt="hello", entered_at=time.monotonic_ns()))
    two.until(AttemptStarted)
    if how == "killed":
        one.process.kill()
    else:
        gate.open()
    assert two.finished("r1").output == "whole"
    gate.open()
    assert len(provider.requests) == 2
    assert from_cache(two) == [False]


def test_the_recorded_pace_is_that_of_the_first_answer(
    provide: StartProvider, caching: Caching
) -> None:
    provider = provide(Answer(deltas=["a", "b", "c", "d"], pace=0.05))
    worker = caching("plain", provider, pace="recorded")
    worker.say("hello")
    assert again(worker, "hello") == "abcd"
    assert [delta.text for delta in worker.all(TextDelta, "r2")] == ["a", "b", "c", "d"]
    first, second = (worker.all(TextDelta, run) for run in ("r1", "r2"))
    took = [deltas[-1].at - deltas[0].at for deltas in (first, second)]
    assert took[1] >= 0.9 * took[0]


def test_a_file_that_is_no_database_does_not_stop_a_run(
    provide: StartProvider, caching: Caching, file: Path
) -> None:
    file.parent.mkdir()
    file.write_bytes(b"not a database " * 1000)
    worker = caching("plain", provide(Answer("one"), Answer("two")))
    assert worker.say("hello").output == "one"
    worker.until(Noticed, lambda event: "damaged" in event.text)
    assert again(worker, "hello") == "two"
    (notice,) = [one.text for one in worker.all(Noticed) if "cache" in one.text]
    assert "damaged" in notice
    assert "cache clear" in notice
    assert file.read_bytes().startswith(b"not a database")


def test_a_file_that_cannot_be_made_does_not_stop_a_run(
    provide: StartProvider, caching: Caching, file: Path
) -> None:
    file.parent.write_text("not a folder")
    worker = caching("plain", provide(Answer("one"), Answer("two")))
    assert worker.say("hello").output == "one"
    worker.until(Noticed, lambda event: "cannot be used" in event.text)
    assert again(worker, "hello") == "two"
    assert len([one for one in worker.all(Noticed) if "cannot be used" in one.text]) == 1


def test_a_locked_file_does_not_stop_a_run(
    provide: StartProvider, caching: Caching, file: Path
) -> None:
    AnswerStore(file).sums()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        worker = caching("plain", provide(Answer("one"), Answer("two")))
        assert worker.say("hello").output == "one"
        worker.until(Noticed, lambda event: "locked" in event.text)
        assert again(worker, "hello") == "two"
        other.execute("ROLLBACK")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(refusal="I cannot say."),
        Answer("cut", finish_reason="content_filter", fault=IncompleteAfter(1, "content_filter")),
        Answer("", deltas=[]),
    ],
    ids=["refused", "filtered", "empty"],
)
def test_an_answer_that_says_nothing_of_use_is_not_kept(
    provide: StartProvider, caching: Caching, answer: Answer
) -> None:
    provider = provide(answer, Answer("well"))
    worker = caching("plain", provider, max_retries=0)
    worker.say("hello")
    assert again(worker, "hello") == "well"
    assert len(provider.requests) == 2


def test_what_the_server_keeps_is_not_cached(
    provide: StartProvider, work: StartWorker, file: Path
) -> None:
    provider = provide(Answer("one"), Answer("two"))
    settings = CacheSettings(path=str(file), lifetime=3600, size=10**7)
    run = RunData(auto_previous_response_id=True)
    worker = work("plain", provider, cache=settings, run=run)
    assert worker.say("hello").output == "one"
    assert again(worker, "hello") == "two"
    assert not file.exists()


def test_an_answer_for_which_the_provider_asked_others_is_not_kept(
    provide: StartProvider, work: StartWorker, file: Path
) -> None:
    search = {"type": "web_search_call", "id": "ws_1", "status": "completed",
              "action": {"type": "search", "query": "news"}}  # fmt: skip
    provider = provide(Answer("one", items=[RawItem(search)]), Answer("two"))
    settings = CacheSettings(path=str(file), lifetime=3600, size=10**7)
    worker = work("plain", provider, cache=settings)
    assert worker.say("hello").output == "one"
    assert again(worker, "hello") == "two"
