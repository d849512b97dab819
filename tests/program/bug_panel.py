"""What a person does at the panel that reports a bug."""

import contextlib

from tests.support.terminal import Terminal


def answer(terminal: Terminal, key: str) -> None:
    """Press it until the panel closes: at first it ignores keys."""
    for _ in range(60):
        terminal.press(key)
        with contextlib.suppress(TimeoutError):
            terminal.wait_for(
                lambda screen: not any("streamtui has a bug" in line for line in screen),
                timeout=0.5,
            )
            return
    raise AssertionError(terminal.text)


def answer_to_the_end(terminal: Terminal, key: str) -> int:
    """Press it until the program ends; the exit code."""
    for _ in range(60):
        terminal.press(key)
        with contextlib.suppress(TimeoutError):
            return terminal.exit_code(timeout=0.5)
    raise AssertionError(terminal.text)
