"""The worker process: its streams, signals and end."""

import os
import signal
from pathlib import Path

import msgspec
import pytest

from tests.support.provider import Answer, Gate, ToolCall
from tests.support.terminal import wait_ended_within
from tests.worker.conftest import StartProvider, StartWorker, ToolGate
from tests.worker.sample_agents import GATE
from tui.protocol.commands import (
    ClearHistory,
    Hello,
    RestoreHistory,
    SetModel,
    Shutdown,
)
from tui.protocol.events import (
    PROTOCOL_VERSION,
    AgentLoaded,
    ClockRead,
    HistoryChanged,
    ModelCallStarted,
    Noticed,
    RunStarted,
    TextDelta,
    ToolFinished,
    ToolStarted,
    WorkerStarted,
)

ENDS_WITHIN = 2.0


def test_the_clock_is_answered_while_the_sdk_is_loading(work: StartWorker) -> None:
    worker = work("plain", ready=False, from_scratch=True)
    worker.send(Hello(sent=12345))
    answer = worker.until(ClockRead)
    assert answer.sent == 12345
    worker.loaded()
    first, *_ = worker.events
    assert isinstance(first, WorkerStarted)
    assert (first.pid, first.protocol) == (worker.process.pid, PROTOCOL_VERSION)
    assert worker.events.index(answer) < worker.events.index(worker.all(AgentLoaded)[0])


def test_all_prints_go_to_stderr_and_not_into_the_protocol(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("shout")]), Answer("done"))
    worker = work("noisy", provider)
    assert worker.say("shout").output == "done"
    for text in (b"from print\n", b"from os.write\n", b"from C\n"):
        worker.until_printed(text)


def test_the_start_of_a_tool_that_kills_the_process_is_reported(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("die", id="fatal")]))
    worker = work("mortal", provider)
    worker.start("go")
    assert worker.until(ToolStarted).tool_call == "fatal"
    assert worker.exit_code() == 7
    worker.until_printed(b"last words\n")


def test_a_new_worker_continues_the_conversation(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("die", id="fatal")]), Answer("I am back"))
    dead = work("mortal", provider, api=api)
    dead.start("go")
    dead.exit_code()
    items = tuple(msgspec.Raw(msgspec.json.encode(item)) for item in dead.history())
    heir = work("mortal", provider, api=api)
    heir.send(RestoreHistory(items=items, agent="Mortal"))
    assert heir.retry("continue").output == "I am back"
    assert "may have completed" in str(provider.requests[-1].items[-1])
    assert provider.problems == []


@pytest.mark.parametrize("tool", ["block_the_loop", "gated_in_thread"])
def test_the_end_of_input_ends_the_worker_even_if_a_tool_hangs(
    tool: str, provide: StartProvider, work: StartWorker, gate: ToolGate
) -> None:
    agent = "blocking" if tool == "block_the_loop" else "slow"
    provider = provide(Answer(tool_calls=[ToolCall(tool)]))
    worker = work(
        agent, provider, env={GATE: str(gate.path)}, from_scratch=tool == "block_the_loop"
    )
    worker.start("go")
    worker.until(ToolStarted)
    worker.close_input()
    wait_ended_within(ENDS_WITHIN, worker.process.pid)


def test_shutdown_cancels_what_runs_and_exits_with_0(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer("one two three", gates={1: Gate()}))
    worker = work("plain", provider)
    run = worker.start("go")
    worker.until(TextDelta)
    worker.send(Shutdown())
    assert worker.finished(run).outcome == "cancelled"
    assert worker.exit_code() == 0


def test_the_worker_ignores_sigint_and_ends_on_sigterm(
    provide: StartProvider, work: StartWorker
) -> None:
    worker = work("plain", provide(Answer("still here")))
    os.kill(worker.process.pid, signal.SIGINT)
    assert worker.say("hi").output == "still here"
    os.kill(worker.process.pid, signal.SIGTERM)
    wait_ended_within(ENDS_WITHIN, worker.process.pid)
    assert worker.exit_code() == 128 + signal.SIGTERM


def test_a_context_manager_is_exited_at_the_end(provide: StartProvider, work: StartWorker) -> None:
    worker = work("agent_for_a_while", provide())
    assert worker.loaded().agent == "For A While"
    worker.send(Shutdown())
    worker.exit_code()
    worker.until_printed(b"entered\n")
    worker.until_printed(b"left\n")


def test_an_unreadable_command_is_a_notice(work: StartWorker) -> None:
    worker = work("plain")
    worker.send_line(b'{"type":"Nonsense"}\n')
    assert worker.until(Noticed).level == "warning"


def test_the_history_can_be_cleared_and_the_model_changed(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer("one"), Answer("two"), Answer("three"))
    worker = work("plain", provider)
    worker.say("first")
    worker.send(ClearHistory())
    worker.send(SetModel(model="another/model"))
    worker.until(AgentLoaded, lambda event: event.model == "another/model")
    assert worker.history() == []
    worker.say("second")
    assert len(provider.requests[1].items) == 1
    assert provider.requests[1].model == "another/model"
    worker.send(SetModel(model=""))
    worker.say("third")
    assert worker.all(ModelCallStarted)[-1].model == "test-model"


def test_prompts_sent_during_a_run_wait_for_its_end(
    provide: StartProvider, work: StartWorker
) -> None:
    gate = Gate()
    worker = work("plain", provide(Answer("one", gates={0: gate}), Answer("two")))
    first = worker.start("first")
    second = worker.start("second")
    worker.until(RunStarted)
    gate.open()
    assert worker.finished(first).output == "one"
    assert worker.finished(second).output == "two"
    assert [started.run for started in worker.all(RunStarted)] == [first, second]


def test_lone_surrogates_do_not_break_the_protocol(
    provide: StartProvider, work: StartWorker, tmp_path: Path
) -> None:
    (tmp_path / "odd.py").write_text(
        "from agents import Agent, function_tool\n"
        "@function_tool\n"
        "def odd() -> str:\n"
        "    return 'a' + chr(0xD800) + 'b'\n"
        "agent = Agent(name='Odd', tools=[odd])\n"
    )
    provider = provide(Answer(tool_calls=[ToolCall("odd")]), Answer("done"))
    worker = work("agent", provider, file="odd.py", cwd=tmp_path)
    worker.say("go")
    assert [done.output for done in worker.all(ToolFinished)] == ["a\ufffdb"]
    assert worker.all(HistoryChanged)


def test_a_run_that_waits_for_the_warm_up_reports_it(
    provide: StartProvider, work: StartWorker
) -> None:
    worker = work("plain", provide(Answer("warm now")), ready=False, from_scratch=True)
    run = worker.start("early")
    assert worker.finished(run).output == "warm now"
    names = [type(event).__name__ for event in worker.events if event.run == run]
    assert names.index("RunStarted") < names.index("WarmUpAwaited") < names.index("AttemptStarted")
