"""The figures, compared with the provider's own send log, over real HTTP with exact timing.

On both APIs, with parallel tools and with a nested agent (see tests/accuracy). Prints each figure,
the provider's, and the difference. Run: python -m benchmarks.accuracy
"""

import argparse
import os
import tempfile
from pathlib import Path

from tests.accuracy.comparison import AGENT, ANSWERS, PROMPTS, Comparison, compare
from tests.support.provider.process import ProviderProcess
from tests.worker.driver import WorkerProcess
from tui.core.metrics.figure import SECOND

PROCESSORS = sorted(os.sched_getaffinity(0))
SECONDS_BAR, SHARE_BAR, UNEXPLAINED_BAR = 0.010, 0.02, 0.020


def keep_apart(worker: int, *others: int) -> None:
    """Give the worker a processor that the provider and this process do not use.

    Otherwise a reader may take its processor at each write, which would count as the worker's time.
    """
    first, *rest = PROCESSORS
    if rest:
        for pid, processors in ((worker, [first]), *((other, rest) for other in others)):
            for thread in Path(f"/proc/{pid}/task").iterdir():
                os.sched_setaffinity(int(thread.name), processors)


def measure(api: str, prompt: str, folder: Path) -> Comparison:
    """Measure in a new worker, after its own warm-up and one turn."""
    tool_times = folder / f"{api}-{prompt}.jsonl"
    with (
        ProviderProcess(ANSWERS) as provider,
        WorkerProcess(
            agent=AGENT,
            base_url=provider.base_url,
            api=api,
            env={"BENCH_TOOL_TIMES": str(tool_times)},
            from_scratch=True,
        ) as worker,
    ):
        worker.loaded()
        keep_apart(worker.process.pid, provider.pid, os.getpid())
        worker.say(f"warm up without a tool, {prompt}")
        return compare(provider, worker, prompt, tool_times)


def report(title: str, compared: Comparison) -> int:
    """Print all figures; the number of figures outside the bar."""
    print(f"{title}: figure, streamtui's, provider's, difference")
    outside = 0
    for row in compared.rows:
        within = row.within(SECONDS_BAR, SHARE_BAR)
        outside += not within
        off = (row.ours - row.theirs) * 1e3
        print(f"  {row.name:<18} {row.ours:8.4f} {row.theirs:8.4f} {off:+7.1f} ms"
              f"{'' if within else '  OUTSIDE the bar'}")  # fmt: skip
    turn, sending = compared.turn, compared.sending
    assert turn.parts.total == turn.end - turn.start, "the parts do not sum to E2E"
    assert compared.counts, "no attempt was answered"
    for count, quality, theirs in compared.counts:
        assert (count, quality) == (theirs, "measured"), "tokens differ from the provider's"
    runner = turn.parts.runner / SECOND
    print(f"  parts sum to E2E; the runner took {runner * 1e3:.1f} ms "
          f"(bar {UNEXPLAINED_BAR * 1e3:.0f}); requests arrived {min(sending) * 1e3:.0f} to "
          f"{max(sending) * 1e3:.0f} ms after the start of their attempts, "
          f"of which building all of them took {turn.parts.prepare / 1e6:.0f} ms")  # fmt: skip
    return outside + (runner > UNEXPLAINED_BAR)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--api", choices=("responses", "chat"))
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    os.environ.setdefault("OPENAI_API_KEY", "none")
    outside = 0
    with tempfile.TemporaryDirectory() as folder:
        for api in (options.api,) if options.api else ("responses", "chat"):
            for prompt in PROMPTS:
                for _ in range(options.rounds):
                    outside += report(f"{api}, {prompt}", measure(api, prompt, Path(folder)))
    print(f"{outside} figures outside the bar ({SECONDS_BAR * 1e3:.0f} ms or {SHARE_BAR:.0%})")


if __name__ == "__main__":
    main()
