"""However a server names, numbers, splits and repeats calls, each runs once."""

from functools import partial

import pytest

from tests.support.conversations import assert_shown_again
from tests.support.provider import Answer, Provider, ToolCall, Usage
from tests.support.provider.habits import CHAT, RESPONSES, USAGE
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.driver import WorkerProcess
from tui.protocol.commands import CancelTool
from tui.protocol.events import (
    AttemptFailed,
    AttemptFinished,
    Noticed,
    ToolArgumentsDelta,
    ToolCalled,
    ToolFinished,
    ToolStarted,
    UsageReported,
)

CALLS = [ToolCall("add", {"a": 1, "b": 2}), ToolCall("add", {"a": 3, "b": 4})]
UNNAMED = ("name empty", "name null")
MENDED = {
    "name with spaces": " add\n",
    "name in capitals": "ADD",
    "name with a room": "functions.add",
    "name with a token": "add<|channel|>commentary",
}
TABLES = {"chat": CHAT, "responses": RESPONSES}
OF_CALLS = [
    (api, habit)
    for api, table in TABLES.items()
    for habit in table
    if not habit.startswith(("usage", "finish", "older")) and habit not in UNNAMED
]
PAIRS = [
    ("chat", "id changes in each chunk", "index 0"),
    ("chat", "id changes in each chunk", "name in each chunk", "index 0"),
    ("chat", "call whole", "index 0"),
    ("chat", "call whole", "id the same", "index 0"),
    ("chat", "call whole", "id absent", "index absent"),
    ("chat", "id in each chunk", "interleaved", "index 0"),
    ("chat", "id in each chunk", "interleaved", "index absent"),
    ("chat", "name in each chunk", "index 0"),
    ("chat", "name in pieces", "index null"),
    ("chat", "id at the end", "interleaved", "index with gaps"),
    ("chat", "id the same", "interleaved", "index backwards"),
    ("responses", "interleaved", "index 0"),
    ("responses", "interleaved", "index absent"),
    ("responses", "id the same", "interleaved"),
    ("responses", "id changes once", "interleaved"),
]


def two_calls(provide: StartProvider, *habits: str) -> Provider:
    return provide(Answer("Let me add.", tool_calls=CALLS, habits=habits), Answer("3 and 7"),
                   Answer("I said so."))  # fmt: skip


@pytest.fixture
def work_buffering(work: StartWorker) -> StartWorker:
    """With the SDK's own buffer, which joins calls by their indexes."""
    return partial(
        work, "buffering", file="buffering_agents.py", run_config="buffering_agents:run_config"
    )


def assert_all_ended(worker: WorkerProcess, provider: Provider) -> None:
    """Every call that was made has one end, and the next request is accepted."""
    assert worker.say("again").outcome == "ok"
    called = [call.tool_call for call in worker.all(ToolCalled)]
    assert sorted(called) == sorted(done.tool_call for done in worker.all(ToolFinished))
    assert len(set(called)) == len(called)
    assert provider.problems == []
    assert_shown_again(worker.events)


@pytest.mark.parametrize("habits", [*OF_CALLS, *PAIRS], ids=" + ".join)
def test_two_parallel_calls_run_once_each(
    habits: tuple[str, ...], provide: StartProvider, work: StartWorker
) -> None:
    api, *names = habits
    provider = two_calls(provide, *names)
    worker = work("adder", provider, api=api)
    assert worker.say("add").outcome == "ok"
    assert [(call.name, call.arguments.replace(" ", "")) for call in worker.all(ToolCalled)] == [
        ("add", '{"a":1,"b":2}'), ("add", '{"a":3,"b":4}'),
    ]  # fmt: skip
    assert sorted(done.output for done in worker.all(ToolFinished)) == ["3", "7"]
    assert {done.outcome for done in worker.all(ToolFinished)} == {"ok"}
    mended = [MENDED[name] for name in names if name in MENDED]
    notices = [notice.text for notice in worker.all(Noticed)]
    assert [text for text in notices if "taken for add" in text] == [
        f"the model called {written!r}, which is taken for add" for written in mended * 2
    ]
    assert_all_ended(worker, provider)


