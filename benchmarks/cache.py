"""What a hit of the cache of answers costs in the worker, by API and length of the answer.

From an attempt's start to the event of its complete answer, less what it takes to build a request,
which the SDK and the client do for any call: calls that miss and calls that hit take turns in one
worker. p10 is what it costs while nothing else wants the processor.

Run: python -m benchmarks.cache
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.support.provider import Answer, Provider, RequestRecord, Usage
from tests.worker.driver import WorkerProcess
from tui.protocol.commands import ClearHistory
from tui.protocol.events import AttemptFinished, AttemptStarted, RequestBegan
from tui.protocol.worker_settings import CacheSettings

HERE = Path(__file__).parent
BAR = 5.0
"""Milliseconds."""
WARM_UP = 5
"""Calls of each kind that load what they need."""
SAME = "the same"
LENGTHS = (1, 50, 2000)
"""Deltas of an answer."""


def answering(deltas: int) -> Callable[[RequestRecord], Answer]:
    """Long answers are only for the calls that hit: reading others would disturb the next hit."""

    def answer(request: RequestRecord) -> Answer:
        count = deltas if request.last_user_text == SAME else 1
        return Answer(deltas=["word "] * count, usage=Usage(10, count))

    return answer


def spans(worker: WorkerProcess, until: type[AttemptFinished | RequestBegan]) -> list[float]:
    """Milliseconds from each attempt's start to this event."""
    starts, ends = worker.all(AttemptStarted), worker.all(until)
    return [(end.at - start.at) / 1e6 for start, end in zip(starts, ends, strict=True)]


def measured(api: str, deltas: int, calls: int, file: Path) -> tuple[list[float], list[float]]:
    """Milliseconds: until the request of calls that miss, and of whole calls that hit."""
    cache = CacheSettings(path=str(file), lifetime=3600, size=10**9)
    with (
        Provider(route=answering(deltas)) as provider,
        WorkerProcess(
            agent=f"{HERE / 'bench_agent.py'}:agent", base_url=provider.base_url, model="m",
            api=api, cache=cache, from_scratch=True, cwd=HERE.parent,
        ) as worker,
    ):  # fmt: skip
        worker.loaded()
        for number in range(calls):
            for prompt in (SAME, f"prompt {number}"):
                worker.send(ClearHistory())
                worker.say(prompt)
        built, whole = spans(worker, RequestBegan), spans(worker, AttemptFinished)
        assert len(provider.requests) == calls + 1
    return built[1::2][WARM_UP:], whole[::2][WARM_UP:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100)
    calls = parser.parse_args().calls + WARM_UP
    good = True
    for api in ("responses", "chat"):
        for deltas in LENGTHS:
            with tempfile.TemporaryDirectory() as folder:
                built, whole = measured(api, deltas, calls, Path(folder) / "answers.db")
            prepare, quiet = statistics.median(built), statistics.quantiles(built, n=10)[0]
            p50 = statistics.median(whole) - prepare
            p10 = statistics.quantiles(whole, n=10)[0] - quiet
            good &= p10 < BAR
            print(
                f"{api:>9} {deltas:>5} deltas: a hit costs p10 {p10:5.2f} ms, p50 {p50:5.2f} ms, "
                f"beside {quiet:5.2f} and {prepare:5.2f} ms for building the request"
            )
    print(f"a hit costs less than {BAR:g} ms: {'yes' if good else 'NO'}")
    sys.exit(not good)


if __name__ == "__main__":
    main()
