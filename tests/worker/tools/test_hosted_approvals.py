"""A provider asks whether it may run a tool of an MCP server."""

import pytest

from tests.support.conversations import assert_shown_again
from tests.support.provider import Answer, RawItem, ToolCall
from tests.worker import hosted_items as recorded
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.tools.test_hosted_streams import call_of, rows_of
from tui.dashboard.tools.tool_rows import summary
from tui.journal.markdown_export import markdown
from tui.protocol import events
from tui.protocol.commands import Approve, Reject

APPROVED_CALL = RawItem(
    {**recorded.CALL.item, "approval_request_id": "mcpr_1"},
    begun=recorded.CALL.begun,
    events=recorded.CALL.events,
)


def response(items: list[dict[str, object]]) -> dict[str, object]:
    (answer,) = (item for item in items if item.get("type") == "mcp_approval_response")
    return answer


def test_the_user_approves_and_the_provider_runs_it(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(
        Answer(items=[recorded.TOOLS, recorded.REQUEST]),
        Answer("High at noon.", items=[APPROVED_CALL]),
        Answer("Again."),
    )
    worker = work("hosted", provider)
    run = worker.start("go")
    asked = worker.until(events.ApprovalRequested)
    assert (asked.name, asked.arguments, asked.agent) == ("tide", '{"port":"Hue"}', "Hosted")
    row = rows_of(worker.events)["mcpr_1"]
    assert (row.state, summary(row)) == ("waiting", "waits for your answer")
    worker.send(Approve(tool_call=asked.tool_call))
    assert worker.finished(run).output == "High at noon."
    rows = rows_of(worker.events)
    assert [(row.state, summary(row)) for row in rows.values()] == [
        ("ok", "tide · Tells the tide. wind"), ("ok", "approved by you"), ("ok", "high at noon"),
    ]  # fmt: skip
    answer = response(provider.requests[1].items)
    assert (answer["approval_request_id"], answer["approve"]) == ("mcpr_1", True)
    assert worker.say("more").output == "Again."
    assert provider.problems == []
    assert_shown_again(worker.events)


def test_the_user_rejects_and_the_server_gets_the_reason(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(items=[recorded.REQUEST]), Answer("As you like."), Answer("Again."))
    worker = work("hosted", provider)
    run = worker.start("go")
    asked = worker.until(events.ApprovalRequested)
    worker.send(Reject(tool_call=asked.tool_call, reason="too wet"))
    assert worker.finished(run).output == "As you like."
    row = rows_of(worker.events)["mcpr_1"]
    assert (row.state, summary(row)) == ("rejected", "rejected by you")
    answer = response(provider.requests[1].items)
    assert (answer["approve"], answer.get("reason")) == (False, "too wet")
    assert "**sea › tide** (rejected by you)" in markdown("t", worker.events)
    assert worker.say("more").output == "Again."
    assert provider.problems == []
    assert_shown_again(worker.events)


def test_changed_arguments_are_refused_in_words_and_the_question_stays(
    provide: StartProvider, work: StartWorker
) -> None:
    """The protocol takes a yes or a no: the provider would run it with the model's arguments."""
    provider = provide(
        Answer(items=[recorded.REQUEST]), Answer("High at noon.", items=[APPROVED_CALL])
    )
    worker = work("hosted", provider)
    run = worker.start("go")
    asked = worker.until(events.ApprovalRequested)
    worker.send(Approve(tool_call=asked.tool_call, arguments='{"port":"Da Nang"}'))
    again = worker.until(events.ApprovalRequested, lambda event: bool(event.problem))
    assert again.problem == "the arguments of tide cannot be changed"
    assert again.arguments == asked.arguments
    assert len(provider.requests) == 1
    worker.send(Approve(tool_call=asked.tool_call))
    assert worker.finished(run).output == "High at noon."
    assert provider.problems == []


def test_always_is_for_this_tool_of_this_server(provide: StartProvider, work: StartWorker) -> None:
    second = RawItem({**recorded.REQUEST.item, "id": "mcpr_2"})
    provider = provide(
        Answer(items=[recorded.REQUEST]), Answer("High."), Answer(items=[second]), Answer("Low.")
    )
    worker = work("hosted", provider)
    run = worker.start("go")
    asked = worker.until(events.ApprovalRequested)
    worker.send(Approve(tool_call=asked.tool_call, always=True))
    assert worker.finished(run).output == "High."
    assert worker.say("more").output == "Low."
    assert len(worker.all(events.ApprovalRequested)) == 1
    assert response(provider.requests[3].items[3:])["approval_request_id"] == "mcpr_2"
    assert summary(rows_of(worker.events)["mcpr_2"]) == "approved by you"
    assert provider.problems == []


@pytest.mark.parametrize(
    ("port", "state", "words"),
    [
        ("Hue", "ok", "approved by the agent's own hook"),
        ("Nowhere", "rejected", "rejected by the agent's own hook: no such port"),
    ],
)
def test_an_agent_with_a_hook_answers_itself(
    port: str, state: str, words: str, provide: StartProvider, work: StartWorker
) -> None:
    request = RawItem({**recorded.REQUEST.item, "arguments": f'{{"port":"{port}"}}'})
    provider = provide(Answer(items=[request]), Answer("So be it."), Answer("Again."))
    worker = work("hooked", provider)
    assert worker.say("go").output == "So be it."
    assert worker.all(events.ApprovalRequested) == []
    call = call_of(rows_of(worker.events)["mcpr_1"])
    assert (call.state, call.output) == (state, words)
    assert worker.say("more").output == "Again."
    assert provider.problems == []
    assert_shown_again(worker.events)


def test_a_run_that_is_cancelled_while_it_asks_leaves_a_valid_conversation(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer("I look.", items=[recorded.REQUEST]), Answer("Again."))
    worker = work("hosted", provider)
    run = worker.start("go")
    worker.until(events.ApprovalRequested)
    assert worker.cancel(run).outcome == "cancelled"
    assert call_of(rows_of(worker.events)["mcpr_1"]).state == "cancelled"
    assert worker.say("more").output == "Again."
    assert provider.problems == []


def test_a_nested_agents_request_is_asked_too_and_stands_inside_its_call(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(
        Answer(tool_calls=[ToolCall("ask_hosted", {"input": "tide?"}, id="outer")]),
        Answer(items=[recorded.WEB, recorded.REQUEST]),
        Answer("High.", items=[APPROVED_CALL]),
        Answer("It is high."),
        strict=False,
    )
    worker = work("boss", provider)
    run = worker.start("go")
    asked = worker.until(events.ApprovalRequested)
    assert (asked.agent, asked.parent) == ("Hosted", "outer")
    worker.send(Approve(tool_call=asked.tool_call))
    assert worker.finished(run).output == "It is high."
    calls = {key: call_of(row) for key, row in rows_of(worker.events).items()}
    assert {key: (one.parent, one.depth, one.state) for key, one in calls.items()} == {
        "outer": ("", 0, "ok"), "ws_1": ("outer", 1, "ok"), "mcpr_1": ("outer", 1, "ok"),
        "mcp_1": ("outer", 1, "ok"),
    }  # fmt: skip
    assert_shown_again(worker.events)


def test_the_same_request_twice_is_asked_once(provide: StartProvider, work: StartWorker) -> None:
    provider = provide(Answer(items=[recorded.REQUEST, recorded.REQUEST]), Answer("High."))
    worker = work("hosted", provider)
    run = worker.start("go")
    asked = worker.until(events.ApprovalRequested)
    worker.send(Approve(tool_call=asked.tool_call))
    assert worker.finished(run).output == "High."
    assert len(worker.all(events.ApprovalRequested)) == 1
    (row,) = rows_of(worker.events).values()
    assert (row.state, summary(row)) == ("ok", "approved by you")
    assert provider.problems == []


def test_two_requests_with_one_id_fail_and_say_why(
    provide: StartProvider, work: StartWorker
) -> None:
    other = RawItem({**recorded.REQUEST.item, "arguments": '{"port":"Oban"}'})
    provider = provide(Answer(items=[recorded.REQUEST, other]), Answer("Again."))
    worker = work("hosted", provider)
    assert worker.say("go").outcome == "failed"
    rows = rows_of(worker.events).values()
    assert [(row.state, row.arguments) for row in rows] == [
        ("error", '{"port":"Hue"}'), ("error", '{"port":"Oban"}'),
    ]  # fmt: skip
    assert all("two requests for approval with one id" in summary(row) for row in rows)
    assert worker.say("more").output == "Again."
    assert provider.problems == []
