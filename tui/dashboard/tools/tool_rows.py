"""What the tool log holds: a row per tool call and per printed line. No Textual here."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from operator import attrgetter
from typing import Literal

import msgspec

from tui.core.formatting import one_line
from tui.protocol import events

State = Literal["calling", "called", "waiting", "running", "ok", "error", "cancelled", "rejected",
                "unknown", "printed", "info", "warning"]  # fmt: skip

RUNNING: frozenset[State] = frozenset({"calling", "called", "waiting", "running"})

MOST_ROWS = 5_000
"""Rows kept; the journal has them all."""

_KEPT = MOST_ROWS - MOST_ROWS // 10
"""Rows left when too many were there: dropping them one at a time would cost as much each time."""

_NEWEST = MOST_ROWS // 10
"""Rows that are never dropped, whatever they are: what has just come is looked at."""

MOST_ARGUMENTS = 100_000
"""Characters of arguments kept for a row."""


MOST_SAID = 8_000
"""Of what an agent inside is saying, the newest characters that an open row shows."""

MOST_SAID_FOLDED = 300
"""The same of a folded row."""

AFTER_ALL = 1_000_000
"""The part of an attempt that says how it ended."""


class Row(msgspec.Struct, eq=False):
    """One line of the log, more when it is open."""

    serial: int
    """Counts rows in the order of their arrival, from 1 on."""
    state: State
    key: str = ""
    """The tool call's id; "" for a line."""
    name: str = ""
    arguments: str = ""
    result: str = ""
    said: dict[tuple[str, int, int], str] = msgspec.field(default_factory=dict)
    """Of an agent that is used as a tool: what it says, by model call, attempt and part."""
    agent: str = ""
    depth: int = 0
    """How many agents-as-tools it is inside of."""
    began: int | None = None
    """Worker-clock ns of the tool's own start."""
    ended: int | None = None
    problem: events.Problem | None = None
    open: bool = False
    blocks: bool = False
    """It keeps the agent's loop."""

    @property
    def running(self) -> bool:
        return self.state in RUNNING

    @property
    def says(self) -> str:
        """The words of an agent that is used as a tool, one part below the other."""
        return "\n\n".join(self.said.values())

    def elapsed(self, now: int) -> int | None:
        """Nanoseconds that the tool took, or has taken so far; None: it never started."""
        if self.began is None:
            return None
        return (self.ended if self.ended is not None else now) - self.began


