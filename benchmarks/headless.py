"""`streamtui run` compared with loops that do the same: how soon it asks, how many it asks at once.

1. From the start of the process to its first request at the provider, `streamtui run` ÷ a script
   over the SDK, in turn.
2. Requests a second, 32 at once, against a provider that takes a second for an answer:
   `streamtui run` ÷ a loop over the client, and ÷ a loop over the SDK, in turn.

Run: python -m benchmarks.headless
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.support.provider.process import ProviderProcess

HERE = Path(__file__).parent
AGENT = f"{HERE / 'bench_agent.py'}:agent"
SCRIPT = """
from tests.support.provider import Answer
ANSWER = Answer(deltas=["word "] * 50, first_after=0.5, pace=0.01)
ROUTE = lambda request: ANSWER
"""
START_BAR, CLIENT_BAR, SDK_BAR = 1.15, 0.90, 0.95
SECOND = 1e9


def first_request(provider: ProviderProcess, argv: list[str], folder: Path) -> float:
    """Seconds from the start of a process to its first request."""
    seen = len(provider.log().requests)
    began = time.monotonic_ns()
    subprocess.run(argv, check=True, capture_output=True, env=environment(provider, folder))
    return (provider.log().requests[seen].arrived_at - began) / SECOND


def environment(provider: ProviderProcess, folder: Path) -> dict[str, str]:
    return {
        "OPENAI_BASE_URL": provider.base_url,
        "OPENAI_API_KEY": "none",
        "HOME": str(folder),
        "PATH": "/usr/bin:/bin",
    }


def rate(provider: ProviderProcess, argv: list[str], folder: Path) -> float:
    """Requests a second, between the first one's begin and the last one's end."""
    seen = len(provider.log().requests)
    subprocess.run(argv, check=True, capture_output=True, env=environment(provider, folder))
    mine = provider.log().requests[seen:]
    ends = [request.finished_at for request in mine if request.finished_at is not None]
    return len(ends) / ((max(ends) - min(request.arrived_at for request in mine)) / SECOND)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--requests", type=int, default=320)
    options = parser.parse_args()
    loop = [sys.executable, "-m", "benchmarks.asking_loop"]
    run = [sys.executable, "-m", "tui", "run", AGENT]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "script.py").write_text(SCRIPT)
        prompts = folder / "prompts.txt"
        prompts.write_text("go\n" * options.requests)
        with ProviderProcess(folder / "script.py") as provider:
            starts, clients, sdks, rates = [], [], [], []
            for number in range(options.runs + 1):
                theirs = first_request(provider, [*loop, "sdk", "1", "1"], folder)
                ours = first_request(provider, [*run, "go"], folder)
                if number:
                    starts.append(ours / theirs)
            many = ["--prompts", str(prompts), "--concurrency", "32", "--output", "json"]
            for _ in range(max(1, options.runs // 2)):
                wanted = [str(options.requests), "32"]
                client = rate(provider, [*loop, "client", *wanted], folder)
                sdk = rate(provider, [*loop, "sdk", *wanted], folder)
                ours = rate(provider, [*run, *many], folder)
                clients.append(ours / client)
                sdks.append(ours / sdk)
                rates.append((client, sdk, ours))
    print(f"first request ÷ the SDK's: {statistics.median(starts):.2f} (bar {START_BAR})")
    print(f"rate ÷ the client's: {statistics.median(clients):.2f} (bar {CLIENT_BAR})")
    print(f"rate ÷ the SDK's: {statistics.median(sdks):.2f} (bar {SDK_BAR})")
    print(json.dumps({"starts": starts, "requests a second: client, SDK, run": rates}))


if __name__ == "__main__":
    main()
