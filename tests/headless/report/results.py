"""Results of runs that were never made."""

from tui.core.conversation import ToolState
from tui.core.metrics import AttemptFigures, Thresholds
from tui.core.metrics.figure import measured
from tui.headless.prompts import Prompt
from tui.headless.report.summary import Summary, summary_of
from tui.headless.results import Job, RunResult
from tui.protocol.events import Problem
from tui.stream.run_facts import ToolResult


def attempt(ttft: float = 0.5, rate: float = 20.0, **more: object) -> AttemptFigures:
    fields = {"call": "c1", "number": 1, "agent": "A", "model": "m", "scripted": False,
              "outcome": "ok", "ttft": measured(ttft), "rate": measured(rate)}  # fmt: skip
    return AttemptFigures(**{**fields, **more})  # type: ignore[arg-type]


def result(*attempts: AttemptFigures, number: int = 1, **more: object) -> RunResult:
    fields = {"job": Job(number, Prompt(str(number), "hello")), "outcome": "ok", "problem": None,
              "answer": "hi", "session": "", "attempts": attempts, "tools": (),
              "turn": None}  # fmt: skip
    return RunResult(**{**fields, **more})  # type: ignore[arg-type]


def tool(seconds: float | None = 0.1, state: ToolState = "ok") -> ToolResult:
    return ToolResult(
        name="add", agent="A", state=state, seconds=seconds, arguments="{}", output="3"
    )


def problem(kind: str = "server", message: str = "it broke") -> Problem:
    return Problem(kind=kind, message=message)  # type: ignore[arg-type]


def summary(*results: RunResult, seconds: float = 2.0) -> Summary:
    return summary_of(
        results, agent="A", version="0", began=1.0, seconds=seconds, limits=Thresholds()
    )


def timed(*ttfts: float) -> Summary:
    """Runs with one request each, that took so long to the first token."""
    return summary(*(result(attempt(ttft), number=n) for n, ttft in enumerate(ttfts, 1)))
