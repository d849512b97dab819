"""What happens in a conversation, as lines that a screen reader speaks.

Each line is whole when it is printed and never changes: no boxes, no spinner, no colours, no
marks that are read aloud as their names.
"""

import re
from collections.abc import Iterator

from tui.core.answers_aside import brought_back, put_aside
from tui.core.conversation import (
    Change,
    Failure,
    Handoff,
    Media,
    Notice,
    OutputLine,
    Speech,
    Step,
    ToolCall,
)
from tui.core.formatting import SECOND, counted
from tui.core.metrics import Figures
from tui.headless.output.text_output import advice_without_screen
from tui.protocol import events

MOST_HELD = 400
"""Characters of a sentence that are held back until it is whole."""

_WHOLE = re.compile(r"\n|(?<=[.!?…:;])\s+")

_EMPHASIS = re.compile(r"(\*\*|__|(?<!\w)[*_])(?=\S)(.+?)(?<=\S)\1(?!\w)")
_HEADING = re.compile(r"^#{1,6} +")
"""Markdown's signs that would be read aloud as stars and number signs."""

_STATES = {
    "ok": "finished",
    "error": "failed",
    "cancelled": "was cancelled",
    "rejected": "was rejected",
    "unknown": "was interrupted and may have completed",
}


class SpokenLines:
    """Turns steps of a conversation into lines; text comes sentence by sentence."""

    def __init__(self) -> None:
        self._held: dict[str, str] = {}
        """By speech, what is not printed yet."""
        self._speaks: dict[str, str] = {}
        """By speech, who speaks; "" once that was said."""
        self.last_tool = ""
        """Arguments and result of the newest call, in full."""
        self.last_answer = ""
        """The newest answer, in full."""
        self._aside: tuple[str, ...] = ()
        """Other answers to the newest message (`answers_aside.py`)."""

    def of(self, step: Step) -> Iterator[str]:
        """The lines that a step adds."""
        if isinstance(step.event, events.RunStarted):
            self._keep_aside(step.event.mode)
        for change in step.changes:
            yield from self._of(change)
        match step.event:
            case events.RetryUndone() if self._aside:
                self.last_answer, self._aside = brought_back(self._aside, self.last_answer)
                yield "The retry is undone. This answer is back:"
                yield from filter(None, map(str.strip, self.last_answer.splitlines()))
            case events.UndoRefused(reason=reason):
                yield f"The retry cannot be undone: {reason}."
            case events.RetryScheduled(delay=delay, attempt=attempt, most=most):
                wait = spoken_time(round(delay * SECOND))
                yield f"Retrying in {wait}, attempt {attempt} of {most}."
            case events.RunFinished(outcome="cancelled"):
                yield "Cancelled."
            case events.RunFinished(empty=empty) if empty:
                yield empty

    def _keep_aside(self, mode: str) -> None:
        if mode == "rewind":
            self._aside, self.last_answer = put_aside(self._aside, self.last_answer), ""
        elif mode == "send":
            self._aside = ()

    def _of(self, change: Change) -> Iterator[str]:
        item = change.item
        match item:
            case Speech(parent=""):
                yield from self._speech(change, item)
            case ToolCall(top=True) if change.kind == "ended":
                yield self._tool(item)
            case ToolCall(top=True, state="running") if change.kind == "updated":
                yield f"Tool {item.label} runs: {item.brief or 'no arguments'}"
            case Handoff() if change.kind == "began":
                yield f"{item.previous} hands over to {item.agent}."
            case Media(parent="") if change.kind == "began":
                yield item.words
            case OutputLine(level="warning") | Notice() if change.kind == "began":
                if words := " ".join(item.text.split()):
                    yield words
            case Failure() if change.kind == "began":
                yield f"Failed: {item.problem.message}"
                yield from advice_without_screen(item.problem.advice)
                if item.can_continue:
                    yield "Type /retry to continue from what is finished."
            case _:
                pass

    def _speech(self, change: Change, item: Speech) -> Iterator[str]:
        key = item.key
        if change.kind == "began":
            self._held[key] = ""
            who = item.agent or "The agent"
            self._speaks[key] = "Reasoning" if item.kind == "reasoning" else who
            if item.kind != "reasoning":
                self.last_answer = ""
        elif item.kind == "reasoning":
            # Said to be there; it is long, and not the answer.
            if change.kind == "ended" and self._speaks.pop(key, ""):
                yield "The model has reasoned."
        elif change.kind == "grew":
            self.last_answer += change.text
            yield from self._grown(key, change.text)
        elif change.kind == "replaced":
            self.last_answer, self._held[key] = change.text, change.text
        elif change.kind == "ended":
            rest = self._held.pop(key, "").strip()
            if rest:
                yield self._by(key, rest)
            if item.note:
                yield f"Interrupted: {item.note}"

    def _grown(self, key: str, text: str) -> Iterator[str]:
        held = self._held.get(key, "") + text
        end = 0
        for match in _WHOLE.finditer(held):
            if sentence := held[end : match.start()].strip():
                yield self._by(key, sentence)
            end = match.end()
        held = held[end:]
        if len(held) > MOST_HELD and (cut := held.rfind(" ")) > 0:
            yield self._by(key, held[:cut])
            held = held[cut + 1 :]
        self._held[key] = held

    def _by(self, key: str, sentence: str) -> str:
        """Who speaks is said once, before the first sentence."""
        who, self._speaks[key] = self._speaks.get(key, ""), ""
        sentence = _EMPHASIS.sub(r"\2", _HEADING.sub("", sentence))
        return f"{who}: {sentence}" if who else sentence

    def _tool(self, item: ToolCall) -> str:
        problem = item.problem.message if item.problem is not None else ""
        result = problem or item.sent or item.brief_output or item.note
        self.last_tool = f"Arguments: {item.edited or item.arguments}\nResult: {result}"
        elapsed = item.elapsed(item.ended or 0)
        took = f" after {spoken_time(elapsed)}" if elapsed is not None else ""
        words = f"Tool {item.label} {_STATES.get(item.state, item.state)}{took}"
        brief = " ".join(result.split())
        return f"{words}: {brief[:200]}{' and more, /tool reads it' if len(brief) > 200 else ''}"


def spoken_time(nanoseconds: int) -> str:
    """A duration in words: "12 milliseconds"."""
    if nanoseconds < SECOND:
        return counted(max(nanoseconds // (SECOND // 1000), 1), "millisecond")
    return f"{nanoseconds / SECOND:.1f} seconds"


def spoken_figures(figures: Figures) -> str:
    """The last turn in a sentence."""
    turn = figures.turn
    if turn is None or not turn.e2e.known:
        return "Nothing was measured yet."
    parts = [f"The turn took {(turn.end - turn.start) / 1e9:.1f} seconds"]
    if turn.ttft.known:
        parts.append(f"first token after {spoken_time(round(turn.ttft.value * 1e9))}")
    return ", ".join(parts) + "."
