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
    """Entries in the order in which they began. A key may begin again, in a later run."""

    def __init__(self) -> None:
        self._entries: list[_Entry | None] = []
        self._texts: dict[int, list[str]] = {}
        self._places: dict[str, int] = {}

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
        for place, entry in enumerate(self._entries):
            match entry:
                case UserMessage():
                    speaker = ""
                    if entry.text:
                        yield f"## You\n\n{entry.text}"
                case Speech():
                    before, speaker = speaker, entry.agent or "Agent"
                    heading = "" if speaker == before else f"## {speaker}\n\n"
                    yield heading + "".join(self._texts[place])
                case ToolCall():
                    yield _tool(entry)
                case str():
                    yield f"> {entry}"
                case None:
                    pass

    def _enter(self, change: Change) -> None:
        item = change.item
        match item:
            case UserMessage() if change.kind == "removed":
                del self._entries[self._places.get(item.key, len(self._entries)) :]
            case Speech(parent="", kind="answer" | "refusal") | UserMessage() | ToolCall(parent=""):
                self._put(change, item)
            case Attempt(parent="", state="failed", problem=problem) if problem is not None:
                self._note(f"Interrupted: {problem.message}")
            case Failure(cause="run"):
                self._fail(item.problem.message)
            case Notice(kind="cancelled"):
                self._note(f"Cancelled: {item.text}." if item.text else "Cancelled.")
            case _:
                pass

    def _put(self, change: Change, item: UserMessage | Speech | ToolCall) -> None:
        if change.kind == "began":
            self._places[item.key] = len(self._entries)
            self._entries.append(item)
        place = self._places[item.key]
        if isinstance(item, Speech):
            texts = self._texts.setdefault(place, [])
            if change.kind == "replaced":
                texts.clear()
            texts.append(change.text)
        withdrawn = isinstance(item, Speech) and item.state == "withdrawn"
        self._entries[place] = None if withdrawn else item

    def _remark(self, event: Event, *, running: bool) -> None:
        match event:
            case events.RunStarted(mode="continue"):
                # Without a message of its own, but who speaks is named again.
                self._entries.append(UserMessage(key="", text=""))
            case events.GuardrailTripped():
                self._note(f"Guardrail {event.guardrail}: {event.info}".rstrip(": "))
            case events.WorkerExited() if running:
                how = event.signal or f"exit code {event.code}"
                self._note(f"Interrupted: the agent's process ended, {how}.")
            case _:
                pass

    def _fail(self, why: str) -> None:
        """What ended the last attempt ends the run as well: it is noted once."""
        if self._entries[-1:] == [f"Interrupted: {why}"]:
            self._entries[-1] = f"Failed: {why}"
        else:
            self._note(f"Failed: {why}")

    def _note(self, text: str) -> None:
        self._entries.append(text)


def _tool(tool: ToolCall) -> str:
    blocks = [f"**{tool.name}** ({tool.state})", _fenced(tool.arguments)]
    if tool.output:
        blocks.append(_fenced(tool.output))
    return "\n\n".join(blocks)


def _fenced(text: str) -> str:
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"
