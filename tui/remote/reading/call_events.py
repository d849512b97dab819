"""AG-UI's events of tool calls."""

from tui.protocol.agui import agui_events as agui
from tui.protocol.agui.agui_messages import Content
from tui.remote.reading.content_text import plain, text_and_files
from tui.remote.reading.lanes import Lane, Lanes
from tui.remote.reading.message_builder import MessageBuilder
from tui.remote.reading.remote_calls import RemoteCalls
from tui.remote.reading.traces import Traces


class CallEvents:
    """Tells the calls on the screen and the messages of the conversation about them."""

    def __init__(
        self, lanes: Lanes, calls: RemoteCalls, messages: MessageBuilder, traces: Traces
    ) -> None:
        self._lanes = lanes
        self._calls = calls
        self._messages = messages
        self._traces = traces
        self._chunk = ""
        """The call whose chunks come: it ends with the first event of another kind."""

    def started(self, event: agui.ToolCallStart, at: int) -> None:
        if event.tool_call_id in self._calls:
            self._traces.problem(f"the call {event.tool_call_id} was announced twice", at)
            return
        lane = self._lanes.of(event.subagent_run_id)
        self._announce(event.tool_call_id, event.tool_call_name, lane, at)
        self._messages.call(event.tool_call_id, event.tool_call_name, event.parent_message_id)

    def arguments(self, event: agui.ToolCallArgs, at: int) -> None:
        call, lane = event.tool_call_id, self._lanes.of(event.subagent_run_id)
        if call not in self._calls:
            self._traces.problem(f"arguments of the call {call} without TOOL_CALL_START", at)
            self._announce(call, "", lane, at)
            self._messages.call(call, "", None)
        self._grow(call, event.delta, at)

    def ended(self, event: agui.ToolCallEnd, at: int) -> None:
        call = event.tool_call_id
        if call not in self._calls:
            self._traces.problem(f"TOOL_CALL_END of {call} without TOOL_CALL_START", at)
            return
        self._end(call, at)

    def chunk(self, event: agui.ToolCallChunk, at: int) -> None:
        call = event.tool_call_id or self._chunk
        if not call:
            self._traces.problem("a TOOL_CALL_CHUNK names no call", at)
            return
        if call != self._chunk:
            self.end_chunk(at)
        if call not in self._calls:
            name, lane = event.tool_call_name or "", self._lanes.of(event.subagent_run_id)
            self._announce(call, name, lane, at)
            self._messages.call(call, name, event.parent_message_id)
        self._chunk = call
        if event.delta:
            self._grow(call, event.delta, at)

    def end_chunk(self, at: int) -> None:
        """Something else comes: a call that came in chunks is complete."""
        call, self._chunk = self._chunk, ""
        if call:
            self._end(call, at)

    def end_all(self, at: int) -> None:
        """The run has ended: so have the arguments."""
        self.end_chunk(at)
        for call in tuple(self._messages.unfinished):
            self._traces.problem(f"the call {call} has no TOOL_CALL_END", at)
            self._end(call, at)

    def result(self, event: agui.ToolCallResult, at: int) -> None:
        lane = self._lanes.of(event.subagent_run_id)
        self.give(event.tool_call_id, event.content, lane, at)
        self._messages.result(event.message_id, event.tool_call_id, plain(event.content))

    def give(self, call: str, content: Content, lane: Lane, at: int, *, error: str = "") -> None:
        """A call has its result, whether or not it was announced."""
        if call not in self._calls:
            name = self._messages.name_of(call)
            if not name:
                self._traces.problem(f"a result of the call {call}, which does not exist", at)
                self._messages.call(call, "", None)
            self._announce(call, name, lane, at)
            self._calls.grew(call, self._messages.arguments_of(call), at)
        self._messages.call_ended(call)
        text, files = text_and_files(content)
        self._calls.result(call, text, at, error=error, files=files)

    def _announce(self, call: str, name: str, lane: Lane, at: int) -> None:
        self._calls.announced(call, name, lane, at)

    def _grow(self, call: str, delta: str, at: int) -> None:
        self._calls.grew(call, delta, at)
        self._messages.arguments_grew(call, delta)

    def _end(self, call: str, at: int) -> None:
        self._calls.complete(call, at)
        self._messages.call_ended(call)
