"""Signals and a closed terminal: the terminal is restored, and no process is left."""

import re
import signal
import sys
import termios
from pathlib import Path

import pytest

from tests.program.conftest import AGENT, Launch
from tests.support.patience import wait_until
from tests.support.provider import Answer, Gate, Provide
from tests.support.terminal import Terminal, children_of, is_stopped, wait_gone

MODES_OFF = (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?2004l", b"\x1b[<u")
"""Alternate screen, hidden cursor, mouse, bracketed paste, kitty keyboard protocol."""


def _attributes(terminal: Terminal) -> list[object]:
    return list(termios.tcgetattr(terminal._master))


def _is_restored(terminal: Terminal) -> bool:
    return all(mode in terminal.raw for mode in MODES_OFF)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGHUP])
def test_a_terminating_signal_restores_the_terminal_and_ends_the_worker(
    launch: Launch, provide: Provide, sent: signal.Signals
) -> None:
    provider = provide(Answer("one two", gates={1: Gate()}))
    terminal = launch(AGENT, provider=provider)
    terminal.type("go\n")
    terminal.wait_for("one")
    (worker,) = children_of(terminal.pid)
    terminal.kill(sent)
    assert terminal.exit_code() == 128 + sent
    assert _is_restored(terminal)
    local_flags = _attributes(terminal)[3]
    assert isinstance(local_flags, int)
    assert local_flags & termios.ECHO
    assert local_flags & termios.ICANON
    wait_gone(worker)
    assert "Traceback" not in terminal.text


@pytest.mark.parametrize("how", ["key", "command", "signal"])
def test_suspending_restores_the_terminal_and_continuing_repaints_it(
    launch: Launch, provide: Provide, how: str
) -> None:
    provider = provide(Answer("before"), Answer("afterwards"))
    terminal = launch(AGENT, provider=provider)
    terminal.type("go\n")
    terminal.wait_for("before")
    terminal.wait_for("── idle")
    since = len(terminal.raw)
    if how == "key":
        terminal.press("f2", "ctrl+z")
    elif how == "command":
        terminal.type("/suspend\n")
    else:
        terminal.kill(signal.SIGTSTP)
    wait_until(lambda: is_stopped(terminal.pid), "the program is stopped")
    for mode in MODES_OFF:
        terminal.wait_for_bytes(mode, start=since)
    since = len(terminal.raw)
    terminal.kill(signal.SIGCONT)
    terminal.wait_for_bytes(b"\x1b[?1049h", start=since)
    terminal.wait_for("before")
    if how == "key":
        terminal.press("shift+tab")
    terminal.type("again\n")
    terminal.wait_for("afterwards")


@pytest.mark.parametrize("ignores_sighup", [False, True])
def test_the_program_ends_when_its_terminal_is_closed_even_without_sighup(
    launch: Launch, provide: Provide, ignores_sighup: bool
) -> None:
    provider = provide(Answer("one two", gates={1: Gate()}))
    program = [sys.executable, "-m", "tui"]
    if ignores_sighup:
        program = ["/bin/sh", "-c", 'trap "" HUP; exec "$0" "$@"', *program]
    terminal = launch(AGENT, provider=provider, program=program)
    terminal.type("go\n")
    terminal.wait_for("one")
    (worker,) = children_of(terminal.pid)
    terminal.hang_up()
    wait_gone(terminal.pid)
    wait_gone(worker)


def test_the_log_records_the_session_and_debug_shows_its_path(
    launch: Launch, provide: Provide, tmp_path: Path
) -> None:
    provider = provide(Answer("an answer"))
    terminal = launch(AGENT, "--debug", provider=provider)
    terminal.wait_for("The log is in")
    terminal.type("a question with sk-test-0123456789\n")
    terminal.wait_for("an answer")
    terminal.wait_for("── idle")
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0
    (log,) = tmp_path.rglob("streamtui.log")
    terminal.wait_for(lambda screen: "streamtui: the log is in" in "\n".join(screen))
    logged = log.read_text()
    assert re.search("worker \\d+ started", logged)
    assert re.search("run r1 started: send", logged)
    assert "streamtui ended: 0" in logged
    for written in ("a question", "an answer", "sk-test-0123456789"):
        assert written not in logged
    assert log.stat().st_mode & 0o777 == 0o600
