"""How late the dashboard's loop is while a result of 4 MB arrives, against one without it.

The whole program in a pseudo-terminal, with `lag_probe` in its loop: a turn without a tool, then
one whose tool returns 100,000 lines. Run: python -m benchmarks.long_results
"""

import json
import re
import sys
import tempfile
from pathlib import Path

from tests.program.test_long_results import READER
from tests.support.provider import Answer, Provider, ToolCall
from tests.support.terminal import Terminal

BAR = 30.0
"""Milliseconds: by how much the 99th percentile may be late."""


def lags(folder: Path, *answers: Answer) -> list[float]:
    """Milliseconds, sorted."""
    report = folder / "lags.json"
    with Provider(*answers) as provider:
        env: dict[str, str | None] = {
            "HOME": str(folder),
            "XDG_DATA_HOME": None,
            "OPENAI_API_KEY": "sk-test-0123456789",
            "OPENAI_BASE_URL": provider.base_url,
        }
        program = [sys.executable, "-m", "benchmarks.lag_probe", str(report), READER]
        with Terminal(program, rows=40, cols=140, env=env, cwd=Path.cwd()) as terminal:
            terminal.wait_for(re.compile(r"── idle\b"))
            terminal.type("go\n")
            terminal.wait_for("Read.")
            terminal.wait_for(re.compile(r"── idle\b"))
            terminal.press("ctrl+q")
            terminal.exit_code()
    return sorted(lag * 1000 for lag in json.loads(report.read_text()))


def main() -> int:
    late = []
    for name, answers in (
        ("no tool", [Answer("Read.")]),
        ("4 MB", [Answer(tool_calls=[ToolCall("read_log", {})]), Answer("Read.")]),
    ):
        with tempfile.TemporaryDirectory() as folder:
            found = lags(Path(folder), *answers)
        late.append(found[int(len(found) * 0.99)])
        print(
            f"{name:8} lag p50 {found[len(found) // 2]:5.1f} ms   p99 {late[-1]:5.1f} ms   "
            f"max {found[-1]:5.1f} ms   ({len(found)} samples)"
        )
    ok = late[1] <= max(BAR, late[0])
    print(f"{'ok' if ok else 'MISSED'}: bar {BAR:.0f} ms, or as late as without it")
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
