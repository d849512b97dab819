"""Creates the events of one attempt of a model call."""

from tui.protocol.events import ReasoningDelta, RefusalDelta, TextDelta, ToolArgumentsDelta
from tui.worker.io.emitter import Emitter
from tui.worker.io.event_writer import EventWriter


class AttemptEmitter(Emitter):
    """Deltas have methods of their own: there are thousands of them, and this is the fast way."""

    def __init__(self, writer: EventWriter, call: str, attempt: int) -> None:
        super().__init__(writer, call=call, attempt=attempt)
        self.now = writer.now
        self._call = call
        self._attempt = attempt

    def delta(
        self, kind: type[TextDelta | ReasoningDelta | RefusalDelta], text: str, part: int
    ) -> None:
        writer = self._writer
        writer.emit_soon(
            kind(at=writer.now(), call=self._call, text=text, attempt=self._attempt, part=part)
        )

    def arguments(  # noqa: PLR0917 - passing them by name would cost more
        self, text: str, part: int, tool_call: str, name: str, agent: str, parent: str
    ) -> None:
        writer = self._writer
        writer.emit_soon(
            ToolArgumentsDelta(
                at=writer.now(), call=self._call, text=text, attempt=self._attempt, part=part,
                tool_call=tool_call, name=name, agent=agent, parent=parent,
            )
        )  # fmt: skip
