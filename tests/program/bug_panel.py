"""The panel that reports a bug."""

import contextlib

from tests.support.terminal import Terminal


def no_panel(screen: list[str]) -> bool:
    return not any("streamtui has a bug" in line for line in screen)


def press_until_ended(terminal: Terminal, key: str) -> int:
    """Press a key, which the panel ignores at first, until the program ends; the exit code."""
    for _ in range(60):
        terminal.press(key)
        with contextlib.suppress(TimeoutError):
            return terminal.exit_code(timeout=0.5)
    raise AssertionError(terminal.text)
