"""Whatever is in a conversation, the next request is valid; what is kept is what came."""

import json

import msgspec
import pytest

from tests.support.conversations import assert_shown_again
from tests.support.provider import Answer, ToolCall
from tests.worker.conftest import StartProvider, StartWorker
from tui.protocol.commands import RestoreHistory
from tui.protocol.events import TextDelta, ToolArgumentsDelta, ToolCalled, ToolFinished

CALL = {"a": 1, "b": 2}
DEEP = '{"a":' * 300 + "1" + "}" * 300
ARGUMENTS = [
    '{"a": 1, "b"', "", "null", "[1, 2]", '"text"', "5", '{"a": 1, "b": 2}{"a": 3, "b": 4}',
    '{"a": NaN, "b": 2}', '{"a": "\\ud800", "b": 2}', '{"a": "\\u0000"}', '{"a": "\x00"}', DEEP,
    json.dumps({"a": "x" * 300_000}), "not JSON at all", "```json\n{}\n```",
]  # fmt: skip
NAMES = ["no such tool", "größe", "x" * 100, "", "a.b/c", "null\x00"]
OUTPUTS = [
    "empty", "nothing", "half a character", "zero", "numbers", "object", "bytes", "picture",
    "text part",
]  # fmt: skip
ANSWERS = {
    "half a character": Answer(deltas=["half \ud83d", " end"]),
    "zero": Answer(deltas=["a\x00b"]),
    "only white space": Answer(deltas=[" ", "\n"]),
    "nothing": Answer(""),
    "thoughts alone": Answer(reasoning=["so"], deltas=[]),
    "half a thought": Answer("said", reasoning=["half \ud83d"]),
    "a refusal": Answer(refusal="I \ud83d must not"),
    "long id": Answer(tool_calls=[ToolCall("add", CALL, id="call_" + "y" * 500)]),
    "id of Gemini": Answer(tool_calls=[ToolCall("add", CALL, id="functions.add:0")]),
}


def goes_on(
    first: Answer, agent: str, api: str, provide: StartProvider, work: StartWorker
) -> list[dict[str, object]]:
    """Talk on, resume, and talk to the other API; returns the history that was kept."""
    provider = provide(first, *[Answer("fine")] * 8)
    worker = work(agent, provider, api=api)
    worker.say("go")
    provider.forget()
    provider.append(*[Answer("fine")] * 2)
    assert worker.say("go on").outcome == "ok"
    assert_shown_again(worker.events)
    kept = worker.history()
    items = tuple(msgspec.Raw(msgspec.json.encode(item)) for item in kept)
    for other in ("chat", "responses"):
        next_provider = provide(Answer("fine"))
        resumed = work(agent, next_provider, api=other)
        resumed.send(RestoreHistory(items=items, agent=""))
        assert resumed.say("and on").outcome == "ok"
        assert next_provider.problems == []
    assert provider.problems == []
    return kept


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=lambda text: str(text)[:20])
def test_arguments(api: str, arguments: str, provide: StartProvider, work: StartWorker) -> None:
    answer = Answer(tool_calls=[ToolCall("add", arguments)])
    kept = goes_on(answer, "adder", api, provide, work)
    (call,) = [item for item in kept if item.get("type") == "function_call"]
    assert call["arguments"] == arguments


@pytest.mark.parametrize("name", NAMES)
def test_names(api: str, name: str, provide: StartProvider, work: StartWorker) -> None:
    answer = Answer("Let me.", tool_calls=[ToolCall(name, CALL)])
    kept = goes_on(answer, "adder", api, provide, work)
    assert [item["name"] for item in kept if item.get("type") == "function_call"] == [name]


@pytest.mark.parametrize("kind", OUTPUTS)
def test_outputs(api: str, kind: str, provide: StartProvider, work: StartWorker) -> None:
    answer = Answer(tool_calls=[ToolCall("odd", {"kind": kind})])
    goes_on(answer, "strange", api, provide, work)


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=list(ANSWERS))
def test_answers(api: str, answer: Answer, provide: StartProvider, work: StartWorker) -> None:
    goes_on(answer, "adder", api, provide, work)


def test_what_came_is_shown(api: str, provide: StartProvider, work: StartWorker) -> None:
    answer = Answer("Let me.", tool_calls=[ToolCall("add", '{"a": 1, "b"', id="call_" + "y" * 99)])
    provider = provide(answer, Answer("I see."))
    worker = work("adder", provider, api=api)
    assert worker.say("add").outcome == "ok"
    (called,) = worker.all(ToolCalled)
    assert called.arguments == '{"a": 1, "b"'
    assert called.tool_call == "call_" + "y" * 99
    assert "".join(delta.text for delta in worker.all(ToolArgumentsDelta)) == called.arguments
    assert [delta.text for delta in worker.all(TextDelta)][:1] == ["Let"]
    assert [done.outcome for done in worker.all(ToolFinished)] == ["error"]
