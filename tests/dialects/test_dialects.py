"""Each server's way to speak is understood: text, reasoning, two calls, usage, an error."""

import pytest

from tests.dialects.chat_speech import ChatDialect
from tests.dialects.chat_table import CHAT
from tests.dialects.conftest import Converse
from tests.dialects.responses_speech import ResponsesDialect
from tests.dialects.responses_table import RESPONSES
from tests.dialects.turn import ANSWERING, ASKING, FAILING, Counts, Failure, Turn
from tests.support.conversations import Folding
from tests.support.provider import Provider
from tests.support.provider.conversation import tool_outputs_of
from tests.worker.driver import WorkerProcess
from tui.core.conversation import Speech
from tui.protocol.events import (
    AttemptFailed,
    AttemptFinished,
    Noticed,
    ToolFinished,
    UsageReported,
)

Dialect = ChatDialect | ResponsesDialect


def thoughts(dialect: Dialect) -> list[str]:
    """What is to be seen of the reasoning in both turns."""
    if isinstance(dialect, ChatDialect) and dialect.thought is None:
        return [dialect.shown_thought] * 2 if dialect.shown_thought else []
    return [ASKING.thought, ANSWERING.thought]


def spoken(worker: WorkerProcess) -> dict[str, str]:
    """All text of each kind of speech, as the panes show it."""
    texts: dict[str, tuple[str, str]] = {}
    for change in Folding().feed(*worker.events):
        if isinstance(change.item, Speech):
            _, before = texts.get(change.item.key, ("", ""))
            whole = change.kind in {"replaced", "recast"}
            texts[change.item.key] = change.item.kind, ("" if whole else before) + change.text
    kinds = {kind for kind, _ in texts.values()}
    return {kind: "|".join(text for one, text in texts.values() if one == kind) for kind in kinds}


def assert_understood(worker: WorkerProcess, provider: Provider, counts: Counts) -> None:
    assert [(done.name, done.outcome, done.output) for done in worker.all(ToolFinished)] in (
        [("weather", "ok", "31 degrees in Hue"), ("clock", "ok", "noon in UTC")],
        [("clock", "ok", "noon in UTC"), ("weather", "ok", "31 degrees in Hue")],
    )
    outputs = tool_outputs_of(provider.requests[1].items)
    assert sorted(outputs.values()) == ["31 degrees in Hue", "noon in UTC"]
    assert all(outputs)
    reported = [
        Counts(one.input, one.output, one.cached, one.reasoning)
        for one in worker.all(UsageReported)
    ]
    assert reported == [counts, counts]
    assert provider.problems == []
    assert worker.all(Noticed) == []
    assert worker.printed == b""


def assert_failed_and_mended(worker: WorkerProcess, failure: Failure) -> None:
    (failed,) = worker.all(AttemptFailed)
    problem = failed.problem
    assert (problem.kind, problem.code) == (failure.kind, failure.code)
    assert failure.words in problem.message
    assert problem.retry == failure.retry
    assert len(worker.all(AttemptFinished)) == failure.retried


DIALECTS: list[tuple[str, Dialect]] = [
    *(("chat", one) for one in CHAT),
    *(("responses", one) for one in RESPONSES),
]
each = pytest.mark.parametrize(
    ("api", "dialect"), DIALECTS, ids=[f"{one.name}, {api}" for api, one in DIALECTS]
)


@each
def test_a_conversation(api: str, dialect: Dialect, converse: Converse) -> None:
    worker, provider = converse(dialect.speak, api, ASKING, ANSWERING)
    finished = worker.say("weather and time?")
    assert (finished.outcome, finished.output) == ("ok", ANSWERING.said)
    speech = spoken(worker)
    assert speech["answer"] == f"{ASKING.said}|{ANSWERING.said}"
    assert speech.get("reasoning", "") == "|".join(thoughts(dialect))
    assert_understood(worker, provider, dialect.counts)


@each
def test_an_error_in_mid_stream(api: str, dialect: Dialect, converse: Converse) -> None:
    worker, _ = converse(dialect.speak, api, FAILING, Turn(words=[" is noon."]))
    finished = worker.say("what time is it?")
    assert_failed_and_mended(worker, dialect.failure)
    if dialect.failure.retried:
        assert (finished.outcome, finished.output) == ("ok", "It is noon.")
    else:
        assert finished.problem == worker.all(AttemptFailed)[0].problem
