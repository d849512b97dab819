"""Runs all or some benchmarks, one after the other: ``python -m benchmarks [NAME...]``."""

import subprocess
import sys
from pathlib import Path

NAMES = (
    "startup",
    "throughput",
    "cancel",
    "transcript",
    "metering",
    "long_conversation",
    "resume",
    "compare",
    "cache",
    "replay",
    "palette",
    "slash_menu",
    "session_search",
    "tool_log",
    "long_results",
)


def main() -> None:
    for name in sys.argv[1:] or NAMES:
        if (Path(__file__).parent / f"{name}.py").exists():
            print(f"\n{name}", flush=True)
            subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=True)


if __name__ == "__main__":
    main()
