"""The rules that always hold; each finding is a sentence."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support.provider.request import RequestRecord
from tests.support.provider.validate import validate_items
from tests.worker.sequences.memory import Memory, Said, outputs_in, said_in
from tests.worker.sequences.names import BUSY, PLACEHOLDER
from tests.worker.sequences.plan import CODES
from tui.protocol import events

NESTED = "helper"
"""The instructions in a nested agent's requests."""


def request_findings(
    request: RequestRecord, prefixes: list[list[Said]], memory: Memory
) -> Iterator[str]:
    """It is valid, and starts with the whole conversation before its run, one of ``prefixes``."""
    yield from (f"request {request.number}: {problem}" for problem in request.problems)
    if request.instructions == NESTED:
        return
    said = said_in(request.items)
    possible = [prefix for prefix in prefixes if last_prompt(prefix) == last_prompt(said)]
    if not any(_begins(said, prefix, memory) for prefix in possible):
        yield f"request {request.number} says {said}, not {prefixes}"
    yield from _doubled(said)


def is_late(request: RequestRecord, prefixes: list[list[Said]]) -> bool:
    """It belongs to none of these runs: an abandoned request may arrive after its run's end."""
    prompts = {last_prompt(prefix) for prefix in prefixes}
    return request.instructions != NESTED and last_prompt(said_in(request.items)) not in prompts


def history_findings(items: Sequence[Mapping[str, Any]], memory: Memory) -> Iterator[str]:
    """After a run it is valid, and has every word and result that was shown, once."""
    problems = validate_items([dict(item) for item in items])
    yield from (f"history: {text}" for text in problems if PLACEHOLDER not in text)
    said, wanted = said_in(items), memory.said()
    if not (_is_within(wanted, said) if memory.lenient else wanted == said):
        yield f"the history says {said}, not {wanted}"
    yield from _doubled(said)
    outputs = Counter(outputs_in(items))
    yield from (f"the result {token} is lost" for token in memory.outputs() if token not in outputs)
    yield from (f"the result {token} is there twice" for token, n in outputs.items() if n > 1)


def notes_findings(notes: Path) -> Iterator[str]:
    """The model never makes the same call twice, so no tool may run twice."""
    ran = Counter(notes.read_text().split())
    yield from (f"{token} ran {times} times" for token, times in ran.items() if times > 1)


def call_findings(event: events.Event, open_calls: dict[str, str]) -> Iterator[str]:
    """Each call starts once and ends once."""
    match event:
        case events.ToolCalled(tool_call=call):
            if call in open_calls:
                yield f"{call} was called twice"
            open_calls[call] = "called"
        case events.ToolStarted(tool_call=call):
            if open_calls.get(call) == "started":
                yield f"{call} started twice"
            open_calls[call] = "started"
        case events.ToolFinished(tool_call=call):
            open_calls.pop(call, None)
        case _:
            pass


def class_findings(event: events.Event) -> Iterator[str]:
    """An error has the class of its code, and is retried as that class is, wherever it arrived."""
    if not isinstance(event, events.AttemptFailed) or BUSY not in event.problem.message:
        return
    problem = event.problem
    expected = {str(code): kind for code, kind in CODES.items()}.get(problem.code)
    if problem.kind != expected:
        yield f"{problem} is not of the class {expected}"
    if (problem.retry in {"automatic", "after_partial"}) != (expected != "auth"):
        yield f"{problem} is not retried as one of the class {expected}"


def _begins(said: list[Said], prefix: list[Said], memory: Memory) -> bool:
    if memory.lenient:
        return _is_within(prefix, said)
    return said[: len(prefix)] == prefix


def last_prompt(said: Sequence[Said]) -> str:
    return next((text for kind, text in reversed(said) if kind == "user"), "")


def _is_within(part: Sequence[Said], whole: Sequence[Said]) -> bool:
    """In this order, with anything in between."""
    rest = iter(whole)
    return all(one in rest for one in part)


def _doubled(said: Sequence[Said]) -> Iterator[str]:
    yield from (
        f"{one} is there {times} times" for one, times in Counter(said).items() if times > 1
    )
