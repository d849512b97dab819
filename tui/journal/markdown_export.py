"""A stored session as a document for people: Markdown made from its events."""

import re
from collections.abc import Iterable, Iterator

from tui.protocol import events
from tui.protocol.events import Event

_Part = tuple[str, int, int]
"""call, attempt, part"""


def markdown(title: str, session: Iterable[Event]) -> str:
    """The conversation: messages, answers, tool calls and what went wrong, in their order.

    Answers of nested agents are left out: their results stand with the tool call they answered.
    An answer that an output guardrail refused is withdrawn here as it was on the screen.
    """
    blocks = [f"# {title or 'A conversation'}"]
    turn = _Turn()
    for event in session:
        if isinstance(event, events.RunStarted):
            blocks += turn.blocks()
            turn = _Turn(event)
        else:
            turn.add(event)
    return "\n\n".join([*blocks, *turn.blocks()]) + "\n"


class _Turn:
    """What happened between one message and the next. Dicts keep the order of first appearance."""

    def __init__(self, started: events.RunStarted | None = None) -> None:
        self._started = started
        self._order: dict[_Part | str | int, None] = {}
        self._texts: dict[_Part, list[str]] = {}
        self._speakers: dict[str, str] = {}
        self._nested: set[str] = set()
        self._called: dict[str, events.ToolCalled] = {}
        self._finished: dict[str, events.ToolFinished] = {}
        self._notes: dict[int, str] = {}
        self._withdrawn = False
        self._runs = started is not None

    def add(self, event: Event) -> None:
        match event:
            case events.ModelCallStarted():
                self._speakers[event.call] = event.agent
                if event.parent:
                    self._nested.add(event.call)
            case events.TextDelta() | events.RefusalDelta():
                part = (event.call, event.attempt, event.part)
                self._order[part] = None
                self._texts.setdefault(part, []).append(event.text)
            case events.TextReplaced():
                self._texts[event.call, event.attempt, event.part] = [event.text]
            case events.ToolCalled() if not event.parent:
                self._order[event.tool_call] = None
                self._called[event.tool_call] = event
            case events.ToolFinished():
                self._finished[event.tool_call] = event
            case _:
                self._add_trouble(event)
        if isinstance(event, events.RunFinished | events.WorkerExited):
            self._runs = False

    def _add_trouble(self, event: Event) -> None:
        match event:
            case events.GuardrailTripped():
                self._withdrawn |= event.stage == "output"
                self._note(f"Guardrail {event.guardrail}: {event.info}".rstrip(": "))
            case events.AttemptFailed() if event.call not in self._nested:
                self._note(f"Interrupted: {event.problem.message}")
            case events.RunFinished(outcome="failed", problem=problem) if problem:
                self._failed(problem.message)
            case events.RunFinished(outcome="cancelled", problem=problem):
                self._note(f"Cancelled: {problem.message}." if problem else "Cancelled.")
            case events.WorkerExited() if self._runs:
                how = event.signal or f"exit code {event.code}"
                self._note(f"Interrupted: the agent's process ended, {how}.")
            case _:
                pass

    def _failed(self, why: str) -> None:
        """What ended the last attempt ends the run as well: it is told once."""
        last = next(reversed(self._order), None)
        if isinstance(last, int) and self._notes[last] == f"Interrupted: {why}":
            self._notes[last] = f"Failed: {why}"
        else:
            self._note(f"Failed: {why}")

    def _note(self, text: str) -> None:
        number = len(self._order)
        self._order[number] = None
        self._notes[number] = text

    def blocks(self) -> Iterator[str]:
        if self._started is not None and self._started.prompt:
            yield f"## You\n\n{self._started.prompt}"
        speaker = ""
        for key in self._order:
            if isinstance(key, int):
                yield f"> {self._notes[key]}"
            elif isinstance(key, str):
                yield self._tool(key)
            elif key[0] not in self._nested and not self._withdrawn:
                before, speaker = speaker, self._speakers.get(key[0], "") or "Agent"
                yield ("" if speaker == before else f"## {speaker}\n\n") + "".join(self._texts[key])

    def _tool(self, tool_call: str) -> str:
        called, finished = self._called[tool_call], self._finished.get(tool_call)
        outcome = finished.outcome if finished else "unknown"
        blocks = [f"**{called.name}** ({outcome})", _fenced(called.arguments)]
        if finished and finished.output:
            blocks.append(_fenced(finished.output))
        return "\n\n".join(blocks)


def _fenced(text: str) -> str:
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"
