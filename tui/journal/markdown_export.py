"""Exports a stored session as a Markdown document."""

import re
from collections.abc import Iterable, Iterator

from tui.core.conversation import (
    DECLINED,
    Attempt,
    Change,
    Citation,
    Conversation,
    Failure,
    Media,
    Notice,
    OutputLine,
    Speech,
    ToolCall,
    UserMessage,
    fold,
    missing_ends,
)
from tui.core.formatting import duration
from tui.protocol import events
from tui.protocol.events import Event

_ADDRESS = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)


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
    """Entries in the order in which they began. A key may come again, in a later run."""

    def __init__(self) -> None:
        self._entries: list[_Entry | None] = []
        self._texts: dict[int, list[str]] = {}
        self._places: dict[str, int] = {}

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
        for place, entry in enumerate(self._entries):
            match entry:
                case UserMessage():
                    speaker = ""
                    if entry.text:
                        yield f"## You\n\n{entry.text}"
                case Speech():
                    name = entry.agent or "Agent"
                    before, speaker = speaker, " · ".join(filter(None, (name, entry.label)))
                    heading = "" if speaker == before else f"## {speaker}\n\n"
                    yield heading + _said(entry, "".join(self._texts[place]))
                case ToolCall():
                    yield _tool(entry)
                case str():
                    yield "\n".join(f"> {line}" for line in entry.splitlines())
                case None:
                    pass

    def _add(self, change: Change) -> None:
        item = change.item
        match item:
            case UserMessage() if change.kind == "removed":
                del self._entries[self._places.get(item.key, len(self._entries)) :]
            case Speech(parent="") | UserMessage() | ToolCall(top=True):
                self._put(change, item)
            case Media(parent=""):
                self._note(item.words)
            case Attempt(parent="", state="failed", problem=problem) if problem is not None:
                self._note(f"Interrupted: {problem.message}")
            case Failure(cause="run"):
                self._add_failure(item.problem.message)
            case OutputLine(source="span"):
                self._note(item.text)
            case Notice(kind="cancelled"):
                self._note(f"Cancelled: {item.text}." if item.text else "Cancelled.")
            case Notice(kind="note"):
                self._note(item.text)
            case _:
                pass

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

    def _add_event(self, event: Event, *, running: bool) -> None:
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
        if self._entries[-1:] == [f"Interrupted: {why}"]:
            self._entries[-1] = f"Failed: {why}"
        else:
            self._note(f"Failed: {why}")

    def _note(self, text: str) -> None:
        self._entries.append(text)


def _said(speech: Speech, text: str) -> str:
    """Reasoning and a refusal as a quote, and below an answer its sources."""
    if speech.kind != "answer":
        head = DECLINED.capitalize() if speech.kind == "refusal" else "Reasoning"
        return f"**{head}**\n\n" + "\n".join(f"> {line}" for line in text.splitlines())
    sources = "\n".join(map(_source, speech.citations))
    return "\n\n".join(filter(None, (text, sources)))


def _source(citation: Citation) -> str:
    """An item of a list; an address that a Markdown link can hold is one."""
    where = citation.where
    linked = f"<{where}>" if _ADDRESS.fullmatch(where) else _escaped(where)
    title = _escaped(citation.title)
    return f"- \\[{citation.number}\\] " + " — ".join(filter(None, (title, linked)))


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>])", r"\\\1", text)


def _tool(tool: ToolCall) -> str:
    inside = "↳ " if tool.parent else ""
    origin = f" · {tool.origin}" if tool.origin else ""
    head = f"{inside}**{tool.label}** ({tool.outcome}){_time(tool)}{origin}"
    blocks = [head, _fenced(tool.arguments)]
    if tool.edited:
        blocks += ["Changed before it ran to:", _fenced(tool.edited)]
    if tool.output:
        blocks.append(_fenced(tool.output))
    if tool.sent:
        blocks += [f"The guardrail {tool.guardrail} gave the model instead:", _fenced(tool.sent)]
    if tool.problem is not None and tool.problem.message not in tool.output:
        blocks.append(f"> {tool.problem.message}")
    return "\n\n".join(blocks)


def _time(tool: ToolCall) -> str:
    """How long it took; of what the provider runs, only the stream tells."""
    elapsed = tool.elapsed(tool.at) if tool.ended is not None else None
    about = "~" if tool.hosted else ""
    return "" if elapsed is None else f" · {about}{duration(elapsed)}"


def _fenced(text: str) -> str:
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"
