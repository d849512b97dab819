"""The rows of the tool log: one per tool call and per printed line. Knows no Textual."""

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from operator import attrgetter
from typing import Literal

import msgspec

from tui.core.conversation import (
    DECLINED,
    Attempt,
    Change,
    Media,
    OutputLine,
    Speech,
    ToolCall,
    ToolState,
    UserMessage,
)
from tui.core.formatting import counted, one_line
from tui.core.sanitize.characters import clean
from tui.dashboard.tools.kept_files import MOST_BYTES, KeptFiles
from tui.dashboard.tools.kept_results import KeptResults
from tui.dashboard.tools.turns_taken_back import TurnsTakenBack
from tui.protocol.attachment_words import described
from tui.protocol.events import Attachment

State = ToolState | Literal["printed", "info", "warning"]

MOST_ROWS = 12_000
"""Rows kept. The journal has all of them."""

_KEPT = MOST_ROWS - MOST_ROWS // 10
"""Rows left after dropping some: dropping one costs as much as dropping many."""

_NEWEST = MOST_ROWS // 10
"""The newest rows are never dropped: they are being read."""

MOST_SAID = 8_000
"""Newest characters of a nested agent's text that an open row shows while it runs."""

MOST_SAID_FOLDED = 300
"""The same for a folded row."""


class Row(msgspec.Struct, eq=False):
    """One line of the log; several when it is open."""

    serial: int
    """Counts rows in order of arrival, from 1."""
    item: ToolCall | OutputLine | Media
    said: dict[str, str] = msgspec.field(default_factory=dict)
    """The nested agent's text and its failed attempts, by key."""
    open: bool = False
    files_stored: bool = False
    """The data of its pictures and files is only in the journal now."""
    result_stored: bool = False
    """All but the beginning of its result is only in the journal now."""
    above: "Row | None" = None
    """The call whose nested agent made this one."""
    children: list["Row"] = msgspec.field(default_factory=list)
    """The calls of the agent that it runs."""
    unfolded: bool = False
    """Its children are shown."""
    taken_back: bool = False
    """It belongs to a turn that a retry has taken back: the model no longer gets it."""

    @property
    def depth(self) -> int:
        """Depth in the tree."""
        depth, row = 0, self.above
        while row is not None:
            depth, row = depth + 1, row.above
        return depth

    @property
    def descendants(self) -> "Iterator[Row]":
        """Its children, and theirs, to any depth."""
        waiting = list(reversed(self.children))
        while waiting:
            row = waiting.pop()
            yield row
            waiting.extend(reversed(row.children))

    @property
    def call(self) -> ToolCall | None:
        return self.item if isinstance(self.item, ToolCall) else None

    @property
    def key(self) -> str:
        return self.item.key

    @property
    def state(self) -> State:
        match self.item:
            case ToolCall(state=state):
                return state
            case OutputLine(level=level):
                return level
            case Media():
                return "info"

    @property
    def name(self) -> str:
        return self.item.label if isinstance(self.item, ToolCall) else ""

    @property
    def arguments(self) -> str:
        return self.item.arguments if isinstance(self.item, ToolCall) else ""

    @property
    def brief(self) -> str:
        """What the tool gets, on one line."""
        return self.item.brief if isinstance(self.item, ToolCall) else ""

    @property
    def beginning(self) -> str:
        """The result, of a long one the first part."""
        return self.item.output if isinstance(self.item, ToolCall) else self.result

    @property
    def result(self) -> str:
        """All of it, however long."""
        match self.item:
            case ToolCall() as call if self.result_stored:
                return f"{call.output}\n… reading {counted(call.more, 'more character')}"
            case ToolCall() as call:
                return call.whole_output
            case OutputLine(text=text):
                return text
            case Media(words=words):
                return words

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        return () if isinstance(self.item, OutputLine) else self.item.attachments

    @property
    def source(self) -> str:
        """What made its pictures and files."""
        return self.item.kind if isinstance(self.item, Media) else self.name

    @property
    def running(self) -> bool:
        """It is a tool call that has not ended; its tool may not have started yet."""
        return isinstance(self.item, ToolCall) and self.item.open

    @property
    def says(self) -> str:
        """The nested agent's text, one part below the other."""
        return "\n\n".join(self.said.values())


