"""What the conversation must be, derived only from what the user has seen."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tests.support.provider.conversation import text_of
from tui.protocol import events
from tui.protocol.recovery_text import RECOVERY_PROMPT
from tui.worker.input_items import is_output

WORD = re.compile(r"\b[wx]\d+\b")
DONE = re.compile(r"\bdone (t\d+)\b")
Item = Mapping[str, object]
Said = tuple[str, str]
"""``("user", prompt)`` or ``("word", word)``."""


@dataclass
class Call:
    """The visible text of one model call at the top, by attempt and part."""

    restarts: bool
    texts: dict[int, dict[int, str]] = field(default_factory=dict)
    restarted: set[int] = field(default_factory=set)
    """Attempts that do not continue the one before them."""
    finished: bool = False

    def begun(self, attempt: int) -> None:
        self.texts[attempt] = {}
        if self.restarts:
            self.restarted.add(attempt)

    def words(self) -> list[str]:
        """Those of the newest answer that has finished, or has text."""
        answers: list[list[str]] = [[]]
        for attempt, parts in self.texts.items():
            if attempt in self.restarted:
                answers.append([])
            answers[-1] += parts.values()
        spoken = answers[-1:] if self.finished else [texts for texts in answers if any(texts)]
        return [word for texts in spoken[-1:] for text in texts for word in WORD.findall(text)]


@dataclass
class Turn:
    prompt: str
    words: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    """Tokens of tools whose results were seen."""


@dataclass
class Memory:
    """Follows the events of one conversation."""

    restarts: bool
    turns: list[Turn] = field(default_factory=list)
    run: str = ""
    lenient: bool = False
    """More may have been kept than was shown."""
    prompt_sent: bool = False
    """The run has made a model call: its message must be kept from then on."""
    prefixes: list[list[Said]] = field(default_factory=list)
    """For each run: what all of its requests must begin with."""
    _before: list[Turn] = field(default_factory=list)
    _started: events.RunStarted | None = None
    _calls: dict[str, Call] = field(default_factory=dict)
    _outputs: list[str] = field(default_factory=list)
    _nested_tools: set[str] = field(default_factory=set)

    def observe(self, event: events.Event) -> None:
        match event:
            case events.RunStarted():
                self._begin(event)
            case events.RunFinished():
                self._end(event)
            case events.GuardrailTripped(stage="output"):
                self._calls.popitem()
            case events.ToolCalled() if event.parent:
                self._nested_tools.add(event.tool_call)
            case events.ToolFinished(outcome="ok") if event.tool_call not in self._nested_tools:
                self._outputs += DONE.findall(event.output)
            case _:
                self._observe_call(event)

    def _observe_call(self, event: events.Event) -> None:
        """The events of model calls."""
        match event:
            case events.ModelCallStarted():
                self.prompt_sent = True
                if not event.parent:
                    self._calls[event.call] = Call(self.restarts)
            case events.AttemptStarted() if event.call in self._calls:
                self._calls[event.call].begun(event.attempt)
            case events.TextDelta() if event.call in self._calls:
                parts = self._calls[event.call].texts[event.attempt]
                parts[event.part] = parts.get(event.part, "") + event.text
            case events.TextReplaced() if event.call in self._calls:
                self._calls[event.call].texts[event.attempt][event.part] = event.text
            case events.AttemptFinished() if event.call in self._calls:
                self._calls[event.call].finished = True
            case events.AttemptFailed(problem=problem) if event.call in self._calls:
                if problem.kind == "agent" and problem.retry == "automatic":
                    # The server refuses a continuation: from here on each attempt starts over.
                    self._calls[event.call].restarts = True
            case _:
                pass

    def died(self, prompts: Iterable[str]) -> None:
        """The worker died during a run; ``prompts`` are those in the mirror."""
        if self._started is None:
            return
        if self.prompt_sent or self._started.prompt in prompts:
            self._add()
            # The mirror does not distinguish continued attempts from those that start over.
            self.lenient = self.lenient or any(call.restarted for call in self._calls.values())
        elif self._started.mode == "rewind":
            self.turns = self._before[:-1]
        else:
            self.turns = self._before
        self.run, self._started = "", None

    def said(self) -> list[Said]:
        return [said for turn in self.turns for said in _said(turn)]

    def outputs(self) -> list[str]:
        return [token for turn in self.turns for token in turn.outputs]

    def _begin(self, event: events.RunStarted) -> None:
        self.run, self._started, self.prompt_sent = event.run, event, False
        self._before = list(self.turns)
        self._calls, self._outputs = {}, []
        base = self.turns[:-1] if event.mode == "rewind" else list(self.turns)
        if event.mode != "continue":
            base.append(Turn(event.prompt))
        self.turns = base
        self.prefixes.append(self.said())

    def _end(self, event: events.RunFinished) -> None:
        started, self._started, self.run = self._started, None, ""
        if started is None or started.wall == 0.0:
            # It never started: nothing has changed.
            self.turns = self._before
        elif event.kept:
            self._add()
        else:
            self.turns = self.turns[:-1]

    def _add(self) -> None:
        words = [word for call in self._calls.values() for word in call.words()]
        if self.turns:
            last = self.turns[-1]
            self.turns[-1] = Turn(last.prompt, last.words + words, last.outputs + self._outputs)


def _said(turn: Turn) -> list[Said]:
    return [("user", turn.prompt), *(("word", word) for word in turn.words)]


def said_in(items: Iterable[Item]) -> list[Said]:
    """The same of a request or a history."""
    said: list[Said] = []
    for item in items:
        text = text_of(item.get("content"))
        if item.get("role") == "user" and text != RECOVERY_PROMPT:
            said.append(("user", text))
        elif item.get("role") == "assistant":
            said += [("word", word) for word in WORD.findall(text)]
    return said


def outputs_in(items: Iterable[Item]) -> list[str]:
    """Tokens of the tool results in a request or a history."""
    return [
        token
        for item in items
        if is_output(item) or item.get("role") == "tool"
        for token in DONE.findall(text_of(item.get("output") or item.get("content")))
    ]
