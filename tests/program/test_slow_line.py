"""A slow line to the terminal: 10 kB/s, 0.2 s each way, and room for all that ssh would take."""

import re
import sys
from collections.abc import Callable

from tests.program.conftest import AGENT, Launch
from tests.support.patience import PATIENCE, wait_until
from tests.support.provider import Answer, Provider, per_second
from tests.support.terminal import Terminal

LINE = (sys.executable, "-m", "tests.support.terminal.slow_line", "--room", "2000000", "--")
PROGRAM = (*LINE, sys.executable, "-m", "tui")
ROWS, COLS = 30, 100
MOST = 30_000
"""Bytes that may come between a key and what it changes. Without pauses it would be hundreds of
thousands after a few seconds: an answer that scrolls takes 35 kB/s at this size.
"""


def bytes_until(terminal: Terminal, act: Callable[[], object], shown: str | re.Pattern[str]) -> int:
    before = len(terminal.raw)
    act()
    terminal.wait_for(shown)
    return len(terminal.raw) - before


def test_keys_and_esc_are_not_minutes_late(launch: Launch) -> None:
    answer = Answer("## Head\n\nSome **words** with `code` and more. " * 4000, pace=per_second(300))
    with Provider(answer) as provider:
        terminal = launch(AGENT, provider=provider, program=PROGRAM, rows=ROWS, cols=COLS)
        terminal.type("go\n")
        terminal.wait_for("streaming")
        before = len(provider.requests[0].delta_times)
        wait_until(
            lambda: len(provider.requests[0].delta_times) > before + 1200, "four seconds of text"
        )
        assert bytes_until(terminal, lambda: terminal.type("xyz"), "xyz") < MOST
        assert bytes_until(terminal, lambda: terminal.press("escape"), "cancelled") < MOST
        assert provider.requests[0].client_closed_at is not None
        terminal.press("ctrl+q")
        assert terminal.exit_code(PATIENCE) == 0
    assert b"^[[" not in terminal.raw, "an answer came after the end"
