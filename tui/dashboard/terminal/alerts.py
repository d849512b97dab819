"""Escape sequences for desktop notifications, OSC 9 and OSC 777: a pure function."""

from collections.abc import Mapping

from tui.core.sanitize.characters import clean_line

ESC = "\x1b"
END = ESC + "\\"

MOST = 200
"""Characters of a notification."""


def desktop_notification(text: str, environment: Mapping[str, str]) -> str:
    """The escape sequence that makes this terminal show a desktop notification.

    Most terminals understand OSC 9; urxvt, foot and those built on VTE understand OSC 777. Only one
    is sent: some understand both and would show it twice. A terminal that knows neither shows
    nothing.
    """
    shown = clean_line(text[:MOST])
    terminal = environment.get("TERM", "")
    if terminal.startswith(("rxvt", "foot")) or environment.get("VTE_VERSION"):
        sequence = f"{ESC}]777;notify;streamtui;{shown}{END}"
    else:
        # The name comes first: in some terminals a number after OSC 9 means something else.
        sequence = f"{ESC}]9;streamtui: {shown}{END}"
    return _through_tmux(sequence) if environment.get("TMUX") else sequence


def _through_tmux(sequence: str) -> str:
    """For the terminal that tmux runs in; tmux drops it unless ``allow-passthrough`` is on."""
    return f"{ESC}Ptmux;{sequence.replace(ESC, ESC * 2)}{END}"
