"""The log: what the program did and what failed; masked, rotated, readable only by its owner.

At its default level it holds no prompt, no answer and no output of a tool.
"""

import io
import logging
import logging.handlers
import os
from collections.abc import Callable
from pathlib import Path
from typing import cast

from platformdirs import user_log_path

from tui.core.conversation import Request
from tui.dashboard.diagnostics.crash import Bug
from tui.dashboard.diagnostics.log_words import log_line
from tui.dashboard.messages import StreamAdvanced
from tui.protocol import events
from tui.protocol.deltas import DELTAS

MOST_BYTES = 1_000_000
OLD_FILES = 3


class _Masked(logging.Formatter):
    """Masks whole lines, tracebacks included; tracebacks never hold locals."""

    def __init__(self, mask: Callable[[str], str]) -> None:
        super().__init__("%(asctime)s %(process)d %(levelname)s %(message)s")
        self._mask = mask

    def format(self, record: logging.LogRecord) -> str:
        return self._mask(super().format(record))


class _OwnersFile(logging.handlers.RotatingFileHandler):
    """Creates every file with mode 0600."""

    def _open(self) -> io.TextIOWrapper:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        descriptor = os.open(self.baseFilename, flags, 0o600)
        return open(  # noqa: PTH123 - a descriptor
            descriptor, "a", encoding="utf-8", errors="backslashreplace"
        )

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Logging would print the error over the screen."""


_UNLOGGED = (*DELTAS, events.OutputPrinted, *Request.__args__)
"""What people, models and code have written."""


class LogFile:
    """``path`` is None if the file cannot be written; then nothing is logged."""

    def __init__(
        self, mask: Callable[[str], str], *, debug: bool = False, folder: Path | None = None
    ) -> None:
        folder = folder or user_log_path("streamtui")
        self.path: Path | None = folder / "streamtui.log"
        self._logger = logging.getLogger("streamtui")
        self._logger.setLevel(logging.DEBUG if debug else logging.INFO)
        self._logger.propagate = False
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handler = _OwnersFile(
                self.path, maxBytes=MOST_BYTES, backupCount=OLD_FILES, encoding="utf-8"
            )
        except OSError:
            self.path = None
            self._logger.addHandler(logging.NullHandler())
            return
        handler.setFormatter(_Masked(mask))
        self._logger.addHandler(handler)
        # Warnings of libraries would otherwise be printed over the screen.
        handler.setLevel(logging.DEBUG)
        root = logging.getLogger()
        root.addHandler(handler)
        root.setLevel(max(root.level, logging.WARNING))

    def say(self, text: str) -> None:
        """Log something that the program did."""
        self._logger.info(text)

    def advanced(self, message: StreamAdvanced) -> None:
        """What happened, as far as it is worth a line."""
        for step in message.steps if message.live else ():
            if not isinstance(step.event, _UNLOGGED):
                self.event(cast("events.Event", step.event))

    def event(self, event: events.Event) -> None:
        """Log one event."""
        level, text = log_line(event)
        self._logger.log(level, text)

    def bug(self, bug: Bug, error: BaseException) -> None:
        """Log a bug, with its traceback."""
        self._logger.error("%s", bug.sentence, exc_info=error)

    def close(self) -> None:
        for handler in list(self._logger.handlers):
            logging.getLogger().removeHandler(handler)
            self._logger.removeHandler(handler)
            handler.close()
