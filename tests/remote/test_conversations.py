"""Conversations with an AG-UI server over real HTTP."""

import asyncio
import threading

import pytest
from ag_ui.core import (
    ReasoningMessageContentEvent,
    ReasoningMessageEndEvent,
    ReasoningMessageStartEvent,
    StateDeltaEvent,
    StateSnapshotEvent,
    TextMessageChunkEvent,
    TextMessageContentEvent,
    TextMessageStartEvent,
    TokenUsage,
    ToolCallChunkEvent,
)

from tests.remote.agui_server import CUT, AguiServer
from tests.remote.remote_session import remote_session
from tests.remote.scripts import answer, call, ending, finished, result, started, text
from tui.core.conversation import Speech, ToolCall
from tui.protocol import events
from tui.protocol.commands import CancelRun, ClearHistory, RetryRun, StartRun, UndoRetry
from tui.protocol.recovery_text import INTERRUPTED_MARK, RECOVERY_PROMPT

APPENDED = {"op": "add", "path": "/a/-", "value": 2}


async def test_an_answer_streams_and_the_next_request_contains_it() -> None:
    with AguiServer(answer("Hello", " there.")) as server:
        async with remote_session(server.url) as session:
            ended = await session.ask("Hi")
            assert (ended.outcome, ended.output) == ("ok", "Hello there.")
            await session.ask("And again?")
    first, second = server.inputs
    assert first.thread_id == second.thread_id
    assert first.run_id != second.run_id
    assert [(one.role, one.content) for one in second.messages] == [
        ("user", "Hi"), ("assistant", "Hello there."), ("user", "And again?"),
    ]  # fmt: skip
    assert second.messages[0].id == first.messages[0].id
    assert second.messages[1].id == "m1"
    assert server.problems == []


async def test_times_are_measured_and_what_is_not_known_is_unavailable() -> None:
    steps = [started, 0.05, *text("m1", *(f"w{n} " for n in range(12))), finished]
    with AguiServer(steps) as server:
        async with remote_session(server.url) as session:
            await session.ask("Hi")
            figures = session.figures
    attempt = figures.attempt
    assert attempt is not None
    assert attempt.ttft.quality == "measured"
    assert attempt.ttft.value >= 0.05
    assert attempt.phases is not None
    assert attempt.phases.connect.known
    assert attempt.output.quality == "estimated"
    assert attempt.events_rate.quality == "measured"
    unknown = (
        attempt.input, attempt.cached, attempt.cache_write, attempt.reasoning, attempt.cost,
        figures.session.tokens.input, figures.session.tokens.cost,
    )  # fmt: skip
    assert not any(figure.known for figure in unknown)
    assert (figures.host, figures.model) == (server.host, "")


async def test_reported_tokens_are_those_of_the_turn_and_name_the_model() -> None:
    usage = TokenUsage(
        provider="acme", model="m-1", input_tokens=70, output_tokens=30, reasoning_tokens=5
    )
    with AguiServer(
        [started, *text("m1", "a", "b"), lambda r: [ending(r, usage=[usage])]]
    ) as server:
        async with remote_session(server.url) as session:
            await session.ask("Hi")
            attempt, turn = session.figures.attempt, session.figures.turn
            await session.ask("Again")
            assert session.of(events.ModelCallStarted)[-1].model == "m-1"
    assert attempt is not None
    assert turn is not None
    assert (attempt.input.value, attempt.output.value, attempt.reasoning.value) == (70, 30, 5)
    assert (turn.tokens.output.value, turn.tokens.output.quality) == (30, "measured")
    assert not turn.tokens.cached.known


async def test_a_tool_runs_between_two_calls_and_its_time_is_approximate() -> None:
    usage = TokenUsage(input_tokens=9, output_tokens=40)
    steps = [
        started, *text("m1", "Let me look. "), *call("t1", "weather", "m1", city="Huế"), 0.05,
        result("t1", "sunny"), *text("m2", "It is", " sunny."),
        lambda r: [ending(r, usage=[usage])],
    ]  # fmt: skip
    with AguiServer(steps, answer("ok")) as server:
        async with remote_session(server.url) as session:
            ended = await session.ask("Weather?")
            figures = session.figures
            await session.ask("Thanks")
    assert ended.output == "It is sunny."
    (finish,) = session.of(events.ToolFinished)
    assert (finish.outcome, finish.output, finish.name) == ("ok", "sunny", "weather")
    (row,) = figures.session.tools
    assert (row.name, row.calls, row.quality) == ("weather", 1, "estimated")
    assert row.duration.n == 1
    first, second = session.of(events.ModelCallStarted)[:2]
    assert (first.inferred, second.inferred) == (False, True)
    assert figures.turn is not None
    assert figures.turn.tokens.output.value == 40
    assert figures.session.ttft.n == 1
    sent = server.bodies[1]["messages"]
    assert [one["role"] for one in sent] == ["user", "assistant", "tool", "assistant", "user"]
    function = {"name": "weather", "arguments": '{"city": "Hu\\u1ebf"}'}
    assert sent[1]["toolCalls"] == [{"id": "t1", "type": "function", "function": function}]
    assert sent[2]["toolCallId"] == "t1"


