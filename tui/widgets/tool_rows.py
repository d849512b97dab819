"""What the tool log holds: a row per tool call and per printed line. No Textual here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from tui import events
from tui.units import one_line

State = Literal["calling", "called", "waiting", "running", "ok", "error", "cancelled", "rejected",
                "unknown", "printed", "info", "warning"]  # fmt: skip

RUNNING: frozenset[State] = frozenset({"calling", "called", "waiting", "running"})

MOST_ROWS = 5_000
"""Rows kept; the journal has them all."""

MOST_ARGUMENTS = 100_000
"""Characters of arguments kept for a row."""


@dataclass(slots=True)
class Row:
    """One line of the log, more when it is open."""

    key: str
    state: State
    name: str = ""
    arguments: str = ""
    result: str = ""
    agent: str = ""
    depth: int = 0
    """How many agents-as-tools it is inside of."""
    began: int | None = None
    """Worker-clock ns of the tool's own start."""
    ended: int | None = None
    problem: events.Problem | None = None
    open: bool = False

    @property
    def running(self) -> bool:
        return self.state in RUNNING

    def elapsed(self, now: int) -> int | None:
        """Nanoseconds that the tool took, or has taken so far; None: it never started."""
        if self.began is None:
            return None
        return (self.ended if self.ended is not None else now) - self.began


class ToolRows:
    """The rows in order of arrival, and the calls among them by id."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._calls: dict[str, Row] = {}
        self._printed = 0

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def clear(self) -> None:
        """Forget every row."""
        self.rows.clear()
        self._calls.clear()

    def arguments(self, delta: events.ToolArgumentsDelta) -> None:
        """A piece of a call's arguments; the first one makes its row."""
        row = self._call(delta.tool_call, delta.name, delta.agent, delta.parent)
        if len(row.arguments) < MOST_ARGUMENTS:
            row.arguments += delta.text

    def change(self, event: events.Event) -> None:
        """Follow a call through its life."""
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
                self._call(event.tool_call, "").state = "called"
            case events.ToolStarted():
                row = self._call(event.tool_call, event.name)
                row.state, row.began = "running", event.at
            case events.ToolFinished():
                row = self._call(event.tool_call, event.name)
                row.state, row.ended = event.outcome, event.at
                row.result, row.problem = event.output, event.problem
            case _:
                pass

    def abandon(self, at: int) -> None:
        """The worker is gone: what ran may or may not have completed."""
        for row in self.rows:
            if row.running:
                row.state = "unknown" if row.state == "running" else "cancelled"
                row.ended = at

    def add_line(self, text: str, state: State = "printed") -> Row:
        """A line that somebody printed, or a notice."""
        self._printed += 1
        return self._add(Row(key=f"line {self._printed}", state=state, result=text))

    def running(self) -> Iterable[Row]:
        """Rows whose tool has begun and not ended."""
        return (row for row in self.rows if row.state == "running")

    def _call(self, key: str, name: str, agent: str = "", parent: str = "") -> Row:
        row = self._calls.get(key)
        if row is None:
            above = self._calls.get(parent) if parent else None
            depth = above.depth + 1 if above is not None else 0
            row = self._add(Row(key=key, state="calling", depth=depth))
            self._calls[key] = row
        row.name = name or row.name
        row.agent = agent or row.agent
        return row

    def _add(self, row: Row) -> Row:
        self.rows.append(row)
        if len(self.rows) > MOST_ROWS:
            for old in self.rows[: MOST_ROWS // 10]:
                self._calls.pop(old.key, None)
            del self.rows[: MOST_ROWS // 10]
        return row


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
    if row.result:
        told.append(("result", row.result))
    return told


def summary(row: Row) -> str:
    """What a folded row tells of its end."""
    if row.problem is not None:
        return one_line(row.problem.message)
    words = {
        "calling": "…",
        "called": "",
        "waiting": "waits for your answer",
        "cancelled": "cancelled",
        "rejected": "rejected by you",
        "unknown": "interrupted; may have completed",
    }
    return words.get(row.state) or one_line(row.result)
