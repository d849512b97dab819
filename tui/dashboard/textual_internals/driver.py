"""A terminal that may go away while it is written to."""

from typing import Any, TextIO, cast

from textual.drivers.linux_driver import LinuxDriver


class LostTerminal:
    """Writes to a file as long as there is one behind it.

    Textual writes in a thread, which an error ends; whoever writes next would wait for that thread
    for ever, and the program could not even be left.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.lost = False

    def write(self, text: str) -> None:
        self._try(self._file.write, text)

    def flush(self) -> None:
        self._try(self._file.flush)

    def fileno(self) -> int:
        return self._file.fileno()

    def _try(self, do: Any, *arguments: str) -> None:
        if self.lost:
            return
        try:
            do(*arguments)
        except OSError:  # EIO: the other end is closed
            self.lost = True


class EnduringDriver(LinuxDriver):
    """Textual's driver, with a terminal that may be lost."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self._file is not None:
            self._file = cast(Any, LostTerminal(self._file))
