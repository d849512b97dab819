"""`streamtui serve` compared with a plain handler that forwards a bare SDK stream, in turn.

20,000 deltas at full speed: from the request to the end of its stream, in a client on the same
machine; both counted as the text that arrives. Prints the ratio of the rates.
Run: python -m benchmarks.web
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from tests.support.provider.process import ProviderProcess

BAR = 0.80
HERE = Path(__file__).parent
AGENT = HERE / "bench_agent.py"


@contextmanager
def running(*command: str, folder: str, base_url: str) -> Iterator[tuple[str, str]]:
    """A service: its address and its token."""
    environment = os.environ | {
        "HOME": folder,
        "OPENAI_BASE_URL": base_url,
        "OPENAI_API_KEY": "none",
    }
    with subprocess.Popen(
        [sys.executable, "-m", *command], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            assert process.stdout is not None
            found = re.match(r"(http://[^/]+)/(?:#token=(\S+))?", process.stdout.readline())
            assert found
            yield found[1], found[2] or ""
        finally:
            process.terminate()


def seconds_of(http: httpx2.Client, path: str, number: int) -> float:
    """From the request to the end of its stream."""
    began = time.perf_counter()
    with http.stream("POST", path, json={"message": f"LAST{number:04}"}) as answer:
        end = b""
        for piece in answer.iter_bytes():
            end = (end + piece)[-2_000:]
    done = b"event: response_complete" if path == "/say" else b'"status":"idle"'
    assert done in end, end
    return time.perf_counter() - began


def plain(base_url: str, api: str, folder: str, runs: int) -> list[float]:
    with (
        running("benchmarks.plain_service", base_url, api, folder=folder, base_url=base_url) as at,
        httpx2.Client(base_url=at[0], timeout=300, trust_env=False) as http,
    ):
        return [seconds_of(http, "/say", number) for number in range(runs + 1)][1:]


def ours(base_url: str, api: str, folder: str, runs: int) -> list[float]:
    command = ("tui", "serve", f"{AGENT}:agent", "--api", api, "--port", "0", "--quiet")
    with (
        running(*command, folder=folder, base_url=base_url) as (url, token),
        httpx2.Client(
            base_url=url,
            headers={"authorization": f"Bearer {token}"},
            timeout=300,
            trust_env=False,
        ) as http,
    ):
        seconds = []
        for number in range(runs + 1):
            session = http.post("/sessions").json()["id"]
            seconds.append(seconds_of(http, f"/sessions/{session}/messages", number))
        return seconds[1:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--api", default="responses", choices=("responses", "chat"))
    parser.add_argument("--deltas", type=int, default=20_000)
    options = parser.parse_args()
    os.environ["BENCH_DELTAS"] = str(options.deltas)
    with (
        ProviderProcess(HERE / "plain_text.py") as provider,
        tempfile.TemporaryDirectory() as folder,
    ):
        before = plain(provider.base_url, options.api, folder, options.runs)
        served = ours(provider.base_url, options.api, folder, options.runs)
        after = plain(provider.base_url, options.api, folder, options.runs)
    plain_rate = options.deltas / statistics.median(before + after)
    rate = options.deltas / statistics.median(served)
    print(f"plain handler   {plain_rate:,.0f} deltas/s")
    print(f"streamtui serve {rate:,.0f} deltas/s")
    print(f"share of the plain handler: {rate / plain_rate:.0%} (bar {BAR:.0%})")


if __name__ == "__main__":
    main()
