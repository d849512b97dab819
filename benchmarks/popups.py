"""How long the palette and the slash menu take to appear while 1,000 deltas/s stream.

The whole program in a pseudo-terminal: from the delivery of the key (Ctrl+P, "/") to the first
frame that shows it, handed to the terminal. The answer is long and keeps streaming.
Run: python -m benchmarks.popups [--rounds N]
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from tests.support.patience import PATIENCE
from tests.support.provider import Answer, Provider
from tests.support.terminal import Terminal

BAR = 50.0
"""Milliseconds, at the median, without the time in which the program waited for a processor."""
HERE = Path(__file__).parent
AGENT = f"{HERE / 'cancel_agent.py'}:agent"
ANSWER = Answer(deltas=[f"word{number % 1000} " for number in range(120_000)], pace=0.001)


class Popup(NamedTuple):
    """``key`` opens it, ``closing`` closes it; ``shown`` is on the screen in between."""

    name: str
    key: str
    closing: str
    shown: str


POPUPS = (
    Popup("palette", "ctrl+p", "ctrl+p", "─ Commands ─"),
    Popup("slash menu", "slash", "backspace", " /agent "),
)


def measure(popup: Popup, rounds: int, folder: Path) -> list[list[float]]:
    """For each time: milliseconds until it was painted, of which it ran, and waited to run."""
    times = folder / popup.key
    times.touch()
    with ExitStack() as life:
        provider = life.enter_context(Provider(ANSWER))
        env = {
            "OPENAI_BASE_URL": provider.base_url,
            "OPENAI_API_KEY": "none",
            "HOME": str(folder),
            "XDG_DATA_HOME": None,
            "XDG_STATE_HOME": None,
        }
        probe = [sys.executable, "-m", "benchmarks.popup_probe", popup.key, str(times)]
        command = [*probe, AGENT]
        terminal = life.enter_context(Terminal(command, rows=50, cols=160, env=env))
        terminal.wait_for("── idle", timeout=PATIENCE)
        terminal.type("go\n")
        terminal.wait_for("── streaming", timeout=PATIENCE)
        for number in range(rounds):
            terminal.type("/") if popup.key == "slash" else terminal.press(popup.key)
            terminal.wait_for(popup.shown, timeout=PATIENCE)
            terminal.press(popup.closing)
            terminal.wait_for(lambda screen: not any(popup.shown in line for line in screen),
                              PATIENCE)  # fmt: skip
            time.sleep(0.05 + 0.013 * (number % 7))
        assert "── streaming" in terminal.text, "the answer has ended: nothing was measured"
    return [json.loads(line) for line in times.read_text().splitlines()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    passed = True
    with tempfile.TemporaryDirectory() as folder:
        for popup in POPUPS:
            passed &= report(popup, measure(popup, rounds, Path(folder)))
    return 0 if passed else 1


def report(popup: Popup, times: list[list[float]]) -> bool:
    first, *rest = times
    own = [wall - waited for wall, _, waited in rest]
    middle = statistics.median(own)
    print(f"{popup.name}, the first: {first[0]:.0f} ms, {first[2]:.0f} waiting for a processor")
    print(f"  later ones: p50 {statistics.median(wall for wall, *_ in rest):.0f} ms; without the "
          f"waits for a processor p50 {middle:.0f} ms, max {max(own):.0f} ms; "
          f"processor time p50 {statistics.median(ran for _, ran, _ in rest):.0f} ms, "
          f"n={len(rest)}")  # fmt: skip
    passed = middle <= BAR
    print(f"  {'ok' if passed else 'MISSED'}: bar {BAR:.0f} ms at the median")
    return passed


if __name__ == "__main__":
    sys.exit(main())
