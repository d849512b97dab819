"""The pseudo-terminal harness with a plain program and a small Textual app."""

import os
import re
import signal
import sys
from pathlib import Path

import pytest

from tests.support.terminal import (
    Terminal,
    children_of,
    foreign_sequences,
    frames,
    is_running,
    mapped_files,
    wait_gone,
)
from tests.support.terminal.emulator import Emulator
from tests.support.terminal.keys import key_bytes
from tests.support.terminal.queries import QueryAnswers

ECHO = """
import sys
print("ready", flush=True)
for line in sys.stdin:
    print("got", line.strip().upper(), flush=True)
    if line.strip() == "end":
        sys.exit(7)
"""

COUNT = """
import sys, tty
tty.setcbreak(0)
for number in range(1, 6):
    sys.stdin.read(1)
    print("read", number, flush=True)
"""

APP = """
from textual.app import App
from textual.widgets import Input, Label

class Small(App):
    BINDINGS = [("f1", "help", "Help"), ("ctrl+t", "count", "Count")]
    def compose(self):
        yield Label("waiting", id="said")
        yield Input(placeholder="say something")
        yield Label("", id="size")
    def say(self, text):
        self.query_one("#said", Label).update(text)
    def on_input_submitted(self, event):
        self.say(f"you said {event.value}")
    def on_resize(self, event):
        self.query_one("#size", Label).update(f"{event.size.width} by {event.size.height}")
    def action_help(self):
        self.say("F1 helps")
    def key_escape(self):
        self.say("escaped")

Small().run()
"""


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_plain_program_reads_its_input_and_is_shown() -> None:
    with Terminal(python(ECHO), rows=10, cols=40) as terminal:
        terminal.wait_for_bytes(b"ready\r\n")
        terminal.type("hello\n")
        screen = terminal.wait_for("got HELLO")
        assert screen[:3] == ["ready", "hello", "got HELLO"]
        assert len(screen) == 10
        terminal.type("end\n")
        assert terminal.exit_code() == 7
        assert b"got END" in terminal.raw


def test_the_program_has_the_terminal_size_environment_and_folder(tmp_path: Path) -> None:
    code = (
        "import os; print(os.get_terminal_size(), os.environ['TERM'], os.environ.get('X'), "
        "os.environ.get('HOME')); print(os.getcwd()); open('/dev/tty').close(); print('tty')"
    )
    env = {"X": "1", "HOME": None}
    with Terminal(python(code), rows=7, cols=132, env=env, cwd=tmp_path) as terminal:
        assert terminal.exit_code() == 0
        assert terminal.screen[0].startswith(
            "os.terminal_size(columns=132, lines=7) xterm-256color"
        )
        assert terminal.screen[0].endswith("1 None")
        assert terminal.screen[1:3] == [str(tmp_path), "tty"]


def test_a_time_out_reports_the_screen() -> None:
    with Terminal(python(ECHO)) as terminal:
        terminal.wait_for("ready")
        with pytest.raises(TimeoutError, match=r"(?s)'nothing': not within 0 s.*ready"):
            terminal.wait_for("nothing", timeout=0)


def test_a_key_is_pressed_until_the_condition_holds() -> None:
    with Terminal(python(COUNT)) as terminal:
        terminal.press_until("x", "read 3")
        with pytest.raises(TimeoutError, match=r"(?s)ended first.*read 5"):
            terminal.press_until("x", "read 6")


def test_waiting_ends_at_once_when_the_program_has_ended() -> None:
    with (
        Terminal(python("print('bye')")) as terminal,
        pytest.raises(TimeoutError, match=r"(?s)ended first.*bye"),
    ):
        terminal.wait_for("nothing", timeout=60)


def test_a_signal_is_the_exit_code_as_a_negative_number() -> None:
    with Terminal(python(ECHO)) as terminal:
        terminal.wait_for("ready")
        terminal.kill(signal.SIGTERM)
        assert terminal.exit_code() == -signal.SIGTERM


def test_closing_ends_the_whole_process_group_and_nothing_else() -> None:
    code = (
        "import subprocess, sys; "
        "subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE); "
        "print('ready', flush=True); input()"
    )
    with Terminal(python(ECHO)) as other:
        other.wait_for("ready")
        with Terminal(python(code)) as terminal:
            terminal.wait_for("ready")
            (child,) = children_of(terminal.pid)
            assert is_running(child)
        wait_gone(child)
        assert not is_running(terminal.pid)
        assert is_running(other.pid)


def test_closing_the_terminal_sends_sighup() -> None:
    with Terminal(python(ECHO)) as terminal:
        terminal.wait_for("ready")
        terminal.hang_up()
        assert terminal.exit_code() == -signal.SIGHUP


