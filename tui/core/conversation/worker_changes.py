"""What events about the worker's life change."""

from tui.core.conversation.conversation import Conversation
from tui.core.conversation.items import Change, Failure, Notice, OutputLine
from tui.core.conversation.run_changes import end_run, remove_unsent
from tui.protocol import events
from tui.protocol.events import Problem

PROCESS_ENDED = "the agent's process ended"


def worker_started(state: Conversation, event: events.WorkerStarted) -> None:
    state.worker, state.silent = "loading", False
    state.loading_files, state.changed_files = state.changed_files, ()
    if event.wall:
        state.anchor = (event.at, event.wall)


def agent_loaded(state: Conversation, event: events.AgentLoaded) -> None:
    if state.loading_files or state.load_problem is not None:
        files = ", ".join(state.loading_files)
        text = f"{files} changed: the agent was reloaded" if files else "the agent was reloaded"
        wall = state.wall(event.at)
        notice = Notice(key=f"loaded {event.at}", at=event.at, wall=wall, kind="loaded", text=text)
        state.change(Change("began", notice))
    state.worker, state.loaded = "ready", event
    state.load_problem, state.loading_files = None, ()


def agent_load_failed(state: Conversation, event: events.AgentLoadFailed) -> None:
    remove_unsent(state)
    if event.problem != state.load_problem:
        _fail(state, event, event.problem, "load")
    state.worker, state.load_problem = "not_loaded", event.problem
    state.loading_files = ()


def code_changed(state: Conversation, event: events.CodeChanged) -> None:
    new = tuple(file for file in event.files if file not in state.changed_files)
    state.changed_files += new


def worker_silent(state: Conversation, event: events.WorkerSilent) -> None:
    state.silent = True
    _line(state, event.at, "the agent's process is not responding", "warning")


def worker_heard(state: Conversation, _: events.WorkerHeard) -> None:
    state.silent = False


def worker_exited(state: Conversation, event: events.WorkerExited) -> None:
    run = state.run
    resumable = run is not None and (run.can_continue if run.outcome else run.begun)
    end_run(state, event.at, PROCESS_ENDED)
    state.worker, state.silent = "exited", False
    if not event.expected:
        _fail(state, event, death(event), "worker", can_continue=resumable)


def history_changed(state: Conversation, event: events.HistoryChanged) -> None:
    if state.running and state.run is not None:
        state.set_run(kept=True, agent=event.agent or state.run.agent)


def output_printed(state: Conversation, event: events.OutputPrinted) -> None:
    _line(state, event.at, event.text, "printed")


def noticed(state: Conversation, event: events.Noticed) -> None:
    if event.level != "debug":
        _line(state, event.at, event.text, "info" if event.level == "info" else "warning")


def death(exited: events.WorkerExited) -> Problem:
    """What to tell the person about a worker's process that ended by itself."""
    message = f"The agent's process ended: {exited.signal or f'exit code {exited.code}'}."
    if exited.code is None and not exited.signal:
        message = "The agent's process could not be started."
    return Problem(
        kind="worker",
        message=message,
        advice="/reload starts another one, with the conversation as it was."
        if exited.final
        else "A new one starts with the conversation as it was.",
        detail=exited.stderr,
    )


def _fail(
    state: Conversation,
    event: events.AgentLoadFailed | events.WorkerExited,
    problem: Problem,
    cause: str,
    *,
    can_continue: bool = False,
) -> None:
    failure = Failure(
        key=f"failure {event.run} {event.at}",
        run=event.run,
        at=event.at,
        wall=state.wall(event.at),
        problem=problem,
        cause="load" if cause == "load" else "worker",
        can_continue=can_continue,
    )
    state.change(Change("began", failure))


def _line(state: Conversation, at: int, text: str, level: str) -> None:
    line = OutputLine(
        key="",
        at=at,
        text=text,
        level="printed" if level == "printed" else "info" if level == "info" else "warning",
    )
    state.change(Change("began", line))
