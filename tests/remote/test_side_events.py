"""Steps, nested agents, snapshots of messages, activities."""

import json
from typing import Any

from ag_ui.core import (
    ActivityDeltaEvent,
    ActivitySnapshotEvent,
    StepFinishedEvent,
    StepStartedEvent,
)

from tests.remote.agui_server import AguiServer
from tests.remote.remote_session import RemoteSession, remote_session
from tests.remote.scripts import answer, call, finished, result, started, text
from tui.core.conversation import Handoff, ToolCall
from tui.protocol import events


def raw(kind: str, **fields: Any) -> bytes:
    return f"data: {json.dumps({'type': kind, **fields})}\n\n".encode()


def snapshot(*messages: dict[str, Any]) -> Any:
    def made(asked: Any) -> list[bytes]:
        ours = [one.model_dump(by_alias=True) for one in asked.messages]
        return [raw("MESSAGES_SNAPSHOT", messages=[*ours, *messages])]

    return made


async def played(*steps: Any) -> tuple[RemoteSession, AguiServer]:
    """One message, which the steps answer, and a second one."""
    with AguiServer(steps, answer("Done.")) as server:
        async with remote_session(server.url) as session:
            await session.ask("Hi")
            await session.ask("Next")
        assert session.conversation.open_things == ()
        assert server.problems == []
        return session, server


async def test_steps_are_the_agents_that_speak() -> None:
    session, _ = await played(
        started,
        StepStartedEvent(step_name="planner"),
        *text("m1", "A plan."),
        StepFinishedEvent(step_name="planner"),
        StepStartedEvent(step_name="writer"),
        *text("m2", "A text."),
        StepFinishedEvent(step_name="writer"),
        finished,
    )
    handoffs = [c.item for s in session.steps for c in s.changes if isinstance(c.item, Handoff)]
    assert [(one.previous, one.agent) for one in handoffs] == [
        ("agent", "planner"), ("planner", "writer"),
    ]  # fmt: skip
    spans = session.of(events.SpanEnded)
    assert [(one.kind, one.name) for one in spans] == [("step", "planner"), ("step", "writer")]
    assert all(one.at >= one.began > 0 for one in spans)
    agents = [one.agent for one in session.of(events.ModelCallStarted)]
    assert agents[:3] == ["agent", "planner", "writer"]


async def test_a_nested_agent_is_below_its_call() -> None:
    session, _ = await played(
        started,
        *call("t1", "research"),
        raw("SUBAGENT_STARTED", subagentRunId="s1", name="Researcher", parentToolCallId="t1"),
        raw("TEXT_MESSAGE_START", messageId="n1", subagentRunId="s1"),
        raw("TEXT_MESSAGE_CONTENT", messageId="n1", delta="Found it.", subagentRunId="s1"),
        raw("TEXT_MESSAGE_END", messageId="n1", subagentRunId="s1"),
        raw("TOOL_CALL_START", toolCallId="t2", toolCallName="look", subagentRunId="s1"),
        raw("TOOL_CALL_END", toolCallId="t2", subagentRunId="s1"),
        raw("TOOL_CALL_RESULT", toolCallId="t2", messageId="x", content="y", subagentRunId="s1"),
        raw("SUBAGENT_FINISHED", subagentRunId="s1"),
        result("t1", "found"),
        raw("SUBAGENT_STARTED", subagentRunId="s2", name="Critic", description="checks"),
        raw("SUBAGENT_ERROR", subagentRunId="s2", message="no idea"),
        *text("m1", "Here."),
        finished,
    )
    tools = {
        change.item.key: change.item
        for step in session.steps
        for change in step.changes
        if isinstance(change.item, ToolCall)
    }
    assert (tools["t2"].parent, tools["t2"].depth, tools["t2"].agent) == ("t1", 1, "Researcher")
    assert (tools["s2"].name, tools["s2"].state) == ("Critic", "error")
    nested = [one for one in session.of(events.ModelCallStarted) if one.parent]
    assert [(one.agent, one.parent) for one in nested] == [("Researcher", "t1")]