def test_a_textual_app_is_shown_takes_keys_and_resizes() -> None:
    with Terminal(python(APP), rows=12, cols=50) as terminal:
        terminal.wait_for("50 by 12")
        terminal.type("hi 日本")
        terminal.press("enter")
        screen = terminal.wait_for("you said hi 日本")
        assert screen[0] == "you said hi 日本"
        terminal.press("f1")
        terminal.wait_for("F1 helps")
        terminal.press("escape")
        terminal.wait_for("escaped")
        terminal.resize(20, 70)
        screen = terminal.wait_for("70 by 20")
        assert len(screen) == 20
        terminal.paste("pasted text")
        terminal.wait_for("pasted text")
        terminal.press("ctrl+q")
        assert terminal.exit_code() == 0
        assert terminal.screen == [""] * 20


def test_a_textual_app_writes_no_foreign_sequences_and_frames_its_updates() -> None:
    with Terminal(python(APP), rows=12, cols=50) as terminal:
        terminal.wait_for("50 by 12")
        terminal.click(1, 5)
        terminal.type("hello\n")
        terminal.wait_for("you said hello")
        terminal.press("ctrl+q")
        assert terminal.exit_code() == 0
    assert foreign_sequences(terminal.raw) == []
    assert list(frames(terminal.raw))


def test_each_read_has_its_time() -> None:
    with Terminal(python(ECHO)) as terminal:
        first = terminal.wait_for_bytes(b"ready")
        terminal.type("x\n")
        second = terminal.wait_for_bytes(b"got X", start=first.length)
        assert terminal.started_at < first.at < second.at
        assert second in terminal.reads


def test_mapped_files_show_which_libraries_a_process_uses() -> None:
    code = "import sys, _json, {0}; print('ready', flush=True); sys.stdin.read()"
    with Terminal(python(code.format("msgspec"))) as terminal:
        terminal.wait_for("ready")
        assert any("msgspec" in path for path in mapped_files(terminal.pid))
    with Terminal(python(code.format("os"))) as terminal:
        terminal.wait_for("ready")
        assert not any("msgspec" in path for path in mapped_files(terminal.pid))


def test_waiting_for_a_running_process_times_out() -> None:
    with pytest.raises(TimeoutError):
        wait_gone(os.getpid(), 0)


@pytest.mark.parametrize(
    "sequence",
    [
        "\x1b]0;title\x07",
        "\x1b]52;c;aGk=\x1b\\",
        "\x1b]8;;http://x\x1b\\",
        "\x1bP1$r0m\x1b\\",
        "\x1b_apc\x1b\\",
        "\x1bc",
        "\x1b[2J",
        "\x1b[?1047h",
        "\x1b[5n",
        "\x1b[>4;2m",
        "\x1b(0",
        "\x07",
        "\x08",
        "\x9b31m",
        "\x85",
    ],
)
def test_what_textual_does_not_write_is_foreign(sequence: str) -> None:
    raw = f"\x1b[1;2H\x1b[38;2;1;2;3mplain\x1b[0m{sequence}more\x1b[?25l".encode()
    assert foreign_sequences(raw) == [sequence]
    assert foreign_sequences(raw, allowed=[re.escape(sequence)]) == []


def test_a_lone_escape_is_foreign() -> None:
    assert foreign_sequences(b"a\x1b\x1b[0m") == ["\x1b"]


def test_the_emulator_hides_private_sequences_cut_anywhere() -> None:
    output = (
        "a\x1b[<u\x1b[>25u\x1b[?2026$p\x1b]22;text\x07\x1b[4:3mb\x1b[?2026h\x1bP1$r\x1b\\ü\x1b[1m"
    )
    for size in (1, 2, 3, 7, 100):
        emulator = Emulator(2, 10)
        data = output.encode()
        for start in range(0, len(data), size):
            emulator.feed(data[start : start + size])
        assert emulator.lines == ["abü", ""]


def test_the_alternate_screen_leaves_the_main_one_as_it_was() -> None:
    emulator = Emulator(2, 10)
    emulator.feed(b"shell$\x1b[?1049h\x1b[1;1Happ")
    assert emulator.lines == ["app", ""]
    emulator.feed(b"\x1b[?1049l")
    assert emulator.lines == ["shell$", ""]
    assert emulator.cursor == (0, 6)


def test_queries_are_answered_once_even_when_cut() -> None:
    queries = QueryAnswers()
    assert queries.answers(b"x\x1b[?2026$p\x1b[?2048$p") == b"\x1b[?2026;2$y\x1b[?2048;0$y"
    assert queries.answers(b"\x1b[?20") == b""
    assert queries.answers(b"26$p\x1b[c") == b"\x1b[?2026;2$y\x1b[?62;22c"
    assert queries.answers(b"more") == b""


@pytest.mark.parametrize(
    ("key", "data"),
    [
        ("enter", b"\r"),
        ("ctrl+q", b"\x11"),
        ("f5", b"\x1b[15~"),
        ("alt+x", b"\x1bx"),
        ("é", b"\xc3\xa9"),
    ],
)
def test_keys_are_the_bytes_that_terminals_send(key: str, data: bytes) -> None:
    assert key_bytes(key) == data


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(ValueError, match="ctrl\\+enter"):
        key_bytes("ctrl+enter")
