"""Exports a stored session as a Markdown document."""

import re
from collections.abc import Iterable, Iterator

from tui.core.conversation import (
    Attempt,
    Change,
    Conversation,
    Failure,
    Notice,
    Speech,
    ToolCall,
    UserMessage,
    fold,
    missing_ends,
)
from tui.protocol import events
from tui.protocol.events import Event


def markdown(title: str, session: Iterable[Event], *, held: bool = False) -> str:
    """The messages, answers, tool calls and failures of a session, in order.

    Answers of nested agents are left out, since the result of their call has them, and so is
    everything that a guardrail withdrew or a retry undid. ``held``: a dashboard still writes to the
    session, so its last run may be open.
    """
    document = _Document()
    state = Conversation()
    for event in session:
        state = document.after(state, event)
    if not held:
        for end in missing_ends(state):
            state = document.after(state, end)
    return "\n\n".join([f"# {title or 'A conversation'}", *document.blocks()]) + "\n"


_Entry = UserMessage | Speech | ToolCall | str


class _Document:
    """Entries by key, in the order in which they began."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._texts: dict[str, list[str]] = {}
        self._notes = 0

    def after(self, state: Conversation, event: Event) -> Conversation:
        """Fold an event into the state and add what it changed; the new state."""
        running = bool(state.running)
        state = fold(state, event)
        for change in state.changes:
            self._add(change)
        self._add_event(event, running=running)
        return state

    def blocks(self) -> Iterator[str]:
        speaker = ""
        for key, entry in self._entries.items():
            match entry:
                case UserMessage():
                    speaker = ""
                    if entry.text:
                        yield f"## You\n\n{entry.text}"
                case Speech():
                    before, speaker = speaker, entry.agent or "Agent"
                    heading = "" if speaker == before else f"## {speaker}\n\n"
                    yield heading + "".join(self._texts[key])
                case ToolCall():
                    yield _tool(entry)
                case str():
                    yield f"> {entry}"

    def _add(self, change: Change) -> None:
        item = change.item
        match item:
            case UserMessage():
                if change.kind == "removed":
                    self._remove_from(item.key)
                else:
                    self._entries[item.key] = item
            case Speech(parent="", kind="answer" | "refusal"):
                self._add_speech(change, item)
            case ToolCall(parent=""):
                self._entries[item.key] = item
            case Attempt(parent="", state="failed", problem=problem) if problem is not None:
                self._note(f"Interrupted: {problem.message}")
            case Failure(cause="run"):
                self._add_failure(item.problem.message)
            case Notice(kind="cancelled"):
                self._note(f"Cancelled: {item.text}." if item.text else "Cancelled.")
            case _:
                pass

    def _add_speech(self, change: Change, item: Speech) -> None:
        if item.state == "withdrawn":
            self._entries.pop(item.key, None)
            return
        if change.kind == "began":
            self._texts[item.key] = []
        elif change.kind == "grew":
            self._texts[item.key].append(change.text)
        elif change.kind == "replaced":
            self._texts[item.key] = [change.text]
        self._entries[item.key] = item

    def _add_event(self, event: Event, *, running: bool) -> None:
        match event:
            case events.GuardrailTripped():
                self._note(f"Guardrail {event.guardrail}: {event.info}".rstrip(": "))
            case events.WorkerExited() if running:
                how = event.signal or f"exit code {event.code}"
                self._note(f"Interrupted: the agent's process ended, {how}.")
            case _:
                pass

    def _add_failure(self, why: str) -> None:
        """Note a failed run; if its last attempt failed for the same reason, only once."""
        last = next(reversed(self._entries), "")
        if self._entries.get(last) == f"Interrupted: {why}":
            self._entries[last] = f"Failed: {why}"
        else:
            self._note(f"Failed: {why}")

    def _note(self, text: str) -> None:
        self._notes += 1
        self._entries[f"note {self._notes}"] = text

    def _remove_from(self, key: str) -> None:
        keys = list(self._entries)
        if key in self._entries:
            for later in keys[keys.index(key) :]:
                del self._entries[later]


def _tool(tool: ToolCall) -> str:
    blocks = [f"**{tool.name}** ({tool.state})", _fenced(tool.arguments)]
    if tool.output:
        blocks.append(_fenced(tool.output))
    return "\n\n".join(blocks)


def _fenced(text: str) -> str:
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"