async def test_what_a_snapshot_holds_that_did_not_stream_is_shown_and_sent() -> None:
    called = {"id": "t1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    session, server = await played(
        started,
        snapshot(
            {"id": "a1", "role": "assistant", "content": "Let me see.", "toolCalls": [called],
             "extra": {"kept": True}},
            {"id": "r1", "role": "tool", "toolCallId": "t1", "content": "seen"},
            {"id": "a2", "role": "assistant", "content": "I saw it."},
        ),
        finished,
    )  # fmt: skip
    texts = [one.text for one in session.of(events.TextReplaced)]
    assert texts == ["Let me see.", "I saw it."]
    assert [one.output for one in session.of(events.ToolFinished)] == ["seen"]
    sent = server.bodies[1]["messages"]
    assert [one["id"] for one in sent[1:4]] == ["a1", "r1", "a2"]
    assert sent[1]["extra"] == {"kept": True}
    assert session.of(events.RunFinished)[0].output == "I saw it."


async def test_a_snapshot_of_what_has_streamed_shows_nothing_twice() -> None:
    session, server = await played(
        started,
        *text("m1", "Hello."),
        snapshot({"id": "another-id", "role": "assistant", "content": "Hello."}),
        finished,
    )
    assert session.of(events.TextReplaced) == []
    assert [one["id"] for one in server.bodies[1]["messages"]][1] == "another-id"
    assert session.notices == []


async def test_a_snapshot_that_leaves_messages_out_says_so() -> None:
    session, server = await played(
        started,
        *text("m1", "Hello."),
        raw("MESSAGES_SNAPSHOT", messages=[{"id": "s", "role": "system", "content": "Be brief."}]),
        finished,
    )
    assert any("leaves out 2 messages" in line for line in session.notices)
    sent = server.bodies[1]["messages"]
    assert [one["content"] for one in sent] == ["Be brief.", "Next"]


async def test_text_goes_on_after_a_snapshot() -> None:
    session, server = await played(
        started,
        raw("TEXT_MESSAGE_START", messageId="m1", role="assistant"),
        raw("TEXT_MESSAGE_CONTENT", messageId="m1", delta="One "),
        snapshot({"id": "m1", "role": "assistant", "content": "One "}),
        raw("TEXT_MESSAGE_CONTENT", messageId="m1", delta="two."),
        raw("TEXT_MESSAGE_END", messageId="m1"),
        finished,
    )
    assert session.said.startswith("One two.")
    assert server.bodies[1]["messages"][1]["content"] == "One two."


async def test_activities_are_lines_and_are_not_sent() -> None:
    session, server = await played(
        started,
        ActivitySnapshotEvent(message_id="p", activity_type="PLAN", content={"steps": []}),
        ActivityDeltaEvent.model_validate(
            {"messageId": "p", "activityType": "PLAN",
             "patch": [{"op": "add", "path": "/steps/-", "value": "look"}]}
        ),
        *text("m1", "Hello."),
        finished,
    )  # fmt: skip
    assert session.notices[0] == 'activity PLAN: {"steps": []}'
    assert "look" in session.notices[1]
    roles = [one["role"] for one in server.bodies[1]["messages"]]
    assert roles == ["user", "assistant", "user"]


async def test_what_is_encrypted_goes_back_as_it_came() -> None:
    session, server = await played(
        started,
        raw("REASONING_ENCRYPTED_VALUE", subtype="message", entityId="r1", encryptedValue="abc="),
        *call("t1", "look"),
        raw("REASONING_ENCRYPTED_VALUE", subtype="tool-call", entityId="t1", encryptedValue="xyz="),
        result("t1", "seen"),
        *text("m1", "Hello."),
        finished,
    )
    assert session.of(events.ReasoningGiven)[0].encrypted == 4
    sent = server.bodies[1]["messages"]
    assert (sent[1]["role"], sent[1]["encryptedValue"]) == ("reasoning", "abc=")
    assert sent[2]["toolCalls"][0]["encryptedValue"] == "xyz="


async def test_pictures_in_a_result_are_attachments() -> None:
    png = "iVBORw0KGgo="
    parts = [
        {"type": "text", "text": "a chart"},
        {"type": "image", "source": {"type": "data", "value": png, "mimeType": "image/png"}},
    ]
    session, _ = await played(
        started,
        *call("t1", "draw"),
        raw("TOOL_CALL_RESULT", messageId="r", toolCallId="t1", content=parts),
        *text("m1", "Here."),
        finished,
    )
    (finish,) = session.of(events.ToolFinished)
    assert finish.output == "a chart"
    assert [one.media_type for one in finish.attachments] == ["image/png"]
