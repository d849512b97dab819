"""Exports a stored session as a Markdown document."""

import re
from collections.abc import Iterable, Iterator

from tui.core.conversation import (
    DECLINED,
    Citation,
    Conversation,
    Media,
    Speech,
    ToolCall,
    UserMessage,
    missing_ends,
)
from tui.core.conversation.document import Document, Note
from tui.core.formatting import call_time
from tui.protocol.events import Event

_ADDRESS = re.compile(r"https?://[^\s<>]+", re.IGNORECASE)


def markdown(title: str, session: Iterable[Event], *, held: bool = False) -> str:
    """The messages, answers, tool calls and failures of a session, in order.

    Answers of nested agents are left out, since the result of their call has them, and so is
    everything that a guardrail withdrew or a retry undid. ``held``: a dashboard still writes to the
    session, so its last run may be open.
    """
    document = Document()
    state = Conversation()
    for event in session:
        state = document.after(state, event)
    if not held:
        for end in missing_ends(state):
            state = document.after(state, end)
    return "\n\n".join([f"# {title or 'A conversation'}", *_blocks(document)]) + "\n"


def _blocks(document: Document) -> Iterator[str]:
    speaker = ""
    for entry, text in document.entries():
        match entry:
            case UserMessage():
                speaker = ""
                if entry.text:
                    yield f"## You\n\n{entry.text}"
            case Speech():
                name = entry.agent or "Agent"
                before, speaker = speaker, " · ".join(filter(None, (name, entry.label)))
                heading = "" if speaker == before else f"## {speaker}\n\n"
                yield heading + _said(entry, text)
            case ToolCall():
                yield _tool(entry)
            case Media():
                yield _quoted(entry.words)
            case Note():
                yield _quoted(entry.text)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())


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
        blocks.append(_fenced(tool.whole_output))
    if tool.sent:
        blocks += [f"The guardrail {tool.guardrail} gave the model instead:", _fenced(tool.sent)]
    if tool.problem is not None and tool.problem.message not in tool.output:
        blocks.append(f"> {tool.problem.message}")
    return "\n\n".join(blocks)


def _time(tool: ToolCall) -> str:
    """How long it took; of what the provider runs, only the stream tells."""
    elapsed = tool.elapsed(tool.at) if tool.ended is not None else None
    return "" if elapsed is None else f" · {call_time(elapsed, approximate=tool.hosted)}"


def _fenced(text: str) -> str:
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"
