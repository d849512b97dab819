"""What a person does at the panel that tells of a bug."""

import contextlib

from tests.support.terminal import Terminal


def answer(terminal: Terminal, key: str) -> None:
    """Press it until it is heard: at first it might have been typed for something else."""
    for _ in range(60):
        terminal.press(key)
        with contextlib.suppress(TimeoutError):
            terminal.wait_for(
                lambda screen: not any("streamtui has a bug" in line for line in screen),
                timeout=0.5,
            )
            return
    raise AssertionError(terminal.text)
