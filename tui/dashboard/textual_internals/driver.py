"""A terminal that may go away while it is written to, or read too slowly, or not at all."""

import os
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TextIO, cast

from textual import events as textual_events
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tui.dashboard.textual_internals.line_pace import LOST_AFTER, QUESTION, LinePace
from tui.dashboard.textual_internals.supported import MISSING

if TYPE_CHECKING:
    from textual.drivers.web_driver import WebDriver

    from tui.dashboard.textual_internals.guarded_app import GuardedApp

MOST_WAITING = 256 * 1024
"""Characters that may wait for the terminal; a frame beyond that is not drawn."""
AT_ONCE = 32 * 1024
"""Bytes that are handed to the terminal together: so much comes late of what is out of date."""
SHORTEST_FRAME = 256
"""Characters: less is a sequence that changes a mode, or a frame too small to matter."""
LAST_WORDS_SECONDS = 2.0
"""How long the end of the program waits for a terminal that does not read."""

ONE_WRITE = 0.02
"""Seconds: a terminal that takes longer for what it is given is behind."""
SHORTEST_GAP = 1.0
"""Seconds in which a terminal read nothing, from which on that is reported."""

CaughtUp = Callable[[int, float], object]
"""Gets how many frames were left out, and for how many seconds the terminal was not read."""


class Kept(str):
    """A sequence that is never left out."""

    __slots__ = ()


class TerminalFile:
    """Writes in a thread of its own, leaves out frames while the terminal does not read.

    Textual's own thread takes 30 frames; then the program would wait for the terminal, and the
    worker and its provider for the program. Here the writer never waits. Once the terminal has
    read what waited, ``caught_up`` is called, to have everything drawn anew. When the terminal is
    gone, everything is dropped.

    Better is to draw less often: while `is_behind`, nothing should be drawn. ``clear`` is called,
    in any thread, once that is over.
    """

    def __init__(
        self,
        file: TextIO,
        caught_up: CaughtUp = lambda _frames, _seconds: None,
        clear: Callable[[], object] = lambda: None,
    ) -> None:
        self._file = file
        self._caught_up = caught_up
        self._clear = clear
        self._is_awaited = False
        """Somebody does not draw until ``clear`` is called."""
        self._busy_since: float | None = None
        self.pace = LinePace()
        self._changed = threading.Condition()
        self._waiting: deque[str] = deque()
        self._size = 0
        """Characters that wait, those that are being written included."""
        self._in_frames = 0
        """Of these, those of frames."""
        self._left_out = 0
        self._since = 0.0
        self._thread: threading.Thread | None = None
        self.lost = False

    def write(self, text: str) -> None:
        """Have it written soon; a frame may be left out."""
        with self._changed:
            if self.lost or not text or not self._has_room(text):
                return
            self._waiting.append(text)
            self._size += len(text)
            self._in_frames += _frame_size(text)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="terminal-output", daemon=True
                )
                self._thread.start()
            self._changed.notify_all()

    def is_behind(self) -> bool:
        """Whether to draw nothing until ``clear`` is called."""
        with self._changed:
            self._is_awaited = self._late()
            return self._is_awaited

    @property
    def is_awaited(self) -> bool:
        """Nothing is drawn until ``clear`` is called."""
        return self._is_awaited and not self.lost

    def ask(self) -> None:
        """Ask the terminal, whose answer goes to `answered`."""
        self.write(Kept(QUESTION))

    def answered(self) -> None:
        """The terminal has answered: it has shown what came before the question."""
        if self.pace.answered():
            self.ask()
        self.look()

    def look(self) -> None:
        """Call ``clear`` if somebody waits for it, and the terminal is no longer behind."""
        with self._changed:
            if not self._is_awaited or self._late():
                return
            self._is_awaited = False
        self._clear()

    def _late(self) -> bool:
        if self.lost:
            return False
        since = self._busy_since
        return (since is not None and time.monotonic() - since > ONE_WRITE) or self.pace.is_behind

    def flush(self) -> None:
        """Nothing to do: what waits is written as soon as the terminal takes it."""

    def drain(self, seconds: float) -> None:
        """Leave out the frames that wait, and wait until the rest is written, but not for long."""
        with self._changed:
            if self._left_out:
                self._drop_frames()
            self._changed.wait_for(lambda: not self._size or self.lost, seconds)

    def fileno(self) -> int:
        return self._file.fileno()

    def _has_room(self, text: str) -> bool:
        if isinstance(text, Kept):
            return True
        if _is_frame(text):
            # However large the first is: what would be drawn in its place is no smaller.
            fits = not self._in_frames or self._size + len(text) <= MOST_WAITING
            fits = fits and not self._left_out
        else:
            fits = self._size - self._in_frames + len(text) <= 2 * MOST_WAITING
        if fits or not self._size:
            return True
        if not self._left_out:
            self._since = time.monotonic()
            self._drop_frames()
        self._left_out += 1
        return False

    def _drop_frames(self) -> None:
        """Drop frames that wait: all of it will be drawn anew."""
        kept = [text for text in self._waiting if not _is_frame(text)]
        self._left_out += len(self._waiting) - len(kept)
        dropped = sum(map(_frame_size, self._waiting))
        self._size -= dropped
        self._in_frames -= dropped
        self._waiting = deque(kept)

    def _run(self) -> None:
        while not self.lost:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                text, in_frames = self._next()
                if self._busy_since is None:
                    self._busy_since = time.monotonic()
            self._put(text)
            frames, seconds = 0, 0.0
            with self._changed:
                self._size -= len(text)
                self._in_frames -= in_frames
                if not self._waiting:
                    now = time.monotonic()
                    seconds = now - (self._since if self._left_out else self._busy_since or now)
                    frames, self._left_out, self._busy_since = self._left_out, 0, None
                self._changed.notify_all()
            if frames or seconds > SHORTEST_GAP:
                self._caught_up(frames, seconds)
            self.look()

    def _next(self) -> tuple[str, int]:
        """What is written next, and how many of its characters belong to frames."""
        pieces = [self._waiting.popleft()]
        size = len(pieces[0])
        while self._waiting and size + len(self._waiting[0]) <= AT_ONCE:
            pieces.append(self._waiting.popleft())
            size += len(pieces[-1])
        return "".join(pieces), sum(map(_frame_size, pieces))

    def _put(self, text: str) -> None:
        # Not through the file: at the program's end, Python would wait for its lock.
        encoded = text.encode(self._file.encoding or "utf-8", "replace")
        if self.pace.sent(len(encoded)):
            encoded += QUESTION.encode()
        data = memoryview(encoded)
        try:
            while data:
                data = data[os.write(self.fileno(), data[:AT_ONCE]) :]
        except OSError:  # EIO: the other end is closed
            with self._changed:
                self.lost = True
                self._waiting.clear()


