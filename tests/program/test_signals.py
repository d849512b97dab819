"""Signals, and a terminal that goes away: the terminal is as it was before, and nothing spins."""

import os
import re
import signal
import sys
import termios
from pathlib import Path

import pytest

from tests.program.conftest import AGENT, Launch
from tests.support.provider import Answer, Gate, Provide
from tests.support.terminal import Terminal, children_of, wait_gone

MODES_OFF = (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l", b"\x1b[?2004l", b"\x1b[<u")
"""The other screen, the hidden cursor, the mouse, bracketed paste, keys of the kitty protocol."""


def _attributes(terminal: Terminal) -> list[object]:
    return list(termios.tcgetattr(terminal._master))


def _is_restored(terminal: Terminal) -> bool:
    return all(mode in terminal.raw for mode in MODES_OFF)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_end_restores_the_terminal_and_ends_the_worker(
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


@pytest.mark.parametrize("how", ["key", "signal"])
def test_suspending_restores_the_terminal_and_continuing_paints_it_again(
    launch: Launch, provide: Provide, how: str
) -> None:
    provider = provide(Answer("before"), Answer("afterwards"))
    terminal = launch(AGENT, provider=provider)
    terminal.type("go\n")
    terminal.wait_for("before")
    terminal.wait_for("── idle")
    since = len(terminal.raw)
    if how == "key":
        terminal.press("ctrl+z")
    else:
        terminal.kill(signal.SIGTSTP)
    os.waitid(os.P_PID, terminal.pid, os.WSTOPPED | os.WNOWAIT)
    for mode in MODES_OFF:
        terminal.wait_for_bytes(mode, start=since)
    since = len(terminal.raw)
    terminal.kill(signal.SIGCONT)
    terminal.wait_for_bytes(b"\x1b[?1049h", start=since)
    terminal.wait_for("before")
    terminal.type("again\n")
    terminal.wait_for("afterwards")


@pytest.mark.parametrize("deaf", [False, True])
def test_without_its_terminal_the_program_ends_soon_whether_it_hears_of_it_or_not(
    launch: Launch, provide: Provide, deaf: bool
) -> None:
    provider = provide(Answer("one two", gates={1: Gate()}))
    program = [sys.executable, "-m", "tui"]
    if deaf:
        program = ["/bin/sh", "-c", 'trap "" HUP; exec "$0" "$@"', *program]
    terminal = launch(AGENT, provider=provider, program=program)
    terminal.type("go\n")
    terminal.wait_for("one")
    (worker,) = children_of(terminal.pid)
    terminal.hang_up()
    wait_gone(terminal.pid)
    wait_gone(worker)


def test_the_log_tells_of_the_session_and_debug_says_where_it_is(
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
    told = log.read_text()
    assert re.search("worker \\d+ started", told)
    assert re.search("run r1 started: send", told)
    assert "streamtui ended: 0" in told
    for written in ("a question", "an answer", "sk-test-0123456789"):
        assert written not in told
    assert log.stat().st_mode & 0o777 == 0o600
