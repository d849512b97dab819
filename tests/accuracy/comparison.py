"""A worker and a provider with exact timing: each figure compared with the provider's log.

A 429 with a back-off of 1 s, 400 ms to the first token, 50 tok/s, tools of 300 and 100 ms in
parallel, a second model call; or a tool that asks a nested agent.
"""

import itertools
import json
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import NamedTuple

from tests.support.provider.process import ProviderProcess
from tests.support.provider.request import RequestRecord
from tests.worker.driver import WorkerProcess
from tui.core.metrics import AttemptFigures, Metrics, TurnFigures, figures, fold
from tui.core.metrics.figure import SECOND
from tui.protocol import events

HERE = Path(__file__).parent
ANSWERS = HERE / "timed_answers.py"
AGENT = f"{HERE / 'timed_agent.py'}:agent"
PROMPTS = ("go", "ask the oracle")
"""The second prompt makes the agent call a nested agent."""


class Row(NamedTuple):
    """One figure in seconds, as measured by streamtui and by the provider."""

    name: str
    ours: float
    theirs: float

    def within(self, seconds: float, share: float) -> bool:
        return abs(self.ours - self.theirs) <= max(seconds, share * self.theirs)


class Comparison(NamedTuple):
    rows: list[Row]
    turn: TurnFigures
    counts: list[tuple[float, str, int]]
    """Output tokens of each answered attempt: streamtui's, their quality, the provider's."""
    sending: list[float]
    """Seconds from each attempt's start to its request's arrival."""


def compare(
    provider: ProviderProcess, worker: WorkerProcess, prompt: str, tool_times: Path
) -> Comparison:
    """Send the prompt, and compare the figures of both sides."""
    tool_times.unlink(missing_ok=True)
    before, events_before = len(provider.log().requests), len(worker.events)
    worker.say(prompt)
    new_events, requests = worker.events[events_before:], provider.log().requests[before:]
    turn = figures(reduce(fold, new_events, Metrics()), new_events[-1].at).turn
    assert turn is not None
    answered = [request for request in requests if request.delta_times]
    attempts = list(zip(_attempts(new_events), answered, strict=True))
    starts = [event.at for event in new_events if isinstance(event, events.AttemptStarted)]
    return Comparison(
        rows=[row for pair in attempts for row in _attempt_rows(*pair)]
        + list(_turn_rows(turn, starts, requests, tool_times)),
        turn=turn,
        counts=[
            (attempt.output.value, attempt.output.quality, len(request.delta_times))
            for attempt, request in attempts
        ],
        sending=[
            (request.arrived_at - start) / SECOND
            for start, request in zip(starts, requests, strict=True)
        ],
    )


def _attempts(of_turn: list[events.Event]) -> Iterator[AttemptFigures]:
    """The figures of each call's last attempt, folded separately for each call."""
    for call in (event.call for event in of_turn if isinstance(event, events.ModelCallStarted)):
        own = [event for event in of_turn if getattr(event, "call", "") == call]
        shown = figures(reduce(fold, own, Metrics()), of_turn[-1].at).attempt
        assert shown is not None
        yield shown


def _attempt_rows(attempt: AttemptFigures, request: RequestRecord) -> Iterator[Row]:
    times = [(at - request.arrived_at) / SECOND for at in request.delta_times]
    name = f"request {request.number}"
    yield Row(f"{name} TTFT", attempt.ttft.value, times[0])
    if attempt.ttfo.known:
        yield Row(f"{name} TTFO", attempt.ttfo.value, times[0])
    yield Row(f"{name} TPOT", attempt.tpot.value, (times[-1] - times[0]) / (len(times) - 1))
    gaps = sorted(later - earlier for earlier, later in itertools.pairwise(times))
    yield Row(f"{name} ICL p50", attempt.icl_p50.value, gaps[len(gaps) // 2])


def _turn_rows(
    turn: TurnFigures, starts: list[int], requests: list[RequestRecord], tool_times: Path
) -> Iterator[Row]:
    own = [request for request in requests if "oracle" not in request.instructions]
    yield Row("E2E", turn.e2e.value, (own[-1].delta_times[-1] - turn.start) / SECOND)
    yield Row("turn TTFO", turn.ttfo.value, (own[1].delta_times[0] - turn.start) / SECOND)
    pause = starts[1] - (own[0].finished_at or 0)
    yield Row("back-off", turn.parts.backoff / SECOND, pause / SECOND)
    spans = {span.name: span for span in turn.spans if span.part == "tool"}
    for line in tool_times.read_text().splitlines() if tool_times.exists() else ():
        name, began, ended = json.loads(line)
        span = spans[name]
        yield Row(f"tool {name}", (span.end - span.start) / SECOND, (ended - began) / SECOND)
