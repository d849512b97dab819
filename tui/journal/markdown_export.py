"""A stored session as a document for people: Markdown made from its conversation."""

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
    completed,
    fold,
    missing_ends,
)
from tui.protocol import events
from tui.protocol.events import Event


def markdown(title: str, session: Iterable[Event], *, held: bool = False) -> str:
    """The conversation: messages, answers, tool calls and what went wrong, in their order.

    It holds what the screen showed: nested agents' answers are left out (the result of their call
    has them), and so is what a guardrail withdrew or a retry took back. ``held``: a dashboard is
    still writing to the session, so that its last run need not have an end.
    """
    document = _Document()
    state = Conversation()
    for event in session:
        for each in completed(state, event):
            state = document.after(state, each)
    if not held:
        for end in missing_ends(state):
            state = document.after(state, end)
    return "\n\n".join([f"# {title or 'A conversation'}", *document.blocks()]) + "\n"


_Entry = UserMessage | Speech | ToolCall | str


class _Document:
    """Entries in the order in which they began, by key; notes have keys of their own."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._texts: dict[str, list[str]] = {}
        self._notes = 0

    def after(self, state: Conversation, event: Event) -> Conversation:
        """Enter what an event changes; the state behind it."""
        running = bool(state.running)
        state = fold(state, event)
        for change in state.changes:
            self._enter(change)
        self._remark(event, running=running)
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

    def _enter(self, change: Change) -> None:
        item = change.item
        match item:
            case UserMessage():
                if change.kind == "removed":
                    self._take_back(item.key)
                else:
                    self._entries[item.key] = item
            case Speech(parent="", kind="answer" | "refusal"):
                self._speak(change, item)
            case ToolCall(parent=""):
                self._entries[item.key] = item
            case Attempt(parent="", state="failed", problem=problem) if problem is not None:
                self._note(f"Interrupted: {problem.message}")
            case Failure(cause="run"):
                self._fail(item.problem.message)
            case Notice(kind="cancelled"):
                self._note(f"Cancelled: {item.text}." if item.text else "Cancelled.")
            case _:
                pass

    def _speak(self, change: Change, item: Speech) -> None:
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

    def _remark(self, event: Event, *, running: bool) -> None:
        match event:
            case events.GuardrailTripped():
                self._note(f"Guardrail {event.guardrail}: {event.info}".rstrip(": "))
            case events.WorkerExited() if running:
                how = event.signal or f"exit code {event.code}"
                self._note(f"Interrupted: the agent's process ended, {how}.")
            case _:
                pass

    def _fail(self, why: str) -> None:
        """What ended the last attempt ends the run as well: it is noted once."""
        last = next(reversed(self._entries), "")
        if self._entries.get(last) == f"Interrupted: {why}":
            self._entries[last] = f"Failed: {why}"
        else:
            self._note(f"Failed: {why}")

    def _note(self, text: str) -> None:
        self._notes += 1
        self._entries[f"note {self._notes}"] = text

    def _take_back(self, key: str) -> None:
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
