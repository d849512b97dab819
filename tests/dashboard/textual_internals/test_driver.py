"""Writing to a terminal that is gone."""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.support.patience import PATIENCE, wait_until
from tui.dashboard.textual_internals import driver
from tui.dashboard.textual_internals.driver import MOST_WAITING, Kept, TerminalFile

FRAME = 4096


def test_what_is_written_after_the_other_end_closed_is_dropped() -> None:
    reader, writer = os.pipe()
    with os.fdopen(writer, "w", encoding="utf-8") as file:
        terminal = TerminalFile(file)
        terminal.write("seen")
        assert os.read(reader, 10) == b"seen"
        os.close(reader)
        terminal.write("lost")
        terminal.drain(PATIENCE)
        terminal.write("lost too")
        terminal.flush()
        terminal.drain(PATIENCE)
    assert terminal.lost


class Unread:
    """A pipe that is read only when the test does."""

    def __init__(self, stack: ExitStack) -> None:
        self._reader, writer = os.pipe()
        stack.callback(os.close, self._reader)
        file = stack.enter_context(os.fdopen(writer, "w", encoding="utf-8"))
        self.gaps: list[int] = []
        self.terminal = TerminalFile(file, lambda frames, _: self.gaps.append(frames))

    def read_until(self, end: str) -> str:
        text = ""
        while not text.endswith(end):
            text += os.read(self._reader, 65536).decode()
        return text


@pytest.fixture
def unread() -> Iterator[Unread]:
    with ExitStack() as stack:
        yield Unread(stack)


def frame(number: int) -> str:
    return f"<{number}>".ljust(FRAME)


def test_frames_beyond_the_bound_are_left_out_and_counted(unread: Unread) -> None:
    frames = 4 * MOST_WAITING // FRAME
    for number in range(frames):
        unread.terminal.write(frame(number))
    unread.terminal.write("\x1b[?25h")
    text = unread.read_until("\x1b[?25h")
    assert len(text) < MOST_WAITING
    wait_until(lambda: bool(unread.gaps), "the gap to be reported")
    assert text.count("<") + unread.gaps[0] == frames
    drawn = [int(number) for number in re.findall(r"<(\d+)>", text)]
    assert drawn == sorted(drawn)
    unread.terminal.write(frame(frames))
    assert unread.read_until(frame(frames)) == frame(frames)


def test_a_frame_larger_than_the_bound_is_drawn_if_no_other_waits(
    unread: Unread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(driver, "MOST_WAITING", FRAME // 2)
    # The pipe is full: what follows has to wait.
    fd = unread.terminal.fileno()
    os.write(fd, b" " * fcntl.fcntl(fd, fcntl.F_GETPIPE_SZ))
    for text in ("\x1b[?2026h", frame(1), "\x1b[?2026l"):
        unread.terminal.write(text)
    assert unread.read_until("\x1b[?2026l").endswith(f"\x1b[?2026h{frame(1)}\x1b[?2026l")
    assert not unread.gaps


def test_sequences_of_other_kinds_are_never_left_out(unread: Unread) -> None:
    picture = [Kept(f"[{number}]".ljust(FRAME)) for number in range(2 * MOST_WAITING // FRAME)]
    for piece in picture:
        unread.terminal.write(piece)
    assert unread.read_until(picture[-1]) == "".join(picture)
    assert not unread.gaps


def test_a_terminal_that_reads_gets_everything(unread: Unread) -> None:
    for number in range(4 * MOST_WAITING // FRAME):
        unread.terminal.write(frame(number))
        assert unread.read_until(frame(number)) == frame(number)
    assert not unread.gaps


def test_the_end_does_not_wait_for_ever(unread: Unread) -> None:
    for number in range(2 * MOST_WAITING // FRAME):
        unread.terminal.write(frame(number))
    unread.terminal.drain(0.01)
    unread.terminal.write("\x1b[?1049l")
    assert "\x1b[?1049l" in unread.read_until("\x1b[?1049l")