class ToolRows:
    """The rows in order of arrival, and the calls among them by id."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.dropped = 0
        """Rows forgotten because there were too many."""
        self._calls: dict[str, Row] = {}
        self._live: dict[str, Row] = {}
        self._speakers: dict[str, str] = {}
        """Model call → the tool call inside of which it is made."""
        self._serial = 0
        self._trim_beyond = MOST_ROWS

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def clear(self) -> None:
        """Forget every row."""
        self.rows.clear()
        self._calls.clear()
        self._live.clear()
        self._speakers.clear()
        self._trim_beyond = MOST_ROWS

    def position(self, serial: int) -> int:
        """The index of a row; if it was dropped, of the one that came next."""
        return bisect_left(self.rows, serial, key=attrgetter("serial"))

    def add(self, delta: events.Delta) -> Row | None:
        """A piece of text; the row that it stands in, None for what the chat shows."""
        match delta:
            case events.ToolArgumentsDelta():
                return self._arguments(delta)
            case events.ReasoningDelta():
                return None
            case _:
                return self._says(delta, delta.part, delta.text)

    def hear(self, event: events.Event) -> Row | None:
        """What becomes of a model call; the row of the agent that makes it inside of a tool."""
        match event:
            case events.ModelCallStarted() if event.parent:
                self._speakers[event.call] = event.parent
            case events.TextReplaced():
                return self._says(event, event.part, event.text, anew=True)
            case events.AttemptFailed():
                return self._says(event, AFTER_ALL, f"✂ interrupted: {event.problem.message}")
            case _:
                pass
        return None

    def _says(
        self,
        event: events.Delta | events.TextReplaced | events.AttemptFailed,
        part: int,
        text: str,
        *,
        anew: bool = False,
    ) -> Row | None:
        row = self._calls.get(self._speakers.get(event.call, ""))
        if row is not None:
            key = event.call, event.attempt, part
            row.said[key] = text if anew else row.said.get(key, "") + text
        return row

    def _arguments(self, delta: events.ToolArgumentsDelta) -> Row:
        """The first piece makes the row."""
        row = self._call(delta.tool_call, delta.name, delta.agent, delta.parent)
        if len(row.arguments) < MOST_ARGUMENTS:
            row.arguments += delta.text
        return row

    def change(self, event: events.Event) -> Row | None:
        """Follow a call through its life; its row, None for an event of something else."""
        row = self._changed(event)
        if row is not None and not row.running:
            self._live.pop(row.key, None)
        elif row is not None:
            self._live[row.key] = row
        return row

    def abandon(self, at: int) -> None:
        """The worker is gone: what ran may or may not have completed."""
        for row in self._live.values():
            row.state = "unknown" if row.state == "running" else "cancelled"
            row.ended = at
        self._live.clear()

    def add_lines(self, texts: Sequence[str], state: State = "printed") -> None:
        """Lines that somebody printed, or notices; of more than `MOST_ROWS` the last ones."""
        for text in texts[-MOST_ROWS:]:
            self.rows.append(Row(self._next_serial(), state, result=text))
        self._trim()

    def running(self) -> Iterable[Row]:
        """Rows whose tool has begun and not ended."""
        return (row for row in self._live.values() if row.state == "running")

    def _changed(self, event: events.Event) -> Row | None:
        row: Row | None = None
        match event:
            case events.ToolCalled():
                row = self._call(event.tool_call, event.name, event.agent, event.parent)
                row.arguments = event.arguments
                row.state = "running" if event.hosted else "called"
                row.began = event.at if event.hosted else None
            case events.ApprovalRequested():
                row = self._call(event.tool_call, event.name, event.agent, event.parent)
                row.arguments = event.arguments
                row.state = "waiting"
            case events.ApprovalAnswered():
                row = self._call(event.tool_call, "")
                row.state = "called"
            case events.ToolStarted():
                row = self._call(event.tool_call, event.name)
                row.state, row.began = "running", event.at
            case events.LoopBlocked() if event.tool_call in self._live:
                row = self._live[event.tool_call]
                row.blocks = True
            case events.LoopFreed():
                row = next((row for row in self._live.values() if row.blocks), None)
                if row is not None:
                    row.blocks = False
            case events.ToolFinished():
                row = self._call(event.tool_call, event.name)
                row.state, row.ended = event.outcome, event.at
                row.result, row.problem, row.blocks = event.output, event.problem, False
                self._speakers = {c: t for c, t in self._speakers.items() if t != row.key}
            case _:
                pass
        return row

    def _call(self, key: str, name: str, agent: str = "", parent: str = "") -> Row:
        row = self._calls.get(key)
        if row is None:
            above = self._calls.get(parent) if parent else None
            depth = above.depth + 1 if above is not None else 0
            row = Row(self._next_serial(), "calling", key, depth=depth)
            self._calls[key] = self._live[key] = row
            self.rows.append(row)
            self._trim()
        row.name = name or row.name
        row.agent = agent or row.agent
        return row

    def _next_serial(self) -> int:
        self._serial += 1
        return self._serial

    def _trim(self) -> None:
        """Drop the oldest lines, then the oldest calls that have ended, if there are too many."""
        if len(self.rows) <= self._trim_beyond:
            return
        old = self.rows[:-_NEWEST]
        lines = (row for row in old if not self._is_call(row))
        ended = (row for row in old if self._is_call(row) and not row.running)
        dropped = set(islice(chain(lines, ended), len(self.rows) - _KEPT))
        for row in dropped:
            if self._is_call(row):
                del self._calls[row.key]
        self.rows = [row for row in self.rows if row not in dropped]
        self.dropped += len(dropped)
        # With thousands of running calls there may be nothing to drop: not to be tried every time.
        self._trim_beyond = max(MOST_ROWS, len(self.rows) + _NEWEST)

    def _is_call(self, row: Row) -> bool:
        return self._calls.get(row.key) is row


SPOKEN = frozenset({"says", "said"})
"""Headings of what is prose."""


def details(row: Row) -> list[tuple[str, str]]:
    """What an open row tells: (heading, text) pairs."""
    told = []
    if row.agent:
        told.append(("agent", row.agent))
    if row.arguments:
        told.append(("arguments", row.arguments))
    if row.problem is not None:
        told.append(("error", row.problem.message))
        if row.problem.detail:
            told.append(("detail", row.problem.detail))
    if row.running and row.said:
        told.append(("says", _newest(row.says)))
    elif row.said and row.says.strip() != row.result.strip():
        told.append(("said", row.says))
    if row.result:
        told.append(("result", row.result))
    return told


def _newest(text: str) -> str:
    """Its beginning is dropped in large pieces: what is read does not move with every word."""
    beyond = max(0, len(text) - MOST_SAID)
    return text[-(-beyond // (MOST_SAID // 2)) * (MOST_SAID // 2) :]


def summary(row: Row) -> str:
    """What a folded row tells of its end."""
    if row.problem is not None:
        return one_line(row.problem.message)
    if row.blocks:
        return "blocks the agent's loop"
    if row.state == "running" and row.said:
        return one_line(next(reversed(row.said.values()))[-MOST_SAID_FOLDED:])
    # One that had begun was stopped somewhere: nobody knows what it has done by then.
    begun = row.began is not None and not row.result
    words = {
        "calling": "…",
        "called": "",
        "waiting": "waits for your answer",
        "cancelled": "cancelled; may have completed" if begun else "cancelled",
        "rejected": "rejected by you",
        "unknown": "interrupted; may have completed",
    }
    return words.get(row.state) or one_line(row.result)
