"""A terminal that may go away while it is written to."""

from typing import Any, TextIO, cast

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from tui.dashboard.textual_internals.supported import MISSING


class TerminalFile:
    """Drops what is written once the terminal is gone.

    Textual writes in a thread, which an error would end; the next write would then wait for that
    thread for ever, and the program could not be quit.
    """

    def __init__(self, file: TextIO) -> None:
        self._terminal = file
        self.lost = False

    def write(self, text: str) -> None:
        self._try(self._terminal.write, text)

    def flush(self) -> None:
        self._try(self._terminal.flush)

    def fileno(self) -> int:
        return self._terminal.fileno()

    def _try(self, do: Any, *arguments: str) -> None:
        if self.lost:
            return
        try:
            do(*arguments)
        except OSError:  # EIO: the other end is closed
            self.lost = True


class TerminalDriver(LinuxDriver):
    """Textual's driver, writing to a `TerminalFile`."""

    if not MISSING:

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            if self._file is not None:
                self._file = cast(Any, TerminalFile(self._file))


def write_raw(app: App[Any], sequence: str) -> None:
    """Send an escape sequence that paints nothing to the terminal, if there is one."""
    if not MISSING and app._driver is not None:  # noqa: SLF001
        app._driver.write(sequence)  # noqa: SLF001
