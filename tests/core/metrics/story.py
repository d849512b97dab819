"""Builds lists of events with times in milliseconds, for tests of the metrics."""

from collections.abc import Iterable
from functools import reduce
from typing import Any

import pytest

from tui.core.metrics import Figures, Metrics, figures, fold
from tui.protocol import events
from tui.protocol.events import Event, Kind, Problem

MS = 1_000_000
S = 1_000 * MS


def about(value: float) -> Any:
    """Equal up to rounding."""
    return pytest.approx(value)


class Story:
    """Each method appends events at ``at`` milliseconds and returns the story."""

    def __init__(self, run: str = "run", *, start: float = 0) -> None:
        self.events: list[Event] = []
        self.run = run
        self.start = start

    def ns(self, at: float) -> int:
        return round((self.start + at) * MS)

    def loaded(self, *, scripted: bool = False) -> "Story":
        self.events += [
            events.WorkerStarted(at=self.ns(0), pid=1, python="3.11", wall=0.0),
            events.AgentLoaded(
                at=self.ns(0), agent="Game Master", model="gpt-5-mini", scripted=scripted
            ),
        ]
        return self

    def begins(
        self, at: float = 10, *, entered: float = 0, prompt: str = "I climb.", mode: str = "send"
    ) -> "Story":
        self.events.append(
            events.RunStarted(
                at=self.ns(at), run=self.run, prompt=prompt, entered_at=self.ns(entered),
                wall=1_700_000_000.0, mode=mode, agent="Game Master",  # type: ignore[arg-type]
            )
        )  # fmt: skip
        return self

    def calls(
        self, at: float, call: str = "c1", *, agent: str = "Game Master",
        model: str = "gpt-5-mini", parent: str = "", scripted: bool = False,
    ) -> "Story":  # fmt: skip
        self.events.append(
            events.ModelCallStarted(
                at=self.ns(at), run=self.run, call=call, agent=agent, model=model,
                parent=parent, scripted=scripted,
            )
        )  # fmt: skip
        return self

    def tries(
        self, at: float, call: str = "c1", attempt: int = 1, *, continues: bool = False
    ) -> "Story":
        self.events.append(
            events.AttemptStarted(
                at=self.ns(at), run=self.run, call=call, attempt=attempt, continues=continues
            )
        )
        return self

    def sends_request(self, at: float, call: str = "c1", attempt: int = 1) -> "Story":
        self.events.append(
            events.RequestBegan(at=self.ns(at), run=self.run, call=call, attempt=attempt)
        )
        return self

    def connects(
        self, at: float, call: str = "c1", attempt: int = 1, *, hidden: bool = False
    ) -> "Story":
        self.events.append(
            events.AttemptConnected(
                at=self.ns(at), run=self.run, call=call, attempt=attempt, hidden=hidden
            )
        )
        return self

    def says(self, at: float, text: str = "word", call: str = "c1", attempt: int = 1) -> "Story":
        self.events.append(
            events.TextDelta(at=self.ns(at), run=self.run, call=call, attempt=attempt, text=text)
        )
        return self

    def streams(
        self, ats: Iterable[float], text: str = "word", call: str = "c1", attempt: int = 1
    ) -> "Story":
        for at in ats:
            self.says(at, text, call, attempt)
        return self

    def thinks(self, at: float, text: str = "hm", call: str = "c1") -> "Story":
        self.events.append(
            events.ReasoningDelta(at=self.ns(at), run=self.run, call=call, text=text)
        )
        return self

    def uses(
        self, at: float, *, output: int | None, input: int | None = None,  # noqa: A002
        cached: int | None = None, reasoning: int | None = None, cost: float | None = None,
        call: str = "c1", attempt: int = 1,
    ) -> "Story":  # fmt: skip
        self.events.append(
            events.UsageReported(
                at=self.ns(at), run=self.run, call=call, attempt=attempt, input=input,
                output=output, cached=cached, reasoning=reasoning, cost=cost,
            )
        )  # fmt: skip
        return self

    def ends(self, at: float, call: str = "c1", attempt: int = 1, raw: int = 0) -> "Story":
        self.events.append(
            events.AttemptFinished(
                at=self.ns(at), run=self.run, call=call, attempt=attempt, raw_events=raw
            )
        )
        return self

    def fails(
        self, at: float, kind: Kind = "network", call: str = "c1", attempt: int = 1
    ) -> "Story":
        self.events.append(
            events.AttemptFailed(
                at=self.ns(at), run=self.run, call=call, attempt=attempt,
                problem=Problem(kind=kind, message=kind),
            )
        )  # fmt: skip
        return self

    def is_cancelled(self, at: float, call: str = "c1", attempt: int = 1) -> "Story":
        self.events.append(
            events.AttemptCancelled(at=self.ns(at), run=self.run, call=call, attempt=attempt)
        )
        return self

    def waits(self, at: float, until: float, call: str = "c1", attempt: int = 2) -> "Story":
        self.events.append(
            events.RetryScheduled(
                at=self.ns(at), run=self.run, call=call, attempt=attempt, most=4,
                delay=(until - at) / 1000, until=self.ns(until),
            )
        )  # fmt: skip
        return self

    def runs_tool(
        self,
        at: float,
        tool_call: str = "t1",
        name: str = "roll_dice",
        parent: str = "",
        *,
        hosted: bool = False,
    ) -> "Story":
        self.events += [
            events.ToolCalled(at=self.ns(at), run=self.run, tool_call=tool_call, name=name,
                              arguments="{}", parent=parent, hosted=hosted),
            events.ToolStarted(at=self.ns(at), run=self.run, tool_call=tool_call, name=name),
        ]  # fmt: skip
        return self

    def tool_ends(self, at: float, tool_call: str = "t1", outcome: str = "ok") -> "Story":
        problem = Problem(kind="tool", message="no") if outcome == "error" else None
        self.events.append(
            events.ToolFinished(
                at=self.ns(at), run=self.run, tool_call=tool_call,
                outcome=outcome, problem=problem,  # type: ignore[arg-type]
            )
        )  # fmt: skip
        return self

    def asks(self, at: float, tool_call: str = "t1", name: str = "roll_dice") -> "Story":
        self.events.append(
            events.ApprovalRequested(
                at=self.ns(at), run=self.run, tool_call=tool_call, name=name, arguments="{}"
            )
        )
        return self

    def answers(self, at: float, tool_call: str = "t1", *, approved: bool = True) -> "Story":
        self.events.append(
            events.ApprovalAnswered(
                at=self.ns(at), run=self.run, tool_call=tool_call, approved=approved
            )
        )
        return self

    def spans(
        self, began: float, at: float, name: str, *, kind: str = "custom", **more: Any
    ) -> "Story":
        self.events.append(
            events.SpanEnded(
                at=self.ns(at), run=self.run, kind=kind, name=name, began=self.ns(began), **more
            )
        )
        return self

    def finishes(
        self, at: float, outcome: str = "ok", kind: Kind | None = None, output: str = ""
    ) -> "Story":
        problem = None if kind is None else Problem(kind=kind, message=kind)
        self.events.append(
            events.RunFinished(
                at=self.ns(at), run=self.run, outcome=outcome,  # type: ignore[arg-type]
                problem=problem, output=output,
            )
        )  # fmt: skip
        return self

    def adds(self, *more: Event) -> "Story":
        self.events += more
        return self

    def metrics(self, start: Metrics | None = None) -> Metrics:
        return reduce(fold, self.events, start or Metrics())

    def figures(self, now: float | None = None) -> Figures:
        last = max((event.at for event in self.events), default=0)
        return figures(self.metrics(), last if now is None else self.ns(now))


