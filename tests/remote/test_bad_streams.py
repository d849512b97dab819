"""Streams that break the protocol: shown with advice, and nothing of them is lost."""

from typing import Any

import pytest
from ag_ui.core import (
    RunErrorEvent,
    StepFinishedEvent,
    TextMessageContentEvent,
    TextMessageEndEvent,
    TextMessageStartEvent,
    ToolCallArgsEvent,
    ToolCallEndEvent,
    ToolCallStartEvent,
)

from tests.remote.agui_server import CUT, AguiServer
from tests.remote.remote_session import RemoteSession, remote_session
from tests.remote.scripts import answer, call, finished, result, started, text
from tui.protocol import events


async def played(*steps: Any) -> tuple[RemoteSession, events.RunFinished]:
    with AguiServer(steps) as server:
        async with remote_session(server.url) as session:
            ended = await session.ask("Hi")
        assert session.conversation.open_things == ()
        return session, ended


START = TextMessageStartEvent(message_id="m1", role="assistant")
WORDS = TextMessageContentEvent(message_id="m1", delta="Hello.")
END = TextMessageEndEvent(message_id="m1")


@pytest.mark.parametrize(
    ("steps", "notice"),
    [
        ([*text("m1", "Hello."), finished],
         "begins with TEXT_MESSAGE_START instead of RUN_STARTED"),
        ([started, WORDS, finished], "text of the message m1 without TEXT_MESSAGE_START"),
        ([started, START, START, WORDS, END, finished], "the message m1 was started twice"),
        ([started, END, *text("m1", "Hello."), finished], "TEXT_MESSAGE_END of m1 without"),
        ([started, START, WORDS, finished], "the message m1 has no TEXT_MESSAGE_END"),
        ([started, finished, *text("m1", "Hello.")], "sent TEXT_MESSAGE_START after the end of"),
        ([started, b"data: {oops\n\n", *text("m1", "Hello."), finished], "{oops"),
        ([started, b'data: {"type":"NEW_THING","x":1}\n\n', *text("m1", "Hello."), finished],
         'unknown event NEW_THING: {"type":"NEW_THING","x":1}'),
        ([started, b'data: {"type":"TEXT_MESSAGE_END"}\n\n', *text("m1", "Hello."), finished],
         "TEXT_MESSAGE_END could not be read"),
        ([started, StepFinishedEvent(step_name="s"), *text("m1", "Hello."), finished],
         "STEP_FINISHED of s without STEP_STARTED"),
        ([started, b": keep-alive\n\n", b"event: x\ndata: 7\n\n", *text("m1", "Hello."), finished],
         "could not be read"),
    ],
)  # fmt: skip
async def test_a_fault_is_a_line_and_the_answer_is_whole(steps: list[Any], notice: str) -> None:
    session, ended = await played(*steps)
    assert ended.outcome == "ok"
    assert session.said == "Hello."
    assert any(notice in line for line in session.notices), session.notices


async def test_calls_out_of_order_are_shown() -> None:
    session, ended = await played(
        started,
        ToolCallArgsEvent(tool_call_id="t1", delta='{"a":1}'),
        ToolCallEndEvent(tool_call_id="t1"),
        ToolCallEndEvent(tool_call_id="t9"),
        result("t1", "one"),
        result("t2", "two"),
        ToolCallStartEvent(tool_call_id="t3", tool_call_name="half"),
        finished,
    )
    assert ended.outcome == "ok"
    assert {one.tool_call: one.output for one in session.of(events.ToolFinished)} == {
        "t1": "one", "t2": "two",
    }  # fmt: skip
    assert any("t9 without TOOL_CALL_START" in line for line in session.notices)
    assert any("t2, which does not exist" in line for line in session.notices)
    assert any("t3 has no TOOL_CALL_END" in line for line in session.notices)


async def test_a_stream_that_ends_early_keeps_its_text_and_is_not_repeated_unasked() -> None:
    for cut in ([], [CUT]):
        with AguiServer([started, START, WORDS, *cut], answer("Rest.")) as server:
            async with remote_session(server.url) as session:
                ended = await session.ask("Hi")
                assert len(server.inputs) == 1
                await session.retry()
        assert ended.outcome == "failed"
        assert ended.can_continue
        assert ended.problem is not None
        assert ended.problem.kind == "network"
        assert ended.problem.advice
        assert session.said == "Hello.Rest."


async def test_a_stream_that_ends_before_anything_came_is_retried() -> None:
    with AguiServer([started], [CUT], answer("Hello.")) as server:
        async with remote_session(server.url) as session:
            ended = await session.ask("Hi")
    assert ended.outcome == "ok"
    assert len(session.of(events.RetryScheduled)) == 2
    assert [one.problem.kind for one in session.of(events.AttemptFailed)] == ["network"] * 2
    assert session.figures.session.retries == 2
    assert session.figures.session.recoveries == 1
    assert len({body["messages"][0]["id"] for body in server.bodies}) == 1


async def test_a_stream_of_something_else_is_named() -> None:
    session, ended = await played(b'data: {"hello": 1}\n\n', b"data: [DONE]\n\n")
    assert ended.problem is not None
    assert "without AG-UI events" in ended.problem.message
    assert "/agui" in ended.problem.advice
    assert any('{"hello": 1}' in line for line in session.notices)


async def test_the_servers_own_error_is_shown_and_not_retried() -> None:
    with AguiServer(
        [started, RunErrorEvent(message="No quota left.", code="QUOTA")], answer("Now.")
    ) as server:
        async with remote_session(server.url) as session:
            ended = await session.ask("Hi")
            assert ended.problem is not None
            assert (ended.problem.message, ended.problem.code) == ("No quota left.", "QUOTA")
            assert ended.can_continue
            assert (await session.retry()).outcome == "ok"
    assert len(server.inputs) == 2


async def test_an_error_after_tools_keeps_what_they_gave() -> None:
    with AguiServer(
        [started, *call("t1", "look"), result("t1", "seen"), RunErrorEvent(message="Oh.")],
        answer("Seen."),
    ) as server:
        async with remote_session(server.url) as session:
            await session.ask("Hi")
            await session.retry()
    roles = [one["role"] for one in server.bodies[1]["messages"]]
    assert roles == ["user", "assistant", "tool"]


async def test_a_thousand_raw_events_are_one_line() -> None:
    raw = b'data: {"type":"RAW","event":{"a":1},"source":"lib"}\n\n' * 1000
    session, _ = await played(started, raw, *text("m1", "Hello."), finished)
    assert session.notices == ["RAW events of lib: 1,000, not shown"]


async def test_many_states_are_counted_after_the_first() -> None:
    states = b'data: {"type":"STATE_SNAPSHOT","snapshot":{"a":1}}\n\n' * 200
    session, _ = await played(started, states, *text("m1", "Hello."), finished)
    assert session.notices.count('state: {"a": 1}') == 50
    assert session.notices[-1] == "state: 150 more"


async def test_a_patch_that_does_not_fit_is_a_line_and_changes_nothing() -> None:
    patch = b'data: {"type":"STATE_DELTA","delta":[{"op":"remove","path":"/x"}]}\n\n'
    session, ended = await played(started, patch, *text("m1", "Hello."), finished)
    assert ended.outcome == "ok"
    assert any("the state could not be changed (there is no /x)" in one for one in session.notices)