async def test_reasoning_of_now_and_of_before_is_reasoning() -> None:
    older = b"".join(
        b'data: {"type":"THINKING_%s}\n\n' % rest
        for rest in (
            b'START","title":"Plan"', b'TEXT_MESSAGE_START"',
            b'TEXT_MESSAGE_CONTENT","delta":"older"', b'TEXT_MESSAGE_END"', b'END"',
        )
    )  # fmt: skip
    steps = [
        started,
        ReasoningMessageStartEvent(message_id="r1", role="reasoning"),
        ReasoningMessageContentEvent(message_id="r1", delta="I think"),
        ReasoningMessageEndEvent(message_id="r1"),
        older, *text("m1", "Done."), finished,
    ]  # fmt: skip
    with AguiServer(steps) as server:
        async with remote_session(server.url) as session:
            await session.ask("Hi")
            await session.ask("More")
    thoughts = [one.text for one in session.of(events.ReasoningDelta)][:3]
    assert thoughts == ["I think", "Plan\n\n", "older"]
    kinds = [step.changes[0].item for step in session.steps if step.changes]
    assert {one.kind for one in kinds if isinstance(one, Speech)} == {"reasoning", "answer"}
    assert [one["role"] for one in server.bodies[1]["messages"]] == [
        "user", "reasoning", "assistant", "user",
    ]  # fmt: skip
    assert not any("unknown" in text for text in session.notices)


async def test_chunks_need_no_starts_and_ends() -> None:
    steps = [
        started,
        TextMessageChunkEvent(message_id="m1", role="assistant", delta="Let me "),
        TextMessageChunkEvent(delta="see."),
        ToolCallChunkEvent(tool_call_id="t1", tool_call_name="look", delta='{"a"'),
        ToolCallChunkEvent(delta=":1}"),
        result("t1", "seen"),
        TextMessageChunkEvent(message_id="m2", delta="Seen."),
        finished,
    ]
    with AguiServer(steps) as server:
        async with remote_session(server.url) as session:
            ended = await session.ask("Hi")
    assert session.said == "Let me see.Seen."
    assert ended.output == "Seen."
    (called,) = session.of(events.ToolCalled)
    assert (called.name, called.arguments) == ("look", '{"a":1}')
    assert session.notices == []


async def test_cancelling_closes_the_stream_and_keeps_what_came() -> None:
    gate = threading.Event()
    steps = [
        started, *text("m0", "First."), *call("t1", "look"),
        result("t1", "seen"),
        TextMessageStartEvent(message_id="m1", role="assistant"),
        TextMessageContentEvent(message_id="m1", delta="Half an "),
        gate,
    ]  # fmt: skip
    with AguiServer(steps, answer("answer.")) as server:
        async with remote_session(server.url) as session:
            run = session.start("Hi")
            await session.wait_for(events.TextDelta, 2)
            session.source.send(CancelRun(run=run))
            ended = await session.wait_for(events.RunFinished)
            assert (ended.outcome, ended.kept, ended.can_continue) == ("cancelled", True, True)
            await asyncio.to_thread(server.wait_until, lambda: server.closed == 1)
            gate.set()
            again = await session.retry()
    assert again.outcome == "ok"
    messages = server.bodies[1]["messages"]
    assert [one["role"] for one in messages] == [
        "user", "assistant", "tool", "assistant", "user",
    ]  # fmt: skip
    assert messages[-2]["content"] == f"Half an {INTERRUPTED_MARK}"
    assert messages[-1]["content"] == RECOVERY_PROMPT
    assert session.conversation.open_things == ()


async def test_a_call_that_was_cut_off_has_a_result_in_the_next_request() -> None:
    steps = [started, *call("t1", "slow"), *call("t2", "half")[:2], CUT]
    with AguiServer(steps, answer("Fine.")) as server:
        async with remote_session(server.url) as session:
            ended = await session.ask("Hi")
            assert ended.outcome == "failed"
            await session.retry()
    messages = server.bodies[1]["messages"]
    assert [one["role"] for one in messages] == ["user", "assistant", "tool"]
    assert [one["id"] for one in messages[1]["toolCalls"]] == ["t1"]
    assert messages[2]["toolCallId"] == "t1"


async def test_a_rewind_runs_the_last_message_again() -> None:
    with AguiServer(answer("One."), answer("Two."), answer("Three.")) as server:
        async with remote_session(server.url) as session:
            await session.ask("Hi")
            await session.ask("Tell me")
            await session.retry("rewind")
            assert session.of(events.RunStarted)[-1].prompt == "Tell me"
    assert [one["content"] for one in server.bodies[2]["messages"]] == ["Hi", "One.", "Tell me"]


