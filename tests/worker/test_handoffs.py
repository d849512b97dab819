"""Handoffs, whatever the server does with their ids and names: the first one counts."""

from typing import Any

import pytest

from tests.support.conversations import assert_shown_again
from tests.support.provider import Answer, ToolCall
from tests.worker.conftest import StartProvider, StartWorker
from tui.protocol.events import AgentChanged, ToolCalled, ToolFinished

POET, JUDGE = ToolCall("transfer_to_poet"), ToolCall("transfer_to_judge")
ROWS: dict[str, tuple[list[ToolCall], list[str], list[str]]] = {
    "one": ([POET], [], ["ok"]),
    "two": ([POET, JUDGE], [], ["ok", "rejected"]),
    "the same twice": ([POET, POET], [], ["ok", "rejected"]),
    "two with one id": ([POET, JUDGE], ["id the same"], ["ok", "rejected"]),
    "two without ids": ([POET, JUDGE], ["id null"], ["ok", "rejected"]),
    "in a room": ([POET, JUDGE], ["name with a room"], ["ok", "rejected"]),
    "arguments an object": ([POET, JUDGE], ["arguments an object"], ["ok", "rejected"]),
    "three": ([POET, JUDGE, POET], [], ["ok", "rejected", "rejected"]),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=list(ROWS))
def test_the_first_handoff_is_taken_and_the_others_are_refused(
    api: str,
    row: tuple[list[ToolCall], list[str], list[str]],
    provide: StartProvider,
    work: StartWorker,
) -> None:
    calls, habits, outcomes = row
    provider = provide(Answer(tool_calls=calls, habits=habits), *[Answer("roses")] * 2)
    worker = work("router", provider, api=api)
    finished = worker.say("route")
    assert (finished.outcome, finished.agent) == ("ok", "Poet")
    ended = {done.tool_call: done for done in worker.all(ToolFinished)}
    called = [call.tool_call for call in worker.all(ToolCalled)]
    assert [ended[call].outcome for call in called] == outcomes
    refused = [done.output for done in ended.values() if done.outcome == "rejected"]
    assert all("ignoring this one" in words for words in refused)
    assert worker.say("more").outcome == "ok"
    assert provider.problems == []
    assert_shown_again(worker.events)


NOT_JSON = "the handoff failed: Invalid JSON when parsing model output"
ENDS: dict[str, tuple[ToolCall, str, str, str, str]] = {
    # The call; the run's outcome and its agent; the row's outcome; what the model gets.
    "to itself": (ToolCall("transfer_to_desk"), "ok", "Desk", "ok", '{"assistant": "Desk"}'),
    "disabled since": (ToolCall("to_once"), "ok", "Clerk", "ok", '{"assistant": "Clerk"}'),
    "never enabled": (
        ToolCall("to_closed"), "failed", "Desk", "error",
        "not run: it was cancelled before it started",
    ),
    "a filter that raises": (
        ToolCall("to_spoiled"), "failed", "Clerk", "ok", '{"assistant": "Clerk"}',
    ),
    "on_handoff raises": (
        ToolCall("to_nobody"), "failed", "Desk", "error",
        "the handoff failed: ValueError: nobody is there",
    ),
    "input": (
        ToolCall("to_reasoned", {"reason": "rain"}), "ok", "Clerk", "ok", '{"assistant": "Clerk"}',
    ),
    "invalid JSON input": (
        ToolCall("to_reasoned", '{"reason"'), "failed", "Desk", "error", NOT_JSON,
    ),
    "input of another type": (
        ToolCall("to_reasoned", {"why": 1}), "failed", "Desk", "error", NOT_JSON,
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", ENDS.values(), ids=list(ENDS))
def test_a_handoff_that_fails_says_so_and_the_conversation_goes_on(
    api: str,
    row: tuple[ToolCall, str, str, str, str],
    provide: StartProvider,
    work: StartWorker,
) -> None:
    call, outcome, agent, state, told = row
    provider = provide(Answer("Let me see.", tool_calls=[call]), *[Answer("roses")] * 2)
    worker = work("desk", provider, api=api)
    finished = worker.say("go")
    assert (finished.outcome, finished.agent) == (outcome, agent)
    (done,) = worker.all(ToolFinished)
    assert done.outcome == state
    assert (done.problem is not None) == (state == "error")
    shown = "" if told.startswith("not run") else told
    assert done.output == {"ok": agent, "error": shown}[state]
    assert worker.all(AgentChanged)[-1].agent == agent
    outputs: list[Any] = [item["output"] for item in worker.history() if "output" in item]
    assert outputs == [told]
    again = worker.say("more")
    assert (again.outcome, again.agent) == ("ok", agent)
    assert provider.problems == []
    assert_shown_again(worker.events)