@pytest.mark.parametrize(
    "habits", [(), *(row[1:] for row in PAIRS if row[0] == "chat")], ids=" + ".join
)
def test_two_calls_run_once_each_when_the_sdk_buffers_them(
    habits: tuple[str, ...], provide: StartProvider, work_buffering: StartWorker
) -> None:
    provider = two_calls(provide, *habits)
    worker = work_buffering(provider=provider)
    assert worker.say("add").outcome == "ok"
    # Nothing of a call streams: the user's provider buffers, and its use of Chat Completions stays.
    assert {request.api for request in provider.requests} == {"chat"}
    streamed = [delta.text for delta in worker.all(ToolArgumentsDelta) if delta.text]
    assert [text.replace(" ", "") for text in streamed] == ['{"a":1,"b":2}', '{"a":3,"b":4}']
    assert sorted(done.output for done in worker.all(ToolFinished)) == ["3", "7"]
    assert {done.outcome for done in worker.all(ToolFinished)} == {"ok"}
    assert_all_ended(worker, provider)


SUM = '{"a": 1, "b": 2}'
SEVERAL = {
    "twice": (SUM + SUM, "3"),
    "three times": (f"{SUM}\n{SUM}{SUM}", "3"),
    "in another order": ('{"b": 2, "a": 1}' + SUM, "3"),
    "nothing first": ("{}" + SUM, "3"),
    "nothing last": (SUM + " {}", "3"),
    "nothing twice": ("{}{}", ""),
    "two that differ": (SUM + '{"a": 3, "b": 4}', ""),
    "one with braces inside": ('{"a": 1, "b": "}{"}', ""),
    "one and a rest": (SUM + '{"a": 1', ""),
}


@pytest.mark.parametrize("row", SEVERAL.values(), ids=list(SEVERAL))
def test_one_call_with_several_objects_as_arguments_is_not_two_calls(
    api: str, row: tuple[str, str], provide: StartProvider, work: StartWorker
) -> None:
    """Twice the same is a server's slip: the first counts. Of two that differ none is chosen."""
    sent, output = row
    provider = provide(Answer(tool_calls=[ToolCall("add", sent)]), Answer("so"), Answer("yes"))
    worker = work("adder", provider, api=api)
    assert worker.say("add").outcome == "ok"
    (called,) = worker.all(ToolCalled)
    (done,) = worker.all(ToolFinished)
    notices = [one.text for one in worker.all(Noticed) if "several objects" in one.text]
    if output or sent == "{}{}":
        assert called.arguments in {sent[: len(SUM)], SUM, "{}"}
        assert notices == [
            f"several objects came as the arguments of one call, one is used: {sent}"
        ]
    else:
        assert called.arguments == sent
        assert notices == []
    assert (done.outcome, done.output) == ("ok", output) if output else done.outcome == "error"
    assert_all_ended(worker, provider)


@pytest.mark.parametrize("habit", ["id a surrogate", "id with controls", "id too long", "id null"])
def test_a_call_with_an_odd_id_can_be_interrupted(
    api: str, habit: str, provide: StartProvider, work: StartWorker
) -> None:
    call = Answer(tool_calls=[ToolCall("wait_forever")], habits=[habit])
    worker = work("slow", provide(call, Answer("so")), api=api)
    run = worker.start("wait")
    worker.send(CancelTool(tool_call=worker.until(ToolStarted).tool_call))
    assert worker.finished(run).outcome == "ok"
    assert [done.outcome for done in worker.all(ToolFinished)] == ["cancelled"]


