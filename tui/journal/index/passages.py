"""Reads stored events into the passages that are searched, and what a list says of a session."""

from collections.abc import Callable, Iterable
from typing import Final, Literal

import msgspec
from msgspec.structs import replace
from typing_extensions import override

from tui.core.conversation import (
    Change,
    Conversation,
    Failure,
    Media,
    Speech,
    ToolCall,
    UserMessage,
)
from tui.core.formatting import one_line
from tui.core.joined_fold import JoinedFold
from tui.core.metrics import Metrics
from tui.core.metrics.figure import UNAVAILABLE, Figure
from tui.core.metrics.merge import merged_tokens
from tui.core.metrics.tokens import Tokens
from tui.core.sanitize.secrets import Masker
from tui.protocol.events import Event, RetryUndone, RunStarted

LAST_WORDS: Final = 200
"""Characters."""

PassageKind = Literal["you", "answer", "reasoning", "tool", "failure"]
Outcome = Literal["", "ok", "failed", "cancelled", "interrupted"]


class Passage(msgspec.Struct, frozen=True, kw_only=True):
    """A message, an answer, reasoning, a tool call or a failure."""

    turn: int
    """From 1; each run is a turn."""
    run: str
    wall: float
    """In Unix seconds; 0 if it is not known."""
    kind: PassageKind
    who: str
    """The agent or the tool; "" for the user."""
    text: str


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a session up to the turn that was read last."""

    turns: int = 0
    agent: str = ""
    """Who spoke last."""
    outcome: Outcome = ""
    last_words: str = ""
    """The beginning of what was said last, on one line."""
    real: Tokens = Tokens()
    scripted: Tokens = Tokens()

    @property
    def tokens(self) -> Figure:
        """Input and output together, of real answers; of scripted ones if there are no others."""
        figures = self._shown.figures()
        parts = [one for one in (figures.input, figures.output) if one.known]
        if not parts:
            return UNAVAILABLE
        exact = len(parts) == 2 and all(one.quality == "measured" for one in parts)
        return Figure(sum(one.value for one in parts), "measured" if exact else "estimated")

    @property
    def cost(self) -> Figure:
        """In US dollars."""
        return self._shown.figures().cost

    @property
    def _shown(self) -> Tokens:
        return self.real if self.real.attempts or not self.scripted.attempts else self.scripted


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """New passages of a session, and its summary with them."""

    passages: tuple[Passage, ...]
    summary: Summary


def read_passages(
    batches: Iterable[list[Event]], before: Summary, masker: Masker, *, whole: bool
) -> Reading | None:
    """Read whole turns that follow ``before``; ``whole``: nobody continues what is still open.

    None: they undo one of the turns before, so all must be read.
    """
    reader = _Reader(masker.shown, before.turns)
    try:
        for batch in batches:
            reader.read(batch)
            reader.collect()
        reader.join()
    except _UndoneError:
        return None
    if whole:
        reader.finish()
    reader.collect()
    collected = reader.collected
    session = reader.metrics.settled()
    run = reader.conversation.run
    # Masked again: a key that was stored in pieces is complete here.
    passages = tuple(replace(one, text=masker.mask(one.text)) for one in collected.passages())
    said = [one for one in passages if one.kind in {"you", "answer"}]
    summary = replace(
        before,
        turns=collected.turns,
        agent=reader.conversation.agent or (said[-1].who if said else "") or before.agent,
        outcome=("interrupted" if run.lost else run.outcome) if run else before.outcome,
        last_words=one_line(said[-1].text, LAST_WORDS) if said else before.last_words,
        real=merged_tokens(before.real, session.real.all.tokens),
        scripted=merged_tokens(before.scripted, session.scripted.all.tokens),
    )
    return Reading(passages=passages, summary=summary)


class _UndoneError(Exception):
    """A retry takes back a turn that is not among those that are read."""


class _Reader(JoinedFold):
    """Counts the turns, and collects what the events changed."""

    def __init__(self, clean: Callable[[Event], Event], turns: int) -> None:
        super().__init__(clean, Metrics(), Conversation())
        self._earlier = turns
        self.collected = _Passages(turns)

    @override
    def take(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            first = self.conversation.user_message is None
            if event.mode == "rewind" and first and self.collected.turns:
                raise _UndoneError
            self.collect()
            self.collected.turns += 1
        elif isinstance(event, RetryUndone):
            aside = self.conversation.taken_back
            if self._earlier and not (aside and aside[-1].message is not None):
                raise _UndoneError
        super().take(event)

    def collect(self) -> None:
        for step in self.steps:
            for change in step.changes:
                self.collected.change(change)
        self.steps.clear()


class _Entry:
    def __init__(self, item: UserMessage | Speech | ToolCall | Media | Failure, turn: int) -> None:
        self.item = item
        self.turn = turn
        self.texts: list[str] = []


class _Passages:
    """Items in the order in which they began; those that were withdrawn or undone are left out."""

    def __init__(self, turns: int) -> None:
        self.turns = turns
        self._entries: list[_Entry | None] = []
        self._places: dict[tuple[type, str], int] = {}
        self._aside: dict[str, list[_Entry | None]] = {}
        """By message, what was removed with it."""

    def passages(self) -> list[Passage]:
        found = (_passage(entry) for entry in self._entries if entry is not None)
        return [one for one in found if one is not None]

    def change(self, change: Change) -> None:
        item = change.item
        if not isinstance(item, UserMessage | Speech | ToolCall | Media | Failure):
            return
        key = type(item), item.key
        if isinstance(item, UserMessage) and change.kind in {"removed", "restored"}:
            self._move(item, change.kind)
            return
        place = self._places.get(key)
        if change.kind == "began" or place is None or place >= len(self._entries):
            self._places[key] = place = len(self._entries)
            self._entries.append(_Entry(item, max(self.turns, 1)))
        entry = self._entries[place]
        if entry is None:
            return
        entry.item = item
        if change.kind in {"replaced", "recast"}:
            entry.texts.clear()
        if change.text:
            entry.texts.append(change.text)
        if isinstance(item, Speech) and item.state == "withdrawn":
            self._entries[place] = None

    def _move(self, message: UserMessage, kind: str) -> None:
        if kind == "removed":
            start = self._places.get((UserMessage, message.key), len(self._entries))
            self._aside[message.key] = self._entries[start:]
            del self._entries[start:]
            return
        for entry in self._aside.pop(message.key, ()):
            if entry is not None:
                self._places[type(entry.item), entry.item.key] = len(self._entries)
            self._entries.append(entry)


def _passage(entry: _Entry) -> Passage | None:
    item, said = entry.item, "".join(entry.texts)
    kind: PassageKind
    match item:
        case UserMessage():
            kind, who, text = "you", "", item.text
        case Speech():
            kind = "reasoning" if item.kind == "reasoning" else "answer"
            who, text = item.agent, said
        case Media():
            kind, who, text = "answer", item.agent, item.words
        case ToolCall():
            problem = item.problem.message if item.problem is not None else ""
            parts = (item.arguments, item.edited, item.output, item.sent)
            text = "\n".join(filter(None, parts))
            text = text if problem in text else f"{text}\n{problem}"
            kind, who = "tool", item.label
            text = f"{item.label} {text}"
        case Failure():
            kind, who, text = "failure", "", item.problem.message
    if not text.strip():
        return None
    return Passage(turn=entry.turn, run=item.run, wall=item.wall, kind=kind, who=who, text=text)
