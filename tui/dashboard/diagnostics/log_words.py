"""What of an event is worth a line in the log: a pure function.

What people, models and tools have written is told at the level DEBUG only, and there only as far as
it says why something failed.
"""

import logging

from tui.protocol import events

INFO, WARNING, DEBUG = logging.INFO, logging.WARNING, logging.DEBUG

Words = tuple[int, str]
"""Level and text; "" for an event that is not worth a line."""


def words_of(event: events.Event) -> Words:
    """The line of an event."""
    return _of_worker(event) or _of_run(event) or (DEBUG, _briefly(event))


def _of_worker(event: events.Event) -> Words | None:
    told: Words | None = None
    match event:
        case events.WorkerStarted(pid=pid, python=python, version=version):
            told = INFO, f"worker {pid} started: Python {python}, streamtui {version}"
        case events.AgentLoaded(model=model, api=api, host=host, sdk=sdk):
            told = INFO, f"agent loaded: model {model!r}, {api or 'no'} API, {host!r}, SDK {sdk}"
        case events.AgentLoadFailed(problem=problem):
            told = WARNING, f"agent not loaded: {_cause(problem)}"
        case events.CodeChanged(files=files):
            told = INFO, f"code changed: {', '.join(files)}"
        case events.LoopBlocked(tool=tool, place=place):
            told = WARNING, f"agent loop blocked: tool {tool!r}, {place}"
        case events.WorkerSilent():
            told = WARNING, "the worker gives no sign of life"
        case events.WorkerHeard():
            told = INFO, "the worker is heard again"
        case events.WorkerExited(expected=expected, pid=pid):
            how = event.signal or f"exit code {event.code}"
            told = INFO if expected else WARNING, f"worker {pid} ended: {how}"
        case events.Noticed(level="warning" | "error", text=text):
            told = WARNING, text
        case _:
            pass
    return told


def _of_run(event: events.Event) -> Words | None:
    told: Words | None = None
    match event:
        case events.RunStarted(run=run, mode=mode, prompt=prompt):
            told = INFO, f"run {run} started: {mode}, {len(prompt)} characters"
        case events.RunFinished(run=run, outcome=outcome, problem=problem):
            why = f": {_cause(problem)}" if problem is not None else ""
            told = INFO if problem is None else WARNING, f"run {run} {outcome}{why}"
        case events.AttemptFailed(call=call, attempt=attempt, problem=problem):
            told = WARNING, f"call {call} attempt {attempt} failed: {_cause(problem)}"
        case events.RetryScheduled(call=call, attempt=attempt, delay=delay):
            told = INFO, f"call {call} attempt {attempt} in {delay:.2f} s"
        case _:
            pass
    return told


def _cause(problem: events.Problem) -> str:
    """What failed, without the words of whoever said so."""
    told = [problem.kind, problem.code, f"status {problem.status}" if problem.status else ""]
    told.append(f"request {problem.request_id}" if problem.request_id else "")
    return ", ".join(filter(None, told))


def _briefly(event: events.Event) -> str:
    """Names and numbers of any other event."""
    names = ("run", "call", "attempt", "tool_call", "outcome", "code", "request_id")
    told = [f"{name}={value}" for name in names if (value := getattr(event, name, ""))]
    return " ".join([type(event).__name__, *told])
