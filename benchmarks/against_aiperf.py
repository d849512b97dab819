"""The figures of `streamtui run`, compared with AIPerf's, on one loopback server.

Both ask it in the same minute, one after the other, on both APIs. It answers with known waits: the
first tokens after 200 to 600 ms, then one each 15 to 25 ms, so that percentiles differ. Prints both
tools' percentiles and their ratios; docs/metrics.md has the definitions side by side.

AIPerf is no dependency of the project. Install it elsewhere and name its program:

    python -m venv /tmp/aiperf && /tmp/aiperf/bin/pip install aiperf
    python -m benchmarks.against_aiperf --aiperf /tmp/aiperf/bin/aiperf
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.provider.process import ProviderProcess

AGENT = f"{Path(__file__).parent / 'bench_agent.py'}:agent"
SCRIPT = """
from tests.support.provider import Answer
TOKENS = 200
ANSWERS = [
    Answer(deltas=["word "] * TOKENS, first_after=0.2 + 0.1 * n, pace=0.015 + 0.0025 * (n * 2 % 5))
    for n in range(5)
]
ROUTE = lambda request: ANSWERS[request.number % 5]
"""
CYCLE = 5
"""So many answers, in turn. Warm-ups and requests are multiples of it: both tools get the same."""
BAR = 0.03
FIGURES = {
    "ttft": ("time_to_first_token", 1000.0),
    "tpot": ("inter_token_latency", 1000.0),
    "tok/s": ("output_token_throughput_per_user", 1.0),
    "duration": ("request_latency", 1000.0),
}
"""By our figure: AIPerf's name for it, and the factor from our unit to theirs."""
PERCENTILES = ("p50", "p90", "p99")


def aiperf(program: str, url: str, api: str, asked: argparse.Namespace, folder: Path) -> Any:
    """The metrics of AIPerf's JSON export."""
    artifacts = folder / f"aiperf-{api}"
    subprocess.run(
        [
            program, "profile", "--model", "bench", "--url", url.removesuffix("/v1"),
            "--endpoint-type", api, "--streaming", "--tokenizer", str(tokenizer(folder)),
            "--use-server-token-count", "--concurrency", str(asked.concurrency),
            "--request-count", str(asked.requests), "--warmup-request-count", str(CYCLE),
            "--ui", "none", "--output-artifact-dir", str(artifacts),
        ],
        check=True, stdout=subprocess.DEVNULL, cwd=folder,
    )  # fmt: skip
    return json.loads((artifacts / "profile_export_aiperf.json").read_text())


def streamtui(url: str, api: str, asked: argparse.Namespace, folder: Path) -> Any:
    """The metrics of our summary."""
    prompts = folder / "prompts.txt"
    prompts.write_text("go\n" * asked.requests)
    ended = subprocess.run(
        [
            sys.executable, "-m", "tui", "run", AGENT, "--base-url", url, "--api", api,
            "--prompts", str(prompts), "--concurrency", str(asked.concurrency),
            "--warmup", str(CYCLE), "--output", "json", "--no-journal",
        ],
        check=True, capture_output=True, env={**os.environ, "OPENAI_API_KEY": "none"},
    )  # fmt: skip
    return json.loads(ended.stdout)["metrics"]


def tokenizer(folder: Path) -> Path:
    """A tokenizer with a token for each byte: AIPerf needs one, to make up its prompts."""
    made = folder / "tokenizer"
    if made.exists():
        return made
    made.mkdir()
    printed = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = [*map(chr, printed), *(chr(256 + n) for n in range(256 - len(printed)))]
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
    model = {"type": "BPE", "vocab": {letter: n for n, letter in enumerate(letters)}, "merges": []}
    described = {
        "version": "1.0", "added_tokens": [], "pre_tokenizer": level, "decoder": level,
        "model": model,
    }  # fmt: skip
    (made / "tokenizer.json").write_text(json.dumps(described))
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 100_000}
    (made / "tokenizer_config.json").write_text(json.dumps(config))
    return made


def compared(ours: Any, theirs: Any) -> Iterator[tuple[str, str, float, float]]:
    """Each figure and percentile, ours and theirs, in our unit."""
    for figure, (name, units) in FIGURES.items():
        for percentile in PERCENTILES:
            yield figure, percentile, ours[figure][percentile], theirs[name][percentile] / units


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--aiperf", required=True, help="AIPerf's program")
    parser.add_argument("--api", choices=("chat", "responses"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=20, help=f"a multiple of {CYCLE}")
    parser.add_argument("--concurrency", type=int, default=4)
    asked = parser.parse_args()
    outside = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "script.py").write_text(SCRIPT)
        with ProviderProcess(folder / "script.py") as provider:
            for api in (asked.api,) if asked.api else ("chat", "responses"):
                rounds = [
                    list(
                        compared(
                            streamtui(provider.base_url, api, asked, folder),
                            aiperf(asked.aiperf, provider.base_url, api, asked, folder),
                        )
                    )
                    for _ in range(asked.rounds)
                ]
                outside += report(api, rounds)
    print(f"{outside} figures outside the bar ({BAR:.0%})")


def report(api: str, rounds: list[list[tuple[str, str, float, float]]]) -> int:
    """Print the medians over the rounds; how many ratios are outside the bar."""
    print(f"\n{api}, median of {len(rounds)} rounds: streamtui, AIPerf, ratio (of each round)")
    outside = 0
    for same in zip(*rounds, strict=True):
        figure, percentile = same[0][:2]
        ours, theirs = (statistics.median(row[n] for row in same) for n in (2, 3))
        ratios = [row[2] / row[3] for row in same]
        ratio = statistics.median(ratios)
        off = abs(ratio - 1) > BAR
        outside += off
        each = " ".join(f"{one:.3f}" for one in ratios)
        print(f"  {figure:<8} {percentile}  {ours:9.4f} {theirs:9.4f}  {ratio:.3f}  ({each})"
              f"{'  OUTSIDE the bar' if off else ''}", flush=True)  # fmt: skip
    return outside


if __name__ == "__main__":
    main()