class ToolRows:
    """The rows in order of arrival, and the calls among them by id."""

    def __init__(self, most_file_bytes: int = MOST_BYTES) -> None:
        self.rows: list[Row] = []
        self._files = KeptFiles(most_file_bytes)
        self.results = KeptResults()
        self.dropped = 0
        """How many rows were dropped because there were too many."""
        self._calls: dict[str, Row] = {}
        self._live: dict[str, Row] = {}
        self._serial = 0
        self._turns = TurnsTakenBack()
        self._trim_beyond = MOST_ROWS

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def clear(self) -> None:
        """Remove every row."""
        self.rows.clear()
        self._calls.clear()
        self._live.clear()
        self._files.clear()
        self.results.clear()
        self._turns.clear()
        self._trim_beyond = MOST_ROWS

    def position(self, serial: int) -> int:
        """The index of a row, or of the next one if it was dropped."""
        return bisect_left(self.rows, serial, key=attrgetter("serial"))

    def show(self, change: Change) -> Row | None:
        """Add a change and return its row; None for changes that only the chat shows."""
        row = None
        match change.item:
            case ToolCall() as call:
                row = self._called(call)
            case UserMessage() as message:
                row = self._turn(message, change.kind)
            case OutputLine() | Media() as line:
                row = self._add(Row(self._next_serial(), line))
                self._files.changed(row)
            case Speech(parent=parent) as speech if parent and change.kind == "recast":
                row = self._calls.get(parent)
                if row is not None:
                    row.said.pop(speech.key, None)
            case Speech(kind="answer" | "refusal", parent=parent) as speech if parent:
                row = self._said(parent, speech, change)
            case Attempt(parent=parent, state="failed", problem=problem) as attempt if parent:
                row = self._calls.get(parent)
                if row is not None and problem is not None:
                    row.said[f"failed {attempt.key}"] = f"✂ interrupted: {problem.message}"
            case _:
                pass
        return row

    def with_files(self, key: str) -> Row | None:
        """The call with this key if it has pictures or files, or the newest that has."""
        row = self._calls.get(key)
        if row is not None and row.attachments:
            return row
        return self._files.newest()

    def running(self) -> Iterable[Row]:
        """Rows whose tool has started and not ended."""
        return (row for row in self._live.values() if row.state == "running")

    def _turn(self, message: UserMessage, kind: str) -> Row | None:
        """A turn begins, is taken back by a retry or is there again; its last row, if marked."""
        turn = self._turns.changed(message.key, kind, self._serial)
        if turn is None:
            return None
        rows = self.rows[self.position(turn.first) : self.position(turn.last + 1)]
        for row in rows:
            row.taken_back = turn.taken_back
        return rows[-1] if rows else None

    def _called(self, call: ToolCall) -> Row:
        row = self._calls.get(call.key)
        if row is None:
            row = self._calls[call.key] = Row(self._next_serial(), call)
            row.above = self._calls.get(call.parent)
            if row.above is not None:
                row.above.children.append(row)
            self._live[call.key] = row
            self._add(row)
        row.item, row.files_stored, row.result_stored = call, False, False
        self._files.changed(row)
        self.results.changed(row)
        if call.open:
            self._live[call.key] = row
        else:
            self._live.pop(call.key, None)
        return row

    def _said(self, parent: str, speech: Speech, change: Change) -> Row | None:
        key = speech.key
        row = self._calls.get(parent)
        if row is None:
            return None
        declined = f"{DECLINED} " if speech.kind == "refusal" else "cached: " * speech.cached
        if change.kind == "grew":
            row.said[key] = row.said.get(key, declined) + change.text
        elif change.kind == "replaced":
            row.said[key] = declined + change.text
        elif change.kind == "updated":
            row.said[f"sources {key}"] = "\n".join(map(str, speech.citations))
        return row

    def _next_serial(self) -> int:
        self._serial += 1
        return self._serial

    def _add(self, row: Row) -> Row:
        self.rows.append(row)
        self._trim()
        return row

    def _trim(self) -> None:
        """If there are too many rows, drop the oldest lines, then the oldest ended calls."""
        if len(self.rows) <= self._trim_beyond:
            return
        old = self.rows[:-_NEWEST]
        lines = (row for row in old if row.call is None)
        ended = (row for row in old if row.call is not None and not row.running)
        dropped = set(islice(chain(lines, ended), len(self.rows) - _KEPT))
        for row in dropped:
            if row.call is not None:
                del self._calls[row.key]
        for row in dropped:
            if row.above is not None:
                row.above.children.remove(row)
            for child in row.children:
                child.above = None
        self._files.forget(dropped)
        self.results.forget(dropped)
        self.rows = [row for row in self.rows if row not in dropped]
        self.dropped += len(dropped)
        # Among thousands of running calls there may be nothing to drop: do not try every time.
        self._trim_beyond = max(MOST_ROWS, len(self.rows) + _NEWEST)


