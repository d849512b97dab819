"""The first frame of streamtui, compared with a three-widget Textual app, in turn.

In pseudo-terminals. The first frame is complete when the title and the prompt are on the screen;
the prompt must then take a character while the worker is still loading the SDK.
Run: python -m benchmarks.startup
"""

import argparse
import statistics
import sys
import time
from collections.abc import Sequence

from tests.support.terminal import Terminal

REFERENCE = """
from textual.app import App
from textual.widgets import Input, RichLog, Static
class Three(App):
    AUTO_FOCUS = "Input"
    def compose(self):
        yield Static("three widgets")
        yield RichLog()
        yield Input(placeholder="type here")
Three().run()
"""
BAR = 1.5
SECOND = 1e9


def first_frame(argv: Sequence[str], title: str, prompt: str) -> tuple[float, float]:
    """Seconds until title and prompt are painted, and until a typed character is."""
    # Installed programs have bytecode, and so do both of these after their first run.
    env = {"OPENAI_API_KEY": None, "PYTHONDONTWRITEBYTECODE": None}
    with Terminal(argv, rows=50, cols=160, env=env) as terminal:
        painted = max(
            terminal.wait_for_bytes(text.encode(), timeout=30).at for text in (title, prompt)
        )
        start = len(terminal.raw)
        terminal.type("§")
        echoed = terminal.wait_for_bytes("§".encode(), timeout=30, start=start).at
        return (painted - terminal.started_at) / SECOND, (echoed - terminal.started_at) / SECOND


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    reference = [sys.executable, "-c", REFERENCE]
    ours = [sys.executable, "-m", "tui"]
    ratios, typed, frames = [], [], []
    for number in range(runs + 1):
        theirs_frame, theirs_typed = first_frame(reference, "three widgets", "ype here")
        ours_frame, ours_typed = first_frame(ours, "streamtui", "sk the agent")
        if number == 0:
            continue  # fills the caches of both
        ratios.append(ours_frame / theirs_frame)
        typed.append(ours_typed / theirs_typed)
        frames.append((theirs_frame, ours_frame))
        time.sleep(0.2)
    print(f"first frame, streamtui ÷ three widgets: {statistics.median(ratios):.2f} (bar {BAR})")
    print(f"  each run: {', '.join(f'{ratio:.2f}' for ratio in ratios)}")
    print(f"first character echoed, same ratio:     {statistics.median(typed):.2f}")
    print(
        f"  medians: {statistics.median(t for t, _ in frames) * 1000:.0f} ms and "
        f"{statistics.median(o for _, o in frames) * 1000:.0f} ms"
    )


if __name__ == "__main__":
    main()