async def test_a_retry_is_undone_also_while_it_runs_and_after_a_resume() -> None:
    gate = threading.Event()
    again = [started, *text("m3", "Three.")[:2], gate]
    with AguiServer(answer("One."), answer("Two."), again, answer("Bye."), answer("So.")) as server:
        async with remote_session(server.url) as session:
            await session.ask("Hi")
            await session.ask("Tell me")
            session.source.send(RetryRun(run="r9", entered_at=0, mode="rewind"))
            await session.until(lambda: session.of(events.TextDelta)[-1].run == "r9")
            await session.undo_retry("r9")
            assert session.of(events.RunFinished)[-1].outcome == "cancelled"
            kept = session.source.history
        gate.set()
        async with remote_session(server.url) as other:
            other.source.restore(kept)
            await other.ask("Thanks")
            other.source.send(UndoRetry(run="r1"))
            refused = await other.wait_for(events.UndoRefused)
            assert refused.reason == "there is no retry to undo"
    said = [one["content"] for one in server.bodies[-1]["messages"]]
    assert said == ["Hi", "One.", "Tell me", "Two.", "Thanks"]


async def test_a_stored_conversation_continues_in_its_thread_with_its_state() -> None:
    steps = [
        started, StateSnapshotEvent(snapshot={"a": [1]}),
        StateDeltaEvent.model_validate({"delta": [APPENDED]}),
        *text("m1", "One."), finished,
    ]  # fmt: skip
    with AguiServer(steps) as server:
        async with remote_session(server.url) as session:
            await session.ask("Hi")
        async with remote_session(server.url) as other:
            other.source.restore(session.history)
            await other.ask("Still there?")
            other.source.send(ClearHistory())
            await other.ask("Who are you?")
    one, two, three = server.bodies
    assert one["threadId"] == two["threadId"] != three["threadId"]
    assert one["state"] == {}
    assert two["state"] == {"a": [1, 2]}
    assert len(two["messages"]) == 3
    assert [m["content"] for m in three["messages"]] == ["Who are you?"]
    assert 'state: {"a": [1]}' in session.notices


async def test_a_fork_has_a_thread_of_its_own_and_keeps_it() -> None:
    steps = [
        started, StateSnapshotEvent(snapshot={"a": [1]}), *text("m1", "One."), finished,
    ]  # fmt: skip
    with AguiServer(steps) as server:
        async with remote_session(server.url) as session:
            await session.ask("Hi")
            history = session.history
        history.observe(events.SessionForked(at=0, session="new", origin="old"))
        for prompt in ("Two?", "Three?"):
            async with remote_session(server.url) as other:
                other.source.restore(history)
                await other.ask(prompt)
                history = other.source.history
    one, two, three = server.bodies
    assert one["threadId"] != two["threadId"] == three["threadId"]
    assert two["state"] == {"a": [1]}
    assert [m["content"] for m in three["messages"] if m["role"] == "user"] == [
        "Hi", "Two?", "Three?",
    ]  # fmt: skip


async def test_ids_of_calls_that_a_server_repeats_are_told_apart_on_the_screen() -> None:
    steps = [started, *call("same", "look"), result("same", "seen"), *text("m", "ok"), finished]
    with AguiServer(steps) as server:
        async with remote_session(server.url) as session:
            await session.ask("Hi")
            await session.ask("Again")
    assert [one.tool_call for one in session.of(events.ToolCalled)] == ["same", "same#2"]
    assert server.problems == []


@pytest.mark.parametrize("result_of_run", ["All done.", {"total": 3}])
async def test_a_result_without_text_is_the_answer(result_of_run: object) -> None:
    with AguiServer([started, lambda r: [ending(r, result=result_of_run)]]) as server:
        async with remote_session(server.url) as session:
            ended = await session.ask("Hi")
    assert ended.output == (result_of_run if isinstance(result_of_run, str) else '{"total": 3}')
    assert not ended.spoken


async def test_a_run_without_anything_says_so() -> None:
    with AguiServer([started, finished]) as server:
        async with remote_session(server.url) as session:
            ended = await session.ask("Hi")
    assert ended.empty == "the agent ended its run without an answer"


async def test_runs_beside_each_other_have_threads_of_their_own() -> None:
    with AguiServer(answer("Hi.")) as server:
        async with remote_session(server.url) as session:
            for run in ("a", "b"):
                assert session.source.send(StartRun(run=run, prompt=run, entered_at=0, beside=True))
            await session.wait_for(events.RunFinished, 2)
    assert len({body["threadId"] for body in server.bodies}) == 2


async def test_tools_are_listed_as_calls_of_the_conversation() -> None:
    steps = [started, *call("t1", "look"), result("t1", "seen"), *text("m", "ok"), finished]
    with AguiServer(steps) as server:
        async with remote_session(server.url) as session:
            await session.ask("Hi")
    tools = [c.item for s in session.steps for c in s.changes if isinstance(c.item, ToolCall)]
    assert (tools[-1].state, tools[-1].hosted, tools[-1].output) == ("ok", True, "seen")
