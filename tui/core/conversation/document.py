"""A conversation as a document: what stands in it, in order. Every export is made of it."""

from collections.abc import Iterator
from typing import NamedTuple

from tui.core.conversation.conversation import Conversation
from tui.core.conversation.conversation_fold import fold
from tui.core.conversation.items import (
    Attempt,
    Change,
    Failure,
    Media,
    Notice,
    OutputLine,
    Speech,
    ToolCall,
    UserMessage,
)
from tui.protocol import events
from tui.protocol.events import Event


class Note(NamedTuple):
    """What happened between what was said."""

    text: str


Entry = UserMessage | Speech | ToolCall | Media | Note


class Document:
    """Entries in the order in which they began. A key may come again, in a later run.

    Answers of nested agents are left out, since the result of their call has them, and so is
    everything that a guardrail withdrew or a retry undid.
    """

    def __init__(self) -> None:
        self._entries: list[Entry | None] = []
        self._texts: dict[int, list[str]] = {}
        self._places: dict[str, int] = {}
        self._aside: dict[str, list[tuple[Entry | None, list[str]]]] = {}
        """By message, what was removed with it."""

    def after(self, state: Conversation, event: Event) -> Conversation:
        """Fold an event into the state and add what it changed; the new state."""
        running = bool(state.running)
        state = fold(state, event)
        self.add(event, state.changes, running=running)
        return state

    def add(self, event: object, changes: tuple[Change, ...], *, running: bool) -> None:
        """Add what an event changed; ``running``: a run was open before it."""
        for change in changes:
            self._add(change)
        self._add_event(event, running=running)

    def entries(self) -> Iterator[tuple[Entry, str]]:
        """Each entry, with the text of what was said."""
        for place, entry in enumerate(self._entries):
            if entry is not None:
                yield entry, "".join(self._texts.get(place, ()))

    def _add(self, change: Change) -> None:
        item = change.item
        match item:
            case UserMessage() if change.kind == "removed":
                self._remove(item.key)
            case UserMessage() if change.kind == "restored":
                self._restore(item.key)
            case Speech(parent="") | UserMessage() | ToolCall(top=True):
                self._put(change, item)
            case Media(parent=""):
                self._entries.append(item)
            case Attempt(parent="", state="failed", problem=problem) if problem is not None:
                self._note(f"Interrupted: {problem.message}")
            case Failure(cause="run"):
                self._add_failure(item.problem.message)
            case OutputLine(source="span"):
                self._note(item.text)
            case Notice(kind="cancelled"):
                ended = "Cut off" if item.lost else "Cancelled"
                self._note(f"{ended}: {item.text}." if item.text else f"{ended}.")
            case Notice(kind="note"):
                self._note(item.text)
            case _:
                pass

    def _remove(self, key: str) -> None:
        start, end = self._places.get(key, len(self._entries)), len(self._entries)
        self._aside[key] = [
            (self._entries[place], self._texts.pop(place, [])) for place in range(start, end)
        ]
        del self._entries[start:]

    def _restore(self, key: str) -> None:
        for entry, texts in self._aside.pop(key, ()):
            place = len(self._entries)
            self._entries.append(entry)
            self._texts[place] = texts
            if entry is not None and not isinstance(entry, Note):
                self._places[entry.key] = place

    def _put(self, change: Change, item: UserMessage | Speech | ToolCall) -> None:
        if change.kind == "began":
            self._places[item.key] = len(self._entries)
            self._entries.append(item)
        place = self._places[item.key]
        if change.kind in {"began", "replaced", "recast"}:
            self._texts[place] = []
        self._texts[place].append(change.text)
        withdrawn = isinstance(item, Speech) and item.state == "withdrawn"
        self._entries[place] = None if withdrawn else item

    def _add_event(self, event: object, *, running: bool) -> None:
        match event:
            case events.RunStarted(mode="continue"):
                # It has no message, but its answer gets a heading.
                self._entries.append(UserMessage(key="", text=""))
            case events.GuardrailTripped():
                self._note(f"Guardrail {event.guardrail}: {event.info}".rstrip(": "))
            case events.WorkerExited() if running:
                how = event.signal or f"exit code {event.code}"
                self._note(f"Interrupted: the agent's process ended, {how}.")
            case _:
                pass

    def _add_failure(self, why: str) -> None:
        """Note a failed run; if its last attempt failed for the same reason, only once."""
        if self._entries[-1:] == [Note(f"Interrupted: {why}")]:
            self._entries[-1] = Note(f"Failed: {why}")
        else:
            self._note(f"Failed: {why}")

    def _note(self, text: str) -> None:
        self._entries.append(Note(text))
