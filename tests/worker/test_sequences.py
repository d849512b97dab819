"""Random turns, faults, cancels and retries: every request keeps the rules of the API."""

import os
from collections.abc import Callable
from itertools import count
from random import Random
from typing import Any, cast

import msgspec
from agents.models.fake_id import FAKE_RESPONSES_ID

from tests.provider import (
    Answer,
    CloseAfter,
    EmptyStream,
    ErrorEventAfter,
    FailAfter,
    GarbageAfter,
    IncompleteAfter,
    ResetAfter,
    ResetBeforeHeaders,
    StallAfter,
    Step,
    ToolCall,
    quota_exhausted,
    rate_limited,
    server_error,
)
from tests.provider.conversation import text_of
from tests.provider.request import RequestRecord
from tests.provider.validate import validate_items
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.driver import WorkerProcess
from tui.events import Event, RunFinished, RunStarted, ToolFinished, ToolStarted
from tui.worker.items import RECOVERY_PROMPT
from tui.worker_commands import ClearHistory

SEQUENCES = int(os.environ.get("STREAMTUI_SEQUENCES", "6"))
TURNS = 6
ANY = cast("type[Event]", msgspec.Struct)
FAULTS: list[Callable[[int], Any]] = [
    ResetAfter, CloseAfter, StallAfter, GarbageAfter, FailAfter, ErrorEventAfter, IncompleteAfter,
]  # fmt: skip
FAILURES: list[Callable[[], Step]] = [
    EmptyStream, ResetBeforeHeaders, quota_exhausted,
    lambda: rate_limited(0), lambda: server_error(503),
]  # fmt: skip


def some_step(random: Random) -> Step:
    if random.random() < 0.15:
        return random.choice(FAILURES)()
    calls = [
        ToolCall("add", {"a": random.randrange(9), "b": 1})
        for _ in range(random.choice([0, 0, 1, 2]))
    ]
    thoughts = ["so", " then"] if random.random() < 0.3 else []
    words = [f" {random.randrange(1000)}" for _ in range(random.randrange(0 if calls else 1, 6))]
    fault = random.choice(FAULTS)(random.randrange(1, 6)) if random.random() < 0.35 else None
    return Answer(deltas=words, reasoning=thoughts, tool_calls=calls, fault=fault)


def _is_after(event: Event, seq: int) -> bool:
    return event.seq >= seq or isinstance(event, RunFinished)


def act(worker: WorkerProcess, random: Random, prompt: str) -> None:
    """One turn: a message, a message that is cancelled on the way, or a retry."""
    match random.choice(["say", "say", "cancel", "continue", "rewind"]):
        case "say":
            worker.say(prompt)
        case "cancel":
            run = worker.start(prompt)
            began = worker.until(RunStarted, lambda event: event.run == run).seq
            at = began + random.randrange(12)
            worker.until(ANY, lambda event: event.run == run and _is_after(event, at))
            worker.cancel(run)
        case mode:
            worker.retry(mode)


def broken_rules(worker: WorkerProcess) -> list[str]:
    """Of the history; the SDK leaves out its placeholder of an id when it sends an item."""
    found = validate_items([dict(item) for item in worker.history()])
    return [finding for finding in found if FAKE_RESPONSES_ID not in finding]


def doubled(request: RequestRecord) -> list[str]:
    said = [text_of(item.get("content")) for item in request.items if item.get("role") == "user"]
    return [text for text in set(said) - {RECOVERY_PROMPT} if said.count(text) > 1]


def test_whatever_happens_each_request_is_valid_and_no_tool_runs_twice(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    steps = Random(api)
    provider = provide(route=lambda _: some_step(steps))
    worker = work(
        "adder", provider, api=api, backoff_base=0.001, idle_timeout=0.1, max_retries=2, max_turns=4
    )
    numbers = count()
    for sequence in range(SEQUENCES):
        random = Random(f"{api} {sequence}")
        for _ in range(TURNS):
            act(worker, random, f"message {next(numbers)}")
            assert provider.problems == [], sequence
            assert broken_rules(worker) == [], sequence
        worker.send(ClearHistory())
    assert [request for request in provider.requests if doubled(request)] == []
    started = [event.tool_call for event in worker.all(ToolStarted)]
    assert len(started) == len(set(started)) > 0
    assert {event.outcome for event in worker.all(RunFinished)} >= {"ok", "failed", "cancelled"}
    assert {event.tool_call for event in worker.all(ToolFinished)} >= set(started)
