"""The chat and the tool calls of an exported page."""

from collections.abc import Iterable, Iterator, Sequence

from tui.core.conversation import DECLINED, Media, Speech, ToolCall, UserMessage
from tui.core.conversation.document import Entry, Note
from tui.core.formatting import call_time, one_line
from tui.core.json_text import pretty_json
from tui.journal.html.safe_html import block, escaped, from_markdown, moment, picture, plain

MARKS = {
    "ok": ("✓", "ok"),
    "error": ("✗", "bad"),
    "cancelled": ("⊘", "warn"),
    "rejected": ("⊘", "warn"),
    "unknown": ("?", "warn"),
}
DEEPEST = 3
"""Calls further inside are not indented further."""


def chat(entries: Iterable[tuple[Entry, str]]) -> Iterator[str]:
    """Messages, answers, tool calls and notes, a section per message of the user."""
    speaker = ""
    is_open = False
    for entry, text in entries:
        if isinstance(entry, UserMessage):
            speaker = ""
            yield "</section>" * is_open + '<section class="turn">'
            is_open = True
            if entry.text:
                yield f'<h3 class="you">You{moment(entry.wall)}</h3>{plain(entry.text)}'
            continue
        if not is_open:
            yield '<section class="turn">'
            is_open = True
        match entry:
            case Speech():
                name = " · ".join(filter(None, (entry.agent or "Agent", entry.label)))
                if name != speaker:
                    yield f"<h3>{escaped(name)}{moment(entry.wall)}</h3>"
                speaker = name
                yield _said(entry, text)
            case ToolCall():
                yield _short(entry)
            case Media():
                yield f'<div class="note">{escaped(entry.words)}</div>'
                yield from map(picture, entry.attachments)
            case Note():
                yield f'<div class="note">{escaped(entry.text)}</div>'
    yield "</section>" if is_open else '<p class="muted">Nothing was said.</p>'


def _said(speech: Speech, text: str) -> str:
    if speech.kind == "reasoning":
        return (
            '<details><summary class="muted">reasoning</summary>'
            f"<blockquote>{from_markdown(text)}</blockquote></details>"
        )
    said = block(pretty_json(text)) if speech.as_json else from_markdown(text)
    if speech.kind == "refusal":
        said = f'<p class="bad">{DECLINED.capitalize()}</p>{said}'
    if speech.note:
        said += f'<p class="warn">interrupted: {escaped(speech.note)}</p>'
    sources = "".join(f"<li>{escaped(str(citation))}</li>" for citation in speech.citations)
    return f'{said}<ul class="muted">{sources}</ul>' if sources else said


def _short(call: ToolCall) -> str:
    """One line in the chat; the log has the rest."""
    mark, style = _mark(call)
    arguments = escaped(call.brief[:120])
    inside = "↳ " * bool(call.parent)
    return (
        f'<div class="muted">{inside}<span class="{style}">{mark}</span> {escaped(call.label)} '
        f"{arguments}{_result(call)}</div>"
    )


def tool_log(calls: Sequence[ToolCall]) -> Iterator[str]:
    """Every call, nested ones too, each folded."""
    if not calls:
        yield '<p class="muted">No tool was called.</p>'
    for call in calls:
        mark, style = _mark(call)
        depth = min(call.depth, DEEPEST)
        inside = f' class="inside-{depth}"' if depth else ""
        arguments = escaped(call.brief[:80])
        yield (
            f'<details{inside}><summary><span class="{style}">{mark}</span> {escaped(call.label)} '
            f'<span class="muted">{arguments}{_result(call)}</span> {_time(call)}'
            f"{moment(call.wall)}</summary>"
        )
        origin = " · ".join(filter(None, (call.outcome, call.origin, call.agent)))
        yield f'<p class="muted">{escaped(origin)}</p>{block(pretty_json(call.arguments))}'
        if call.edited:
            yield f"<p>Changed before it ran to:</p>{block(pretty_json(call.edited))}"
        yield block(pretty_json(call.whole_output))
        if call.sent:
            who = escaped(call.guardrail)
            yield f"<p>The guardrail {who} gave the model instead:</p>{block(call.sent)}"
        if call.problem is not None and call.problem.message not in call.output:
            yield f'<p class="bad">{escaped(call.problem.message)}</p>'
        if call.note:
            yield f'<p class="warn">{escaped(call.note)}</p>'
        yield from map(picture, call.attachments)
        yield "</details>"


def _result(call: ToolCall) -> str:
    result = one_line(call.output, 80)
    return f" → {escaped(result)}" if result else ""


def _mark(call: ToolCall) -> tuple[str, str]:
    return MARKS.get(call.state, ("⟳", "warn"))


def _time(call: ToolCall) -> str:
    elapsed = call.elapsed(call.at) if call.ended is not None else None
    return "" if elapsed is None else escaped(call_time(elapsed, approximate=call.hosted))
