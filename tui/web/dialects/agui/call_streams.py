"""Tool calls as AG-UI's events: start, arguments, end, result, each once and in this order."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass

from tui.core.conversation import ToolCall
from tui.protocol.agui import agui_events as agui
from tui.protocol.agui.agui_messages import (
    Content,
    ContentPart,
    DataSource,
    DocumentPart,
    ImagePart,
    TextPart,
    UrlSource,
)
from tui.protocol.events import Attachment
from tui.web.dialects.agui.event_collector import EventCollector, MessageIds
from tui.web.dialects.agui.whole_json import missing_end
from tui.web.dialects.agui.written_messages import WrittenCall, WrittenMessages

BYTES = "application/octet-stream"


@dataclass(slots=True)
class _Call:
    key: str
    owner: str
    name: str
    written: WrittenCall
    sent: str = ""
    """The arguments so far."""
    open: bool = True
    """Its arguments are not complete."""
    answered: bool = False
    elsewhere: bool = False
    """The client runs it, or it was announced by an earlier run."""


class CallStreams:
    """A call that never runs gets a result that says so: what has none, the client is to run."""

    def __init__(
        self,
        log: EventCollector,
        written: WrittenMessages,
        ids: MessageIds,
        run: str,
        *,
        parts: bool,
        client: Iterable[str],
    ) -> None:
        """``parts``: results may hold pictures. ``client``: names of the client's own tools."""
        self._log = log
        self._written = written
        self._ids = ids
        self._run = run
        self._parts = parts
        self._client = frozenset(client)
        self._calls: dict[str, _Call] = {}

    @property
    def pending(self) -> tuple[str, ...]:
        """Calls that the client is to run."""
        return tuple(
            call.key for call in self._calls.values() if call.elsewhere and not call.answered
        )

    def __contains__(self, key: str) -> bool:
        return key in self._calls

    def announced(
        self, key: str, name: str, arguments: str, owner: str, written: WrittenCall
    ) -> None:
        """An earlier run of the thread has sent it: only its result is missing."""
        call = _Call(key, owner, name, written, arguments, open=False)
        call.elsewhere = not owner and name in self._client
        self._calls[key] = call

    def answered(self, key: str) -> None:
        """An earlier run has sent its result, or the client has."""
        if key in self._calls:
            self._calls[key].answered = True

    def begin(self, tool: ToolCall, owner: str, parent: str, attempt: tuple[str, int]) -> None:
        """``parent``: the message of the same answer, "" for none."""
        if tool.key in self._calls:
            return
        written = self._written.call(tool.key, tool.name, owner, parent)
        written.attempt = attempt
        call = _Call(tool.key, owner, tool.name, written)
        call.elsewhere = not owner and tool.name in self._client
        self._calls[tool.key] = call
        self._log.add(
            agui.ToolCallStart(
                tool_call_id=tool.key,
                tool_call_name=tool.name,
                parent_message_id=parent or None,
                subagent_run_id=owner or None,
            )
        )

    def arguments(self, key: str, delta: str) -> None:
        """The next piece of a call's arguments."""
        call = self._calls.get(key)
        if call is not None and call.open and delta:
            self._send(call, delta)

    def complete(self, key: str, arguments: str) -> None:
        """The arguments are all there."""
        call = self._calls.get(key)
        if call is None:
            return
        if call.open:
            if arguments.startswith(call.sent):
                self._send(call, arguments[len(call.sent) :])
            self._end_arguments(call)
        if arguments not in (call.sent, call.written.arguments):
            self._log.custom("tool_arguments", call.owner, toolCallId=key, arguments=arguments)
        call.written.arguments = arguments

    def result(self, tool: ToolCall) -> None:
        """The call has ended, whether or not it ran."""
        call = self._calls.get(tool.key)
        if call is None or call.answered:
            return
        self._end_arguments(call)
        call.written.name = tool.name or call.written.name
        if call.elsewhere and tool.state != "rejected":
            return
        call.answered = True
        content = self._content(tool)
        call.written.result = content
        call.written.result_id = self._ids.new(f"{self._run}-{tool.key}-result")
        call.written.error = _error(tool)
        self._log.add(
            agui.ToolCallResult(
                message_id=call.written.result_id,
                tool_call_id=tool.key,
                content=content,
                role="tool",
                subagent_run_id=call.owner or None,
            )
        )

    def replaced(self, tool: ToolCall) -> None:
        """A guardrail gave the model something else than the result."""
        call = self._calls.get(tool.key)
        if call is not None and call.answered and tool.sent:
            call.written.result = tool.sent

    def close(self, owner: str | None = None) -> None:
        """End the arguments that still stream: all, or those of a nested agent's calls."""
        for call in self._calls.values():
            if owner is None or call.owner == owner:
                self._end_arguments(call)

    def _send(self, call: _Call, delta: str) -> None:
        if not delta:
            return
        call.sent += delta
        self._log.add(
            agui.ToolCallArgs(
                tool_call_id=call.key, delta=delta, subagent_run_id=call.owner or None
            )
        )

    def _end_arguments(self, call: _Call) -> None:
        if not call.open:
            return
        # Of a call that was cut off: clients parse what they have collected.
        self._send(call, missing_end(call.sent))
        call.open = False
        call.written.arguments = call.sent
        self._log.add(agui.ToolCallEnd(tool_call_id=call.key, subagent_run_id=call.owner or None))

    def _content(self, tool: ToolCall) -> Content:
        text = tool.brief_output or _error(tool) or tool.note
        if not text and tool.state != "ok":
            text = tool.outcome
        if not tool.attachments:
            return text
        if not self._parts:
            names = [one.name or one.media_type or "file" for one in tool.attachments]
            return "\n".join(filter(None, (text, *(f"[{name}]" for name in names))))
        texts: tuple[ContentPart, ...] = (TextPart(text=text),) if text else ()
        return (*texts, *map(_part, tool.attachments))


def _error(tool: ToolCall) -> str:
    return tool.problem.message if tool.problem is not None else ""


def _part(attachment: Attachment) -> ContentPart:
    source: DataSource | UrlSource
    if attachment.data:
        data = base64.b64encode(attachment.data).decode()
        source = DataSource(value=data, mime_type=attachment.media_type or BYTES)
    elif attachment.url:
        source = UrlSource(value=attachment.url, mime_type=attachment.media_type or None)
    else:
        return TextPart(text=f"[{attachment.name or attachment.file_id}]")
    is_picture = attachment.media_type.startswith("image/")
    return ImagePart(source=source) if is_picture else DocumentPart(source=source)
