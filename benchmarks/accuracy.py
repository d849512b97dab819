"""The figures against the provider's own send log, over real HTTP with exact timing.

A 429 with a back-off of 1 s, 400 ms to the first token, 50 tok/s, tools of 300 and 100 ms in
parallel, a second model call; then a nested agent. On both APIs. Prints each figure, the
provider's, and the difference. Run: python -m benchmarks.accuracy
"""

import argparse
import itertools
import json
import os
import tempfile
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import NamedTuple

from tests.provider.process import ProviderProcess
from tests.provider.request import RequestRecord
from tests.worker.driver import WorkerProcess
from tui import events
from tui.metrics import AttemptFigures, Metrics, TurnFigures, figures, fold
from tui.metrics.figure import SECOND

HERE = Path(__file__).parent
SECONDS_BAR, SHARE_BAR, UNEXPLAINED_BAR = 0.010, 0.02, 0.020


class Row(NamedTuple):
    """Both in seconds."""

    name: str
    ours: float
    theirs: float

    @property
    def within(self) -> bool:
        return abs(self.ours - self.theirs) <= max(SECONDS_BAR, SHARE_BAR * self.theirs)


def attempts_of(told: list[events.Event]) -> Iterator[tuple[int, AttemptFigures]]:
    """When each call's last attempt began, and its figures: each call is folded on its own."""
    for call in (event.call for event in told if isinstance(event, events.ModelCallStarted)):
        own = [event for event in told if getattr(event, "call", "") == call]
        shown = figures(reduce(fold, own, Metrics()), told[-1].at).attempt
        assert shown is not None
        yield _starts(own)[-1], shown


def _starts(told: list[events.Event]) -> list[int]:
    return [event.at for event in told if isinstance(event, events.AttemptStarted)]


def attempt_rows(started: int, attempt: AttemptFigures, request: RequestRecord) -> Iterator[Row]:
    """An attempt begins before its request arrives: the client builds it and sends it."""
    times = [(at - started) / SECOND for at in request.delta_times]
    name = f"request {request.number}"
    yield Row(f"{name} TTFT", attempt.ttft.value, times[0])
    gaps = sorted(later - earlier for earlier, later in itertools.pairwise(times))
    yield Row(f"{name} TPOT", attempt.tpot.value, (times[-1] - times[0]) / (len(times) - 1))
    yield Row(f"{name} ICL p50", attempt.icl_p50.value, gaps[len(gaps) // 2])
    assert attempt.output.quality == "measured"
    assert attempt.output.value == len(times), "tokens are not the provider's"


def turn_rows(
    turn: TurnFigures, starts: list[int], requests: list[RequestRecord], tools: Path
) -> Iterator[Row]:
    own = [request for request in requests if "oracle" not in request.instructions]
    last = own[-1].delta_times[-1]
    yield Row("E2E", turn.e2e.value, (last - turn.start) / SECOND)
    first = own[1].delta_times[0]
    yield Row("turn TTFO", turn.ttfo.value, (first - turn.start) / SECOND)
    pause = starts[1] - (own[0].finished_at or 0)
    yield Row("back-off", turn.parts.backoff / SECOND, pause / SECOND)
    spans = {span.name: span for span in turn.spans if span.part == "tool"}
    for line in tools.read_text().splitlines() if tools.exists() else ():
        name, began, ended = json.loads(line)
        span = spans[name]
        yield Row(f"tool {name}", (span.end - span.start) / SECOND, (ended - began) / SECOND)


def measure(api: str, prompt: str, folder: Path) -> tuple[list[Row], TurnFigures]:
    tools = folder / f"{api}-{prompt}.jsonl"
    environment = {"BENCH_TOOL_TIMES": str(tools)}
    with (
        ProviderProcess(HERE / "timed_answers.py") as provider,
        WorkerProcess(
            agent=f"{HERE / 'timed_agent.py'}:agent",
            base_url=provider.base_url,
            api=api,
            env=environment,
            from_scratch=True,
        ) as worker,
    ):
        worker.loaded()
        worker.say(f"warm up without a tool, {prompt}")
        tools.unlink(missing_ok=True)
        before = len(provider.log().requests)
        told = len(worker.events)
        worker.say(prompt)
        said = worker.events[told:]
        requests = provider.log().requests[before:]
    turn = figures(reduce(fold, said, Metrics()), said[-1].at).turn
    assert turn is not None
    rows = [
        row
        for attempt, request in zip(attempts_of(said), _answered(requests), strict=True)
        for row in attempt_rows(*attempt, request)
    ]
    starts = _starts(said)
    sending = [request.arrived_at - start for start, request in zip(starts, requests, strict=True)]
    print(f"the client built and sent each request in {min(sending) / 1e6:.0f} to "
          f"{max(sending) / 1e6:.0f} ms, which are part of its attempt")  # fmt: skip
    return [*rows, *turn_rows(turn, starts, requests, tools)], turn


def _answered(requests: list[RequestRecord]) -> list[RequestRecord]:
    return [request for request in requests if request.delta_times]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--api", choices=("responses", "chat"))
    chosen = parser.parse_args().api
    os.environ.setdefault("OPENAI_API_KEY", "none")
    with tempfile.TemporaryDirectory() as folder:
        for api in (chosen,) if chosen else ("responses", "chat"):
            for prompt in ("go", "ask the oracle"):
                report(f"{api}, {prompt}", *measure(api, prompt, Path(folder)))


def report(title: str, rows: list[Row], turn: TurnFigures) -> None:
    print(f"{title}: figure, ours, the provider's, difference")
    for row in rows:
        verdict = "" if row.within else "  OUTSIDE the bar"
        off = (row.ours - row.theirs) * 1e3
        print(f"  {row.name:<18} {row.ours:8.4f} {row.theirs:8.4f} {off:+7.1f} ms{verdict}")
    assert turn.parts.total == turn.end - turn.start, "the parts do not sum to E2E"
    runner = turn.parts.runner / SECOND
    print(f"  parts sum to E2E; no part explains {runner * 1e3:.1f} ms "
          f"(bar {UNEXPLAINED_BAR * 1e3:.0f})")  # fmt: skip


if __name__ == "__main__":
    main()
