"""Handoffs, whatever the server does with their ids and names: the first one counts."""

import pytest

from tests.support.conversations import assert_shown_again
from tests.support.provider import Answer, ToolCall
from tests.worker.conftest import StartProvider, StartWorker
from tui.protocol.events import ToolCalled, ToolFinished

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
