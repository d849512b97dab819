"""A dashboard that runs with Textual's web driver, and the packets that it exchanges.

The driver writes a line of its own, then packets: a letter, four bytes of length (big-endian), and
that many bytes. ``D`` is what a terminal gets or sends, ``M`` is a JSON object.
"""

import asyncio
import logging
import os
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import msgspec

READY: Final = b"__GANGLION__\n"
MOST_WAITING: Final = 4_000_000
"""Bytes that wait for a browser; beyond that they are dropped, and the screen is painted anew."""
END_GRACE: Final = 5.0
"""Seconds that the dashboard has to end by itself."""

MOST_ERRORS: Final = 2_000
"""Bytes that are kept of what it prints besides."""

_WRONG: Final = frozenset({1, 2, 70})
_log = logging.getLogger(__name__)

_LARGEST: Final = 64_000_000
_HEAD: Final = 5


class Size(msgspec.Struct, frozen=True):
    """In cells."""

    width: int
    height: int


class DashboardProcess:
    """Start it with `start`; ``on_meta`` gets the objects that it sends."""

    def __init__(self, argv: Sequence[str], on_meta: Callable[[Mapping[str, Any]], None]) -> None:
        self._argv = argv
        self._on_meta = on_meta
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._errors: asyncio.Task[None] | None = None
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._grown = asyncio.Event()
        self._listening = False
        self.listener = 0
        """The number of the browser that takes the output, the last one that came."""
        self.ended = False

    async def start(self, size: Size) -> None:
        """Raise `OSError` if it cannot be started."""
        self._process = await asyncio.create_subprocess_exec(
            *self._argv,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=_environment(size),
            start_new_session=True,
        )
        self._reading = asyncio.create_task(self._read(), name="dashboard output")
        self._errors = asyncio.create_task(self._read_errors(), name="dashboard errors")

    def type(self, text: str) -> None:
        """What a terminal sends: keys, pasted text, the mouse."""
        self._send(b"D", text.encode("utf-8", "replace"))

    def tell(self, **fields: object) -> None:
        self._send(b"M", msgspec.json.encode(fields))

    def resize(self, size: Size) -> None:
        self.tell(type="resize", width=size.width, height=size.height)

    def repaint(self) -> None:
        """Paint everything, for a terminal that shows nothing yet."""
        self.tell(type="repaint")

    def listen(self) -> int:
        """Another browser takes the output from now on; the number that `output` wants."""
        self.listener += 1
        self._listening = True
        self._drop()
        self._grown.set()
        return self.listener

    def hush(self) -> None:
        """No browser is there: the output is dropped."""
        self._listening = False

    async def output(self, listener: int) -> bytes:
        """What came since the last call; b"" once it has ended, or another one listens."""
        while not self._waiting and not self.ended and self.listener == listener:
            self._grown.clear()
            await self._grown.wait()
        if self.listener != listener:
            return b""
        data = b"".join(self._waiting)
        self._drop()
        return data

    async def close(self) -> None:
        """Let it store its session and end; kill it if it does not."""
        process = self._process
        if process is None:
            return
        self.tell(type="quit")
        with suppress(TimeoutError):
            async with asyncio.timeout(END_GRACE):
                await process.wait()
        if process.returncode is None:
            process.kill()
            await process.wait()
        if self._reading is not None:
            await asyncio.wait((self._reading,))

    def _send(self, kind: bytes, data: bytes) -> None:
        process = self._process
        if process is None or process.stdin is None or process.stdin.is_closing():
            return
        process.stdin.write(kind + len(data).to_bytes(4, "big") + data)

    async def _read(self) -> None:
        assert self._process is not None
        stdout = self._process.stdout
        assert stdout is not None
        try:
            # What an agent's import prints may come before it.
            while (line := await stdout.readline()) and line != READY:
                pass
            while True:
                head = await stdout.readexactly(_HEAD)
                length = int.from_bytes(head[1:], "big")
                if length > _LARGEST:
                    break
                self._take(head[:1], await stdout.readexactly(length))
        except (asyncio.IncompleteReadError, ValueError):
            pass
        finally:
            self.ended = True
            self._grown.set()

    async def _read_errors(self) -> None:
        """Why a dashboard could not start belongs into the service's log."""
        process = self._process
        assert process is not None and process.stderr is not None  # noqa: PT018
        text = b""
        while data := await process.stderr.read(4096):
            text = (text + data)[-MOST_ERRORS:]
        if await process.wait() in _WRONG:
            _log.error("a dashboard ended: %s", text.decode("utf-8", "replace").strip())

    def _take(self, kind: bytes, data: bytes) -> None:
        if kind == b"M":
            with suppress(msgspec.DecodeError):
                self._on_meta(msgspec.json.decode(data, type=dict[str, Any]))
        elif kind == b"D" and self._listening:
            self._waiting.append(data)
            self._waiting_bytes += len(data)
            if self._waiting_bytes > MOST_WAITING:
                self._drop()
                self.repaint()
            self._grown.set()

    def _drop(self) -> None:
        self._waiting.clear()
        self._waiting_bytes = 0


def _environment(size: Size) -> dict[str, str]:
    return {
        **os.environ,
        "TEXTUAL_DRIVER": "tui.dashboard.textual_internals.browser_driver:BrowserDriver",
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "TERM": "xterm-256color",
        "TERM_PROGRAM": "textual",
        "COLUMNS": str(size.width),
        "ROWS": str(size.height),
    }
