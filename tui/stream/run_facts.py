"""What is known of one run when it has ended, and the notes that are taken until then."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from tui.core.conversation import Change, Failure, Speech, Step, ToolCall, ToolState
from tui.core.metrics import AttemptFigures, TurnFigures, attempt_figures
from tui.protocol import events
from tui.protocol.events import Event, Problem
from tui.stream.dispatcher import Dispatcher

Outcome = Literal["ok", "failed", "cancelled"]

_ATTEMPT_ENDS = (events.AttemptFinished, events.AttemptFailed, events.AttemptCancelled)


class ToolResult(msgspec.Struct, frozen=True, kw_only=True):
    """One tool call. ``seconds`` is None if its code never ran."""

    name: str
    agent: str
    state: ToolState
    seconds: float | None
    arguments: str
    output: str


class RunFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A run that has ended."""

    outcome: Outcome
    problem: Problem | None
    """Why it failed."""
    answer: str
    """The final output, or what was said until it was cut off."""
    words: int = 0
    """Of all that the agents at the top have said."""
    attempts: tuple[AttemptFigures, ...]
    tools: tuple[ToolResult, ...]
    turn: TurnFigures | None
    """None if it never began."""


class RunNotes:
    """Takes the events of one run to its dispatcher, and notes what came of them."""

    def __init__(self, run: str) -> None:
        self.run = run
        self.finished: events.RunFinished | None = None
        self._attempts: list[AttemptFigures] = []
        self._tools: dict[str, ToolCall] = {}
        self._said: dict[str, _Said] = {}
        """By key, what the agents at the top have said so far."""
        self._problem: Problem | None = None

    @property
    def words(self) -> int:
        """How many words are said so far."""
        return sum(said.words for said in self._said.values())

    def take(self, batch: Sequence[Event], dispatcher: Dispatcher) -> None:
        """Dispatch events of this run, and keep the figures of each attempt that ends in them."""
        start = 0
        for place, event in enumerate(batch, 1):
            if isinstance(event, _ATTEMPT_ENDS):
                dispatcher.dispatch(batch[start:place])
                start = place
                attempt = dispatcher.metrics.settled().last_attempt
                if attempt is not None:
                    self._attempts.append(attempt_figures(attempt, event.at))
        if batch[start:]:
            dispatcher.dispatch(batch[start:])

    def follow(self, steps: Sequence[Step]) -> None:
        """Note what the events, cleaned and masked, have changed."""
        for step in steps:
            for change in step.changes:
                self._note(change)
            if isinstance(step.event, events.RunFinished):
                self.finished = step.event

    def fail(self, problem: Problem) -> None:
        """It cannot even begin."""
        self._problem = problem

    def facts(self, outcome: Outcome, dispatcher: Dispatcher | None) -> RunFacts:
        """What is known now that it has ended; ``dispatcher`` is None if it never began."""
        turns: tuple[TurnFigures, ...] = ()
        if dispatcher is not None:
            dispatcher.flush()
            turns = dispatcher.metrics.settled().turns
        finished = self.finished
        answer = finished.output if finished is not None and outcome == "ok" else ""
        return RunFacts(
            outcome=outcome,
            problem=(finished and finished.problem) or self._problem,
            answer=answer or "".join(said.text for said in self._said.values()),
            words=self.words,
            attempts=tuple(self._attempts),
            tools=tuple(map(_tool_result, self._tools.values())),
            turn=turns[-1] if turns and turns[-1].run == self.run else None,
        )

    def _note(self, change: Change) -> None:
        match change.item:
            case ToolCall() as tool:
                self._tools[tool.key] = tool
            case Speech(kind="answer" | "refusal", parent="", key=key):
                if change.kind == "replaced":
                    self._said[key] = _Said(change.text)
                elif change.kind == "removed":
                    self._said.pop(key, None)
                else:
                    self._said.setdefault(key, _Said()).add(change.text)
            case Speech(key=key) if change.kind == "recast":
                # It was reasoning, and no answer.
                self._said.pop(key, None)
            case Failure(problem=problem):
                self._problem = problem


class _Said:
    """One message, piece by piece."""

    def __init__(self, text: str = "") -> None:
        self.words = 0
        self._pieces: list[str] = []
        self._within = False
        """The last piece ended within a word."""
        self.add(text)

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def add(self, text: str) -> None:
        if text:
            self._pieces.append(text)
            self.words += len(text.split()) - (self._within and not text[0].isspace())
            self._within = not text[-1].isspace()


def _tool_result(tool: ToolCall) -> ToolResult:
    took = tool.elapsed(tool.ended or 0) if tool.ended is not None else None
    return ToolResult(
        name=tool.name,
        agent=tool.agent,
        state=tool.state,
        seconds=None if took is None else took / 1e9,
        arguments=tool.arguments,
        output=tool.whole_output,
    )
