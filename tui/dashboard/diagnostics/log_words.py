"""The line of the log for each event: a pure function.

No line holds what people, models or tools wrote.
"""

import logging

from tui.protocol import events

INFO, WARNING, DEBUG = logging.INFO, logging.WARNING, logging.DEBUG

Line = tuple[int, str]
"""Level and text."""


def log_line(event: events.Event) -> Line:
    """The line for an event."""
    return _of_worker(event) or _of_run(event) or (DEBUG, _briefly(event))


def _of_worker(event: events.Event) -> Line | None:
    line: Line | None = None
    match event:
        case events.WorkerStarted(pid=pid, python=python, version=version):
            line = INFO, f"worker {pid} started: Python {python}, streamtui {version}"
        case events.AgentLoaded(model=model, api=api, host=host, sdk=sdk):
            line = INFO, f"agent loaded: model {model!r}, {api or 'no'} API, {host!r}, SDK {sdk}"
        case events.AgentLoadFailed(problem=problem):
            line = WARNING, f"agent not loaded: {_cause(problem)}"
        case events.CodeChanged(files=files):
            line = INFO, f"code changed: {', '.join(files)}"
        case events.LoopBlocked(tool=tool, place=place):
            line = WARNING, f"agent loop blocked: tool {tool!r}, {place}"
        case events.WorkerSilent():
            line = WARNING, "the worker does not respond"
        case events.WorkerHeard():
            line = INFO, "the worker responds again"
        case events.WorkerExited(expected=expected, pid=pid):
            how = event.signal or f"exit code {event.code}"
            line = INFO if expected else WARNING, f"worker {pid} ended: {how}"
        case events.Noticed(level="warning" | "error", text=text):
            line = WARNING, text
        case _:
            pass
    return line


def _of_run(event: events.Event) -> Line | None:
    line: Line | None = None
    match event:
        case events.RunStarted(run=run, mode=mode, prompt=prompt):
            line = INFO, f"run {run} started: {mode}, {len(prompt)} characters"
        case events.RunFinished(run=run, outcome=outcome, problem=problem):
            why = f": {_cause(problem)}" if problem is not None else ""
            line = INFO if problem is None else WARNING, f"run {run} {outcome}{why}"
        case events.AttemptFailed(call=call, attempt=attempt, problem=problem):
            line = WARNING, f"call {call} attempt {attempt} failed: {_cause(problem)}"
        case events.RetryScheduled(call=call, attempt=attempt, delay=delay):
            line = INFO, f"call {call} attempt {attempt} in {delay:.2f} s"
        case _:
            pass
    return line


def _cause(problem: events.Problem) -> str:
    """What failed, without the message of the provider."""
    parts = [problem.kind, problem.code, f"status {problem.status}" if problem.status else ""]
    parts.append(f"request {problem.request_id}" if problem.request_id else "")
    return ", ".join(filter(None, parts))


def _briefly(event: events.Event) -> str:
    """The names and numbers of an event."""
    names = ("run", "call", "attempt", "tool_call", "outcome", "code", "request_id")
    parts = [f"{name}={value}" for name in names if (value := getattr(event, name, ""))]
    return " ".join([type(event).__name__, *parts])
