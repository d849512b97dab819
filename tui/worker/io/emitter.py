"""Creates events that are about the same thing, at the time they are created."""

from collections.abc import Callable

from tui.protocol.events import Event
from tui.worker.io.event_writer import EventWriter


class Emitter:
    """``about`` are the fields that all of its events have in common.

    The writer adds the run; ``at`` is now, unless a field says otherwise.
    """

    def __init__(self, writer: EventWriter, **about: str | int) -> None:
        self._writer = writer
        self._about = about

    def emit(self, kind: Callable[..., Event], /, **fields: object) -> None:
        """Write the event, and everything before it, now."""
        self._writer.emit(kind(**{"at": self._writer.now(), **self._about, **fields}))

    def emit_soon(self, kind: Callable[..., Event], /, **fields: object) -> None:
        """Write the event in the next batch."""
        self._writer.emit_soon(kind(**{"at": self._writer.now(), **self._about, **fields}))
