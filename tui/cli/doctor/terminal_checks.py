"""The terminal: colours, size, keys, clipboard, pictures. From what the environment says."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec

from tui.cli.doctor.finding import Finding, Status

SMALLEST, COMFORTABLE = (30, 8), (80, 24)
"""Columns and rows."""
PROMPT_KEYS = {"C-b": "Ctrl+B", "C-a": "Ctrl+A"}
NO_CLIPBOARD = (
    "Hold Shift and select with the mouse, or use the file that the notice of a copy names."
)
AskTmux = Callable[[str], str]
"""The value of an option of tmux; "" if it does not say."""


def check_terminal(
    environment: Mapping[str, str],
    *,
    is_terminal: bool | None = None,
    size: tuple[int, int] | None = None,
    ask_tmux: AskTmux | None = None,
) -> Iterator[Finding]:
    """``size``: columns and rows; the arguments are the real ones by default."""
    there = (
        all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
        if is_terminal is None
        else is_terminal
    )
    term = environment.get("TERM", "")
    if not there:
        yield _found(
            "terminal", "skipped", "stdin or stdout is none",
            "Run streamtui doctor in a terminal, without pipes, to check it.",
        )  # fmt: skip
        return
    if term in ("", "dumb"):
        yield _found(
            "type", "failed", f"TERM is {term or 'not set'}: it has no cursor control",
            "Set TERM to what the terminal is, such as xterm-256color. `streamtui run` needs none.",
        )  # fmt: skip
    else:
        yield _found("type", "ok", f"TERM={term}")
    yield _colours(environment)
    yield _size(size or tuple(shutil.get_terminal_size()))
    yield _encoding(environment)
    if environment.get("TMUX"):
        yield from _in_tmux(ask_tmux or tmux_option)
    elif environment.get("STY"):
        yield _found(
            "keys", "warning", "screen takes Ctrl+A, and passes no pictures",
            "Press Ctrl+A, then A, for the start of the line; or use tmux.",
        )  # fmt: skip
        yield _found("clipboard", "warning", "screen does not pass copies on", NO_CLIPBOARD)
    else:
        yield _found("keys", "ok", "no tmux or screen takes any")
        yield _clipboard(environment)
    yield _pictures(environment)


def _colours(environment: Mapping[str, str]) -> Finding:
    if environment.get("NO_COLOR"):
        return _found(
            "colours", "note", "NO_COLOR is set: everything is shown without colours",
            "Unset NO_COLOR to see colours.",
        )  # fmt: skip
    term = environment.get("TERM", "")
    if environment.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return _found("colours", "ok", "16 million")
    if "256color" in term or "kitty" in term or "direct" in term:
        return _found(
            "colours", "ok", "256; themes are shown with the nearest ones",
            "If the terminal has 16 million colours, set COLORTERM=truecolor.",
        )  # fmt: skip
    return _found(
        "colours", "warning", "16: themes look plain",
        "Set TERM=xterm-256color, and COLORTERM=truecolor if the terminal has them.",
    )  # fmt: skip


def _size(size: tuple[int, ...]) -> Finding:
    columns, rows = size[0], size[1]
    text = f"{columns} columns, {rows} rows"
    if columns < SMALLEST[0] or rows < SMALLEST[1]:
        return _found("size", "failed", text, "Make the window at least 30 by 8.")
    if columns < COMFORTABLE[0] or rows < COMFORTABLE[1]:
        return _found(
            "size", "warning", f"{text}: one pane at a time", "At 80 by 24 there are all three."
        )
    return _found("size", "ok", text)


def _encoding(environment: Mapping[str, str]) -> Finding:
    names = (environment.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    locale = next((name for name in names if name), "")
    if "utf-8" in locale.lower().replace("utf8", "utf-8"):
        return _found("characters", "ok", locale)
    return _found(
        "characters", "warning", f"the locale is {locale or 'not set'}: it may not be UTF-8",
        "Set LANG=C.UTF-8 if lines and letters look wrong.",
    )  # fmt: skip


def _in_tmux(option: AskTmux) -> Iterator[Finding]:
    prefixes = [option("prefix"), option("prefix2")]
    taken = [PROMPT_KEYS.get(key, key) for key in prefixes if key and key != "None"]
    if "C-a" in prefixes:
        yield _found(
            "keys", "warning", "tmux takes Ctrl+A: it does not reach the prompt",
            "Press it twice for the start of the line (bind C-a send-prefix), or use Home.",
        )  # fmt: skip
    else:
        yield _found("keys", "ok", f"tmux takes {', '.join(taken) or 'nothing'}")
    delay = option("escape-time")
    if delay.isdecimal() and int(delay) > 50:
        yield _found(
            "Esc", "warning", f"tmux holds it back for {delay} ms",
            "set -sg escape-time 10    # in ~/.tmux.conf",
        )  # fmt: skip
    clipboard = option("set-clipboard")
    if clipboard == "off":
        yield _found(
            "clipboard", "warning", "tmux does not pass copies on (set-clipboard off)",
            "set -g set-clipboard on    # in ~/.tmux.conf. Copies are kept in a file, too.",
        )  # fmt: skip
    else:
        yield _found("clipboard", "ok", f"tmux passes copies on (set-clipboard {clipboard})")


def _clipboard(environment: Mapping[str, str]) -> Finding:
    """A terminal does not say whether it takes copies (OSC 52): some are known not to."""
    program, term = environment.get("TERM_PROGRAM", ""), environment.get("TERM", "")
    if term == "linux":
        return _found("clipboard", "warning", "the console of Linux has none", NO_CLIPBOARD)
    if program == "Apple_Terminal":
        return _found("clipboard", "warning", "Terminal.app takes no copies", NO_CLIPBOARD)
    if environment.get("VTE_VERSION"):
        return _found("clipboard", "note", "some terminals of GNOME take no copies", NO_CLIPBOARD)
    return _found("clipboard", "ok", "the terminal gets copies (OSC 52); a file has the last one")


def _pictures(environment: Mapping[str, str]) -> Finding:
    from tui.dashboard.pictures.picture_forms import form_for  # noqa: PLC0415

    form = form_for(environment)
    if find_spec("textual_image") is None:
        return _found(
            "pictures", "note", "the package that shows them is not installed",
            "pip install 'streamtui[images]'",
        )  # fmt: skip
    words = {"kitty": "as they are (kitty)", "sixel": "as they are (sixel)"}
    return _found("pictures", "ok", words.get(form, "as coloured half-blocks"))


def tmux_option(name: str) -> str:
    """The value that is in force in the session around this program."""
    try:
        said = subprocess.run(  # noqa: S603 - no name comes from outside
            ["tmux", "show-options", "-gqv", name],  # noqa: S607
            capture_output=True, text=True, timeout=2, check=False, env=dict(os.environ),
        )  # fmt: skip
        if not said.stdout.strip():
            said = subprocess.run(  # noqa: S603
                ["tmux", "show-options", "-sqv", name],  # noqa: S607
                capture_output=True, text=True, timeout=2, check=False, env=dict(os.environ),
            )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return said.stdout.strip()


def _found(check: str, status: Status, text: str, mend: str = "") -> Finding:
    return Finding(area="terminal", check=check, status=status, text=text, mend=mend)
