"""Runs that were never made, to be compared."""

from tui.comparison.column_plan import ColumnPlan
from tui.comparison.rounds import Round
from tui.core.metrics import AttemptFigures, Parts, TokenFigures, TurnFigures
from tui.core.metrics.figure import UNAVAILABLE, Figure, estimated, measured
from tui.protocol.events import Problem
from tui.stream.run_facts import Outcome, RunFacts, ToolResult


def turn(
    first_word: float | None = 0.5, total: float = 2.0, tools: int = 0, cost: float | None = None
) -> TurnFigures:
    return TurnFigures(
        run="r1", number=1, prompt="hello", agent="A", wall=1.0, outcome="ok", problem=None,
        scripted=False, start=0, end=round(total * 1e9), ttft=measured(first_word),
        ttfo=measured(first_word), e2e=measured(total), attempts=1, failed=0, retries=0,
        tools=tools, given_up=0, kinds=(), crossed=(),
        tokens=TokenFigures(input=measured(10), output=estimated(20), cost=measured(cost)),
        parts=Parts(), spans=(), longest="", longest_share=0.0,
    )  # fmt: skip


def attempt(rate: Figure = UNAVAILABLE, parent: str = "") -> AttemptFigures:
    return AttemptFigures(
        call="c1", number=1, agent="A", model="m", scripted=False, outcome="ok", rate=rate,
        parent=parent,
    )  # fmt: skip


def facts(
    answer: str = "one two three",
    *,
    outcome: Outcome = "ok",
    rate: float | None = 40.0,
    problem: Problem | None = None,
    tools: tuple[ToolResult, ...] = (),
    **of_turn: float | None,
) -> RunFacts:
    return RunFacts(
        outcome=outcome,
        problem=problem,
        answer=answer,
        words=len(answer.split()),
        attempts=(attempt(measured(rate)),),
        tools=tools,
        turn=turn(tools=len(tools), **of_turn),  # type: ignore[arg-type]
    )


def round_of(*results: RunFacts | None) -> Round:
    return Round(number=1, prompt="Say *it*.", wall=1.0, results=results)


def plan(label: str, *, stream: bool = True, **settings: str) -> ColumnPlan:
    return ColumnPlan(label=label, worker_command=("x",), stream=stream, settings=settings)