def details(row: Row) -> list[tuple[str, str]]:
    """The details of an open row: (heading, text) pairs."""
    call = row.call
    problem = call.problem if call is not None else None
    running = row.running
    parts = [
        ("agent", call.agent if call is not None else ""),
        ("from", call.origin if call is not None else ""),
        ("arguments", row.arguments),
        ("changed to", call.edited if call is not None else ""),
        ("diff", _diff(row.arguments)),
        ("error", problem.message if problem is not None else ""),
        ("what to do", problem.advice if problem is not None else ""),
        ("detail", problem.detail if problem is not None else ""),
        ("says", _newest(row.says) if running else ""),
        ("said", row.says if not running and row.says.strip() != row.result.strip() else ""),
        ("progress", call.progress if call is not None else ""),
        ("outcome", call.outcome if call is not None and call.guardrail else ""),
        ("output" if running else "result", _newest(row.result) if running else row.result),
        ("the model got", call.sent if call is not None else ""),
        ("files", "\n".join(map(described, row.attachments))),
    ]
    return [(heading, text) for heading, text in parts if text]


def _diff(arguments: str) -> str:
    """The diff of a patch, whose lines cannot be read in JSON; "" for other arguments."""
    if '"diff"' not in arguments:
        return ""
    try:
        operation = json.loads(arguments)
    except (ValueError, RecursionError):
        return ""
    diff = operation.get("diff") if isinstance(operation, dict) and "path" in operation else ""
    # Decoding turns escapes into characters, which the first cleaning could not see.
    return clean(diff) if isinstance(diff, str) else ""


def _newest(text: str) -> str:
    """The end of a text, cut in large steps, so that it does not move with every word."""
    beyond = max(0, len(text) - MOST_SAID)
    return text[-(-beyond // (MOST_SAID // 2)) * (MOST_SAID // 2) :]


def summary(row: Row) -> str:
    """The result that a folded row shows."""
    call = row.call
    if call is None:
        return one_line(row.result)
    if call.problem is not None:
        return one_line(call.problem.message)
    if call.blocks:
        return "blocks the agent's loop"
    if call.state == "running" and (row.said or call.progress or call.output):
        newest = next(reversed(row.said.values()), "") or call.output
        return one_line(newest[-MOST_SAID_FOLDED:] or call.progress)
    if call.sent:
        return one_line(f"replaced by {call.guardrail}: {call.sent} (was: {call.output})")
    # A tool that had started was stopped at an unknown point.
    begun = call.began is not None and not call.output
    words = {
        "calling": "…",
        "called": "",
        "waiting": "waits for your answer",
        "cancelled": "cancelled; may have completed" if begun else "cancelled",
        "rejected": _refused(call),
        "unknown": one_line(call.output) or "interrupted; may have completed",
    }
    return words.get(call.state) or one_line(call.output)


def nested_words(row: Row) -> str:
    """How many calls are below a folded row, and whether one of them wants attention."""
    if not row.children or row.unfolded:
        return ""
    states = [one.state for one in row.descendants]
    named = [f"{states.count(state)} {word}" for state, word in _NAMED if state in states]
    return ", ".join((counted(len(states), "call"), *named))


_NAMED: tuple[tuple[State, str], ...] = (("waiting", "waiting for you"), ("error", "failed"))
"""States of calls below a folded row that it names."""


def _refused(call: ToolCall) -> str:
    """Who rejected a call, and why."""
    if call.refused:
        return call.outcome
    why = one_line(call.output)
    if call.guardrail:
        return " · ".join(filter(None, (f"rejected by {call.guardrail}", why)))
    return why or call.outcome