class TerminalDriver(LinuxDriver):
    """Textual's driver, writing to a `TerminalFile`."""

    if not MISSING:

        def __init__(self, app: "GuardedApp", **options: Any) -> None:
            super().__init__(app, **options)
            if self._file is not None:
                file = TerminalFile(self._file, self._caught_up, self._clear)
                self._file = cast(Any, file)

        def is_behind(self) -> bool:
            """Whether the terminal has not shown yet what was drawn before.

            The app's `terminal_is_clear` is called once it has, or after a while.
            """
            file = self._file
            if not isinstance(file, TerminalFile) or not file.is_behind():
                return False
            self._loop.call_later(LOST_AFTER, self._look_again, file)
            return True

        def _look_again(self, file: TerminalFile) -> None:
            """An answer may be lost that was asked for after the frames were held."""
            file.look()
            if file.is_awaited:
                self._loop.call_later(LOST_AFTER, self._look_again, file)

        def start_application_mode(self) -> None:
            super().start_application_mode()  # type: ignore[no-untyped-call]
            if isinstance(self._file, TerminalFile):
                if self._file.pace.begin():
                    self._file.ask()
                self._file.look()

        def disable_input(self) -> None:
            if isinstance(self._file, TerminalFile) and not self._file.lost:
                self._file.pace.end()
            super().disable_input()

        def process_message(self, message: Message) -> None:
            """In the thread that reads keys."""
            if isinstance(message, textual_events.CursorPosition):
                if isinstance(self._file, TerminalFile):
                    self._file.answered()
            else:
                super().process_message(message)

        def close(self) -> None:
            super().close()
            if isinstance(self._file, TerminalFile):
                self._file.drain(LAST_WORDS_SECONDS)

        def _caught_up(self, frames: int, seconds: float) -> None:
            """In the thread that writes."""
            app = cast("GuardedApp", self._app)
            self._loop.call_soon_threadsafe(app.call_later, app.terminal_caught_up, frames, seconds)

        def _clear(self) -> None:
            """In any thread."""
            app = cast("GuardedApp", self._app)
            self._loop.call_soon_threadsafe(app.terminal_is_clear)


def report_session(app: App[Any], session: str) -> None:
    """In a browser: say which stored session is shown, so that a reload can resume it."""
    if app.is_web and not MISSING:
        driver = cast("WebDriver", app._driver)  # noqa: SLF001
        driver.write_meta({"type": "session", "id": session})


def write_raw(app: App[Any], sequence: str) -> None:
    """Send an escape sequence that paints nothing to the terminal, if there is one."""
    if not MISSING and app._driver is not None:  # noqa: SLF001
        app._driver.write(Kept(sequence))  # noqa: SLF001


def _is_frame(text: str) -> bool:
    return len(text) >= SHORTEST_FRAME and not isinstance(text, Kept)


def _frame_size(text: str) -> int:
    return len(text) if _is_frame(text) else 0