def simple_turn(run: str = "run", *, start: float = 0, tokens: int = 11) -> Story:
    """400 ms to the first token, ten gaps of 20 ms, usage of ``tokens``; 700 ms in all."""
    return (
        Story(run, start=start)
        .begins(10)
        .calls(20, f"{run}-c1")
        .tries(20, f"{run}-c1")
        .connects(60, f"{run}-c1")
        .streams(range(420, 621, 20), call=f"{run}-c1")
        .uses(640, output=tokens, input=100, cached=40, call=f"{run}-c1")
        .ends(650, f"{run}-c1", raw=15)
        .finishes(700)
    )


def eventful_turn(run: str = "run", *, start: float = 0) -> Story:
    """A 429 and its back-off, two parallel tools, a nested agent, and a second model call."""
    call, second, nested = f"{run}-c1", f"{run}-c2", f"{run}-n1"
    slow, fast = f"{run}-t1", f"{run}-t2"
    return (
        Story(run, start=start)
        .begins(10, prompt="Fight the dragon, then tell me what the oracle says")
        .calls(20, call)
        .tries(20, call)
        .fails(120, "rate_limit", call)
        .waits(120, 1120, call)
        .tries(1120, call, 2)
        .connects(1160, call, 2)
        .streams(range(1520, 2121, 20), "roll ", call, 2)
        .uses(2130, output=31, input=420, cached=128, reasoning=0, call=call, attempt=2)
        .ends(2130, call, 2, raw=40)
        .runs_tool(2140, slow, "ask_oracle")
        .runs_tool(2141, fast, "roll_dice")
        .tool_ends(2240, fast)
        .calls(2200, nested, agent="Oracle", model="gpt-5-nano", parent=slow)
        .tries(2200, nested)
        .connects(2230, nested)
        .streams(range(2400, 2701, 10), "omen ", nested)
        .uses(2700, output=33, input=90, call=nested)
        .ends(2710, nested, raw=36)
        .tool_ends(2840, slow)
        .calls(2850, second)
        .tries(2850, second)
        .connects(2880, second)
        .streams(range(3100, 5101, 20), "word ", second)
        .uses(5110, output=101, input=600, cached=420, call=second)
        .ends(5110, second, raw=110)
        .finishes(5120, output="The dragon falls.")
    )
