"""Text and reasoning of a remote agent, message by message."""

from collections.abc import Callable

from tui.protocol import events
from tui.protocol.agui import agui_events as agui
from tui.protocol.events import Event
from tui.remote.reading.lanes import Lane, Lanes, Part
from tui.remote.reading.message_builder import MessageBuilder
from tui.remote.reading.traces import Traces

_THINKING = ""
"""The older events of reasoning name no message."""

_ReasoningPiece = agui.ReasoningMessageContent | agui.ReasoningMessageChunk


class SpokenParts:
    """``emit`` takes the events."""

    def __init__(
        self,
        lanes: Lanes,
        messages: MessageBuilder,
        traces: Traces,
        emit: Callable[[Event], object],
    ) -> None:
        self.open: dict[str, None] = {}
        """Messages that have begun and not ended."""
        self.said = False
        """Some text has come in this run."""
        self._lanes = lanes
        self._messages = messages
        self._traces = traces
        self._emit = emit
        self._parts: dict[str, Part] = {}
        self._reasoning: dict[str, Part] = {}
        self._others: dict[str, tuple[str, list[str]]] = {}
        """Messages that are not the agent's: their roles and texts."""
        self._chunk = ""
        self._thought = ""

    def part_of(self, message: str) -> Part | None:
        """Where the text of a message is shown."""
        return self._parts.get(message)

    def text_started(self, event: agui.TextMessageStart, at: int) -> None:
        if event.message_id in self.open:
            self._traces.problem(f"the message {event.message_id} was started twice", at)
            return
        self.open[event.message_id] = None
        self._start(event.message_id, event.role or "assistant", event.name)

    def text_grew(self, event: agui.TextMessageContent, at: int) -> None:
        if event.message_id not in self.open:
            self._traces.problem(
                f"text of the message {event.message_id} without TEXT_MESSAGE_START", at
            )
            self.open[event.message_id] = None
            self._start(event.message_id, "assistant", None)
        self._grow(event.message_id, event.delta, self._lanes.of(event.subagent_run_id), at)

    def text_ended(self, event: agui.TextMessageEnd, at: int) -> None:
        if event.message_id not in self.open:
            self._traces.problem(
                f"TEXT_MESSAGE_END of {event.message_id} without TEXT_MESSAGE_START", at
            )
            return
        del self.open[event.message_id]
        self._messages.text_ended(event.message_id)
        if event.message_id in self._others:
            role, texts = self._others.pop(event.message_id)
            self._traces.line(f"message of the role {role}", "".join(texts), at)

    def text_chunk(self, event: agui.TextMessageChunk, at: int) -> None:
        message = event.message_id or self._chunk
        if not message:
            self._traces.problem("a TEXT_MESSAGE_CHUNK names no message", at)
            return
        if message != self._chunk:
            self._chunk = message
            self._start(message, event.role or "assistant", event.name)
        if event.delta:
            self._grow(message, event.delta, self._lanes.of(event.subagent_run_id), at)

    def reasoning_started(self, event: agui.ReasoningMessageStart, _: int) -> None:
        self._reasoning.pop(event.message_id, None)
        self._messages.text(event.message_id, "reasoning")

    def reasoned(self, event: _ReasoningPiece, at: int) -> None:
        message = event.message_id or self._thought
        self._thought = message
        if not event.delta:
            return
        self._messages.text(message, "reasoning")
        self._messages.text_grew(message, event.delta)
        self._think(message, event.delta, self._lanes.of(event.subagent_run_id), at)

    def encrypted(self, event: agui.ReasoningEncryptedValue, at: int) -> None:
        if event.subtype == "message" and event.entity_id not in self._reasoning:
            lane = self._lanes.of(event.subagent_run_id)
            part = self._lanes.part(lane, at)
            self._reasoning[event.entity_id] = part
            self._messages.text(event.entity_id, "reasoning")
            self._emit(
                events.ReasoningGiven(
                    at=at,
                    run=self._lanes.run,
                    call=part.call,
                    attempt=part.attempt,
                    part=part.number,
                    encrypted=len(event.encrypted_value),
                )
            )
        self._messages.encrypted(event.entity_id, event.encrypted_value)

    def thinking_started(self, title: str, at: int) -> None:
        """``title``: of the older events; "" for none."""
        self._reasoning.pop(_THINKING, None)
        if title:
            self.thought(f"{title}\n\n", at)

    def thought(self, text: str, at: int) -> None:
        self._think(_THINKING, text, self._lanes.top, at)

    def whole(self, message: str, text: str, lane: Lane, at: int) -> None:
        """The whole text of a message, of which nothing or something else has streamed."""
        part = self._parts.get(message)
        if part is None:
            part = self._parts[message] = self._lanes.part(lane, at)
        self.said = True
        self._emit(
            events.TextReplaced(
                at=at,
                run=self._lanes.run,
                call=part.call,
                attempt=part.attempt,
                part=part.number,
                text=text,
            )
        )

    def _start(self, message: str, role: str, name: str | None) -> None:
        self._parts.pop(message, None)
        self._messages.text(message, role, name)
        if role != "assistant":
            self._others[message] = role, []

    def _grow(self, message: str, delta: str, lane: Lane, at: int) -> None:
        if not delta:
            return
        self._messages.text_grew(message, delta)
        if message in self._others:
            self._others[message][1].append(delta)
            return
        part = self._parts.get(message)
        if part is None or part.call != lane.call:
            part = self._parts[message] = self._lanes.part(lane, at)
        else:
            self._lanes.speaks(lane, at)
        self.said = True
        self._emit(
            events.TextDelta(
                at=at,
                run=self._lanes.run,
                call=part.call,
                attempt=part.attempt,
                part=part.number,
                text=delta,
            )
        )

    def _think(self, message: str, delta: str, lane: Lane, at: int) -> None:
        part = self._reasoning.get(message)
        if part is None or part.call != lane.call:
            part = self._reasoning[message] = self._lanes.part(lane, at)
        else:
            self._lanes.speaks(lane, at)
        self._emit(
            events.ReasoningDelta(
                at=at,
                run=self._lanes.run,
                call=part.call,
                attempt=part.attempt,
                part=part.number,
                text=delta,
            )
        )
