"""How events of the worker's process change the conversation."""

from msgspec import structs

from tui.core.conversation.conversation import Conversation
from tui.core.conversation.items import Change, OutputLevel, OutputLine
from tui.core.conversation.run_changes import add_failure, add_notice, end_run, remove_unsent
from tui.core.formatting import counted
from tui.protocol import events
from tui.protocol.events import Problem

PROCESS_ENDED = "the agent's process ended"


def worker_started(state: Conversation, event: events.WorkerStarted) -> None:
    state.loading_files, state.changed_files = state.changed_files, ()
    if event.wall:
        state.anchor = (event.at, event.wall)


def agent_loaded(state: Conversation, event: events.AgentLoaded) -> None:
    if state.loading_files or state.load_problem is not None:
        files = ", ".join(state.loading_files)
        text = f"{files} changed: the agent was reloaded" if files else "the agent was reloaded"
        add_notice(state, event, "loaded", text)
    known = state.loaded.notices if state.loaded is not None else ()
    for number, text in enumerate(text for text in event.notices if text not in known):
        add_notice(state, event, "loaded", text, number=number)
    state.loaded, state.load_problem, state.loading_files = event, None, ()
    state.served = ("", "", "")


def mcp_tools_listed(state: Conversation, event: events.McpToolsListed) -> None:
    loaded = state.loaded
    if loaded is None or not 0 <= event.server < len(loaded.mcp_servers):
        return
    servers = list(loaded.mcp_servers)
    servers[event.server] = structs.replace(
        servers[event.server], tools=event.tools, problem=event.problem, listed=True
    )
    state.loaded = structs.replace(loaded, mcp_servers=tuple(servers))


def agent_load_failed(state: Conversation, event: events.AgentLoadFailed) -> None:
    remove_unsent(state)
    if event.problem != state.load_problem:
        add_failure(state, event, event.problem, "load")
    state.load_problem, state.loading_files = event.problem, ()


def code_changed(state: Conversation, event: events.CodeChanged) -> None:
    new = tuple(file for file in event.files if file not in state.changed_files)
    state.changed_files += new


def worker_silent(state: Conversation, event: events.WorkerSilent) -> None:
    _line(state, event.at, "the agent's process is not responding", "warning")


def worker_exited(state: Conversation, event: events.WorkerExited) -> None:
    # It goes back to the prompt; sent again, it must not be shown twice.
    remove_unsent(state)
    end_run(state, event.at, PROCESS_ENDED)
    run = state.run
    if not event.expected:
        # Without another process there is nothing to continue with.
        can_continue = not event.final and run is not None and run.kept and run.can_continue
        add_failure(state, event, _exit_problem(event), "worker", can_continue=can_continue)


def history_changed(state: Conversation, event: events.HistoryChanged) -> None:
    run = state.open_run
    if run is not None:
        state.set_run(kept=True, agent=event.agent or run.agent)


def output_printed(state: Conversation, event: events.OutputPrinted) -> None:
    _line(state, event.at, event.text, "printed")


def noticed(state: Conversation, event: events.Noticed) -> None:
    if event.chat:
        add_notice(state, event, "own" if event.own else "note", event.text)
    elif event.level != "debug":
        _line(state, event.at, event.text, "info" if event.level == "info" else "warning")


def session_forked(state: Conversation, event: events.SessionForked) -> None:
    """Messages that waited stay with the session that was copied."""
    state.waiting = ()
    of = f"“{event.title}” ({event.origin})" if event.title else event.origin
    text = f"Forked from {of}, after {counted(event.turns, 'turn')}."
    add_notice(state, event, "note", text, wall=event.wall)


def _exit_problem(exited: events.WorkerExited) -> Problem:
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


def _line(state: Conversation, at: int, text: str, level: OutputLevel) -> None:
    state.change(Change("began", OutputLine(key="", at=at, text=text, level=level)))
