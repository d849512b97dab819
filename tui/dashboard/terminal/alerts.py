"""What a terminal is sent to draw attention beyond the screen: OSC 9 and OSC 777, pure."""

from collections.abc import Mapping

from tui.core.sanitize.characters import clean_line

ESC = "\x1b"
END = ESC + "\\"

MOST = 200
"""Characters of a notification."""


def desktop_notification(text: str, environment: Mapping[str, str]) -> str:
    """The escape sequence that makes this terminal show a notification of its desktop.

    Most understand OSC 9; urxvt, foot and VTE's understand OSC 777. One of the two, since some
    understand both and would say it twice. A terminal that knows neither shows nothing.
    """
    said = clean_line(text[:MOST])
    terminal = environment.get("TERM", "")
    if terminal.startswith(("rxvt", "foot")) or environment.get("VTE_VERSION"):
        sequence = f"{ESC}]777;notify;streamtui;{said}{END}"
    else:
        # With a name before it: numbers after OSC 9 have meanings of their own in some terminals.
        sequence = f"{ESC}]9;streamtui: {said}{END}"
    return _through_tmux(sequence) if environment.get("TMUX") else sequence


def _through_tmux(sequence: str) -> str:
    """To the terminal that tmux runs in, where ``allow-passthrough`` is on; else tmux drops it."""
    return f"{ESC}Ptmux;{sequence.replace(ESC, ESC * 2)}{END}"