@pytest.mark.parametrize("habit", UNNAMED)
def test_a_call_without_a_name_fails_the_run_and_not_the_conversation(
    api: str, habit: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = two_calls(provide, habit)
    provider.forget()
    provider.append(Answer(tool_calls=CALLS[:1], habits=[habit]), Answer("never mind"))
    worker = work("adder", provider, api=api)
    finished = worker.say("add")
    assert finished.outcome == "failed"
    assert finished.problem is not None
    assert finished.problem.kind == "agent"
    assert_all_ended(worker, provider)


def test_the_older_form_of_a_call_runs(provide: StartProvider, work: StartWorker) -> None:
    answer = Answer(tool_calls=CALLS[:1], habits=["older form", "finish function_call"])
    provider = provide(answer, Answer("3"), Answer("yes"))
    worker = work("adder", provider, api="chat")
    assert worker.say("add").output == "3"
    assert [done.output for done in worker.all(ToolFinished)] == ["3"]
    assert_all_ended(worker, provider)


@pytest.mark.parametrize(
    "habit",
    [
        "finish stop", "finish tool_calls", "finish function_call", "finish unknown",
        "finish a number", "finish twice", "finish with the last delta",
    ],
)  # fmt: skip
@pytest.mark.parametrize("calls", [CALLS, []], ids=["calls", "text"])
def test_an_answer_is_complete_whatever_its_finish_reason_is_called(
    habit: str, calls: list[ToolCall], provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(
        Answer("Some text.", tool_calls=calls, habits=[habit]), *[Answer("more")] * 2
    )
    worker = work("adder", provider, api="chat")
    assert worker.say("go").outcome == "ok"
    assert len(worker.all(ToolFinished)) == len(calls)
    assert all(done.finish_reason for done in worker.all(AttemptFinished))
    assert_all_ended(worker, provider)


@pytest.mark.parametrize(
    ("habit", "kind", "retry"),
    [
        ("finish length", "agent", "manual"),
        ("finish max_tokens", "agent", "manual"),
        ("finish content_filter", "guardrail", "never"),
        ("finish safety", "guardrail", "never"),
        ("finish error", "server", "after_partial"),
        ("finish null", "network", "after_partial"),
    ],
)
def test_an_answer_that_was_cut_inside_a_call_runs_nothing(
    habit: str, kind: str, retry: str, provide: StartProvider, work: StartWorker
) -> None:
    cut = Answer(tool_calls=[ToolCall("add", '{"a": 1, "b"')], habits=[habit])
    provider = provide(cut, Answer("better"))
    worker = work("adder", provider, api="chat", max_retries=0)
    assert worker.say("add").outcome == "failed"
    (failed,) = worker.all(AttemptFailed)
    assert (failed.problem.kind, failed.problem.retry) == (kind, retry)
    assert [done.outcome for done in worker.all(ToolFinished)] in ([], ["cancelled"])
    assert worker.say("again").outcome == "ok"
    assert provider.problems == []
    assert_shown_again(worker.events)


COUNTED = (20, 9, 4, 2)
UNKNOWN = (None, None, None, None)
KNOWN = {"usage as text", "usage as whole floats", "usage grows", "usage twice",
         "usage before the finish reason", "usage in progress"}  # fmt: skip


@pytest.mark.parametrize(
    ("api", "habit"),
    [
        *((api, habit) for api in TABLES for habit in USAGE),
        ("chat", "usage grows"),
        ("chat", "usage twice"),
        ("chat", "usage before the finish reason"),
        ("responses", "usage in progress"),
    ],
)
def test_counts_are_right_or_unknown(
    api: str, habit: str, provide: StartProvider, work: StartWorker
) -> None:
    usage = Usage(input=20, output=9, cached=4, reasoning=2)
    provider = provide(Answer("Some text.", usage=usage, habits=[habit]), Answer("more"))
    worker = work("plain", provider, api=api)
    assert worker.say("go").outcome == "ok"
    (counted,) = worker.all(UsageReported)
    counts = (counted.input, counted.output, counted.cached, counted.reasoning)
    assert counts == (COUNTED if habit in KNOWN else UNKNOWN)
    assert worker.say("again").outcome == "ok"
