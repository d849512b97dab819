"""Reads the events of one AG-UI run after the other, and tells of them in our own.

A malformed stream is read as far as possible: what is wrong with it is a line in the log.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from tui.protocol import events
from tui.protocol.agui import agui_events as agui
from tui.protocol.agui.agui_events import ReadEvent, UnknownEvent
from tui.protocol.agui.run_outcomes import Interrupt, Interrupted, TokenUsage
from tui.protocol.events import Event
from tui.remote.agui_thread import AguiThread
from tui.remote.reading.call_events import CallEvents
from tui.remote.reading.lanes import Lanes, ServerNames
from tui.remote.reading.message_builder import MessageBuilder
from tui.remote.reading.remote_calls import RemoteCalls, ShownNames
from tui.remote.reading.side_events import SideEvents
from tui.remote.reading.snapshots import Snapshots
from tui.remote.reading.spoken_parts import SpokenParts
from tui.remote.reading.streamtui_events import OwnEvents
from tui.remote.reading.traces import Traces, as_text

THINKING = frozenset(
    f"THINKING_{name}"
    for name in (
        "START", "END", "TEXT_MESSAGE_START", "TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_END",
    )
)  # fmt: skip
"""The types of the events of reasoning before 1.0."""

_NO_PROGRESS = (
    agui.RunStarted, agui.RunError, agui.Raw, agui.Custom, agui.StateSnapshot, agui.StateDelta,
    agui.MessagesSnapshot, agui.StepStarted, agui.StepFinished,
)  # fmt: skip


class AguiReading:
    """Of one run of ours, which may take several of the server's: one for each interrupt."""

    def __init__(
        self, run: str, thread: AguiThread, ids: ShownNames, *, agent: str, names: ServerNames
    ) -> None:
        self.run = run
        self.thread = thread
        self.started = False
        """The server's run has begun."""
        self.finished: agui.RunFinished | None = None
        self.failed: agui.RunError | None = None
        self.ended_at = 0
        """When the server's run ended."""
        self.known = 0
        """Events that could be read."""
        self.progressed = False
        """Since the request was sent, the agent has done what a second one would repeat."""
        self._events: list[Event] = []
        self.own = OwnEvents(run, names, self._events.append)
        emit = self._emit
        self.lanes = Lanes(run, agent, names, emit)
        self.calls = RemoteCalls(self.lanes, ids, emit)
        self.messages = MessageBuilder(thread)
        self.traces = Traces(run, emit)
        self.parts = SpokenParts(self.lanes, self.messages, self.traces, emit)
        self._called = CallEvents(self.lanes, self.calls, self.messages, self.traces)
        self._side = SideEvents(
            thread,
            self.lanes,
            calls=self.calls,
            messages=self.messages,
            traces=self.traces,
            emit=emit,
        )
        self._snapshots = Snapshots(
            thread,
            self.lanes,
            messages=self.messages,
            parts=self.parts,
            calls=self.calls,
            called=self._called,
            traces=self.traces,
        )
        self._read: dict[type, Callable[[Any, int], None]] = {
            agui.TextMessageStart: self.parts.text_started,
            agui.TextMessageContent: self.parts.text_grew,
            agui.TextMessageEnd: self.parts.text_ended,
            agui.TextMessageChunk: self.parts.text_chunk,
            agui.ReasoningMessageStart: self.parts.reasoning_started,
            agui.ReasoningMessageContent: self.parts.reasoned,
            agui.ReasoningMessageChunk: self.parts.reasoned,
            agui.ReasoningEncryptedValue: self.parts.encrypted,
            agui.ToolCallStart: self._called.started,
            agui.ToolCallArgs: self._called.arguments,
            agui.ToolCallEnd: self._called.ended,
            agui.ToolCallChunk: self._called.chunk,
            agui.ToolCallResult: self._called.result,
            agui.StateSnapshot: self._side.state,
            agui.StateDelta: self._side.state_delta,
            agui.ActivitySnapshot: self._side.activity,
            agui.ActivityDelta: self._side.activity_delta,
            agui.Raw: self._side.raw,
            agui.Custom: self._custom,
            agui.StepStarted: self._side.step_started,
            agui.StepFinished: self._side.step_finished,
            agui.SubagentStarted: self._side.subagent_started,
            agui.SubagentFinished: self._side.subagent_ended,
            agui.SubagentError: self._side.subagent_ended,
            agui.RunStarted: self._run_started,
            agui.RunFinished: self._run_finished,
            agui.RunError: self._run_error,
        }
        """Beginnings and ends of reasoning have nothing that the events between do not say."""

    @property
    def agent(self) -> str:
        """Who speaks at the top."""
        return self._side.agent

    @property
    def interrupts(self) -> tuple[Interrupt, ...]:
        """What the server's run stopped for."""
        outcome = self.finished.outcome if self.finished is not None else None
        return outcome.interrupts if isinstance(outcome, Interrupted) else ()

    @property
    def answered(self) -> bool:
        """Some text or a call has come in the whole run."""
        return self.parts.said or bool(self.calls)

    def take(self) -> list[Event]:
        """The events since the last time."""
        taken = self._events[:]
        self._events.clear()
        return taken

    def result(self) -> str:
        """What the server's run gave, as text; "" for nothing."""
        value = self.finished.result if self.finished is not None else None
        return "" if value is None else as_text(value)

    def begin_request(self, call: str, attempt: int) -> None:
        """A request is sent. `ModelCallStarted` and `AttemptStarted` were reported."""
        self.started = self.progressed = False
        self.finished = self.failed = None
        self.known = 0
        self.own.begin_request()
        self.lanes.begin_request(call, attempt)

    def read(self, event: ReadEvent, at: int, data: str = "") -> None:
        """``data``: the event as it came."""
        kind = type(event)
        if kind is not agui.ToolCallChunk and kind is not agui.Raw:
            self._called.end_chunk(at)
        if isinstance(event, UnknownEvent):
            self._unknown(event, at)
            return
        self.known += 1
        for lane in self.lanes.every:
            lane.raw += bool(lane.call)
        self._check_order(event, at)
        if kind is agui.MessagesSnapshot:
            self._snapshots.read(data, at)
        elif kind in self._read:
            self._read[kind](event, at)

    def rest(self, at: int) -> None:
        """Nothing has come for a moment: if tools run, the calls that asked for them are over."""
        if self.calls.running and not self.messages.unfinished and not self.parts.open:
            for lane in self.lanes.every:
                self.lanes.rests(lane, at)

    def report_usage(self, at: int, *, ended: bool) -> None:
        """The tokens that the server reports. ``ended``: the calls have ended well.

        Otherwise the open call of the top is the last that they are of.
        """
        end = self.finished or self.failed
        usages = end.usage if end is not None and not self.own.active else None
        calls = list(self.lanes.ended)
        if not ended and self.lanes.top.call:
            calls.append(self.lanes.top.call)
        if not usages or not calls:
            return
        self._events.append(
            events.UsageReported(
                at=at,
                run=self.run,
                call=calls[-1],
                input=_sum(one.input_tokens for one in usages),
                output=_sum(one.output_tokens for one in usages),
                cached=_sum(one.cached_input_tokens for one in usages),
                cache_write=_sum(one.cache_write_input_tokens for one in usages),
                reasoning=_sum(one.reasoning_tokens for one in usages),
                calls=len(calls),
            )
        )
        self._name_model(usages)

    def _name_model(self, usages: tuple[TokenUsage, ...]) -> None:
        models = {one.model for one in usages if one.model}
        if len(models) == 1:
            names = self.lanes.names
            names.model = models.pop()
            names.provider = next((one.provider for one in usages if one.provider), "")

    def _check_order(self, event: agui.KnownEvent, at: int) -> None:
        if isinstance(event, agui.RunStarted):
            return
        self.progressed = self.progressed or not isinstance(event, _NO_PROGRESS)
        if self.finished is not None or self.failed is not None:
            name = str(event.__struct_config__.tag)
            self.traces.problem(f"the server sent {name} after the end of its run", at)
        elif not self.started:
            self.started = True
            if not isinstance(event, agui.RunError):
                name = str(event.__struct_config__.tag)
                self.traces.problem(f"the stream begins with {name} instead of RUN_STARTED", at)

    def _unknown(self, event: UnknownEvent, at: int) -> None:
        text = event.data.decode("utf-8", "replace")
        if event.problem:
            what = f"{event.type or 'an event'} could not be read ({event.problem})"
            self.traces.line(f"AG-UI: {what}", text, at, "warning")
        elif event.type in THINKING:
            self.known += 1
            self._thinking(event, at)
        else:
            self.traces.line(f"unknown event {event.type}", text, at)

    def _thinking(self, event: UnknownEvent, at: int) -> None:
        """These events name no message."""
        fields = json.loads(event.data)
        if event.type == "THINKING_TEXT_MESSAGE_CONTENT":
            if text := str(fields.get("delta") or ""):
                self.parts.thought(text, at)
        elif event.type.endswith("START"):
            self.parts.thinking_started(str(fields.get("title") or ""), at)

    def _custom(self, event: agui.Custom, at: int) -> None:
        if not self.own.read(event, at):
            self._side.custom(event, at)
        self.progressed = self.progressed or self.own.spoke

    def _emit(self, event: Event) -> None:
        """What AG-UI tells; a server that sends our own events tells all in those."""
        if not self.own.active:
            self._events.append(event)

    def _run_started(self, event: agui.RunStarted, at: int) -> None:
        self.started = True
        self.finished = self.failed = None
        self.thread.last_run = event.run_id
        if event.thread_id != self.thread.id:
            self.traces.problem(f"the server answers for another thread, {event.thread_id}", at)

    def _run_finished(self, event: agui.RunFinished, at: int) -> None:
        self.finished, self.ended_at = event, at
        for message in self.parts.open:
            self.traces.problem(f"the message {message} has no TEXT_MESSAGE_END", at)
        self._called.end_all(at)
        self.messages.ended()

    def _run_error(self, event: agui.RunError, at: int) -> None:
        self.failed, self.ended_at = event, at


def _sum(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
