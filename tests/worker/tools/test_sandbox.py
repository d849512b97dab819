"""Agents in the SDK's local sandbox: their commands, their spans, and what goes wrong there."""

from pathlib import Path

from tests.support.provider import Answer, Provider, ToolCall
from tests.worker.conftest import StartProvider, StartWorker
from tests.worker.driver import WorkerProcess
from tui.protocol.commands import Approve
from tui.protocol.events import ApprovalRequested, SpanEnded, ToolFinished, ToolStarted

FILE = "sandbox_agents.py"


def boxed(work: StartWorker, provider: Provider) -> WorkerProcess:
    return work("agent", provider, file=FILE, run_config=f"{FILE}:config")


def test_a_command_runs_and_the_sandbox_begins_and_ends_with_the_run(
    provide: StartProvider, work: StartWorker
) -> None:
    command = ToolCall("exec_command", {"cmd": "pwd; cat notes.txt"}, id="it")
    worker = boxed(work, provider := provide(Answer(tool_calls=[command]), Answer("done")))
    assert worker.say("go").output == "done"
    (finished,) = worker.all(ToolFinished)
    assert (finished.outcome, finished.name) == ("ok", "exec_command")
    folder, *rest = finished.output.partition("Output:\n")[2].splitlines()
    assert rest == ["buy milk"]
    spans = [span.name for span in worker.all(SpanEnded, "r1") if span.kind == "sandbox"]
    assert spans[:2] == ["create_session", "start"]
    assert spans[-2:] == ["stop", "shutdown"]
    assert not Path(folder).exists()
    assert provider.problems == []


def test_what_a_tool_of_the_sandbox_raises_goes_to_the_model(
    provide: StartProvider, work: StartWorker
) -> None:
    command = ToolCall("exec_command", {"cmd": "ls", "shell": "/no/such/shell"}, id="it")
    worker = boxed(work, provider := provide(Answer(tool_calls=[command]), Answer("I see")))
    assert worker.say("go").output == "I see"
    (finished,) = worker.all(ToolFinished)
    assert finished.outcome == "error"
    assert finished.problem is not None
    assert "No such file or directory: '/no/such/shell'" in finished.problem.message
    assert provider.requests[1].tool_outputs["it"].startswith("An error occurred")
    assert provider.problems == []


def test_after_a_cancelled_command_the_agent_runs_again(
    provide: StartProvider, work: StartWorker
) -> None:
    command = ToolCall("exec_command", {"cmd": "sleep 60", "yield_time_ms": 30_000})
    worker = boxed(work, provide(Answer(tool_calls=[command]), Answer("here again")))
    run = worker.start("go")
    worker.until(ToolStarted)
    assert worker.cancel(run).outcome == "cancelled"
    assert [one.name for one in worker.all(SpanEnded, run)][-1] == "shutdown"
    assert worker.say("and now?").output == "here again"


def test_its_files_are_still_there_after_an_approval(
    provide: StartProvider, work: StartWorker
) -> None:
    def run(command: str, id_: str) -> Answer:
        return Answer(tool_calls=[ToolCall("exec_command", {"cmd": command}, id=id_)])

    provider = provide(
        run("echo tea > list.txt", "write"),
        Answer(tool_calls=[ToolCall("send", id="ask")]),
        run("cat list.txt", "read"),
        Answer("done"),
    )
    worker = boxed(work, provider)
    started = worker.start("go")
    asked = worker.until(ApprovalRequested)
    worker.send(Approve(run=started, tool_call=asked.tool_call))
    assert worker.finished(started).output == "done"
    outputs = {event.tool_call: event.output for event in worker.all(ToolFinished)}
    assert outputs["ask"] == "sent"
    assert outputs["read"].endswith("Output:\ntea\n")
    assert provider.problems == []


def test_without_a_sandbox_it_says_what_to_write(provide: StartProvider, work: StartWorker) -> None:
    worker = work("agent", provide(), file=FILE, ready=False)
    problem = worker.load_failed().problem
    assert problem.message.startswith("Boxed is a SandboxAgent")
    assert "--run-config" in problem.advice


def test_a_handoff_into_a_sandbox_that_is_not_there_says_so(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(tool_calls=[ToolCall("transfer_to_boxed")]))
    problem = work("triage", provider, file=FILE).say("go").problem
    assert problem is not None
    assert (problem.code, problem.retry) == ("no_sandbox", "never")
    assert "--run-config" in problem.advice
