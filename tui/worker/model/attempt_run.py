"""One attempt of a model call: raw stream events in, the vocabulary's events out."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tui.protocol.events import (
    AttemptConnected,
    AttemptFinished,
    ReasoningDelta,
    RefusalDelta,
    RequestBegan,
    TextDelta,
    TextReplaced,
    ToolArgumentsDelta,
    ToolCalled,
)
from tui.worker.failures.stream_failures import CutShort, EmptyAnswer, ProviderFailure, Unfinished
from tui.worker.input_items import CALL_TYPES
from tui.worker.model.output_items import (
    arguments_of,
    is_hosted,
    name_of,
    outcome_of,
    text_of_message,
    usage_event,
)
from tui.worker.model.recovery import joined, with_said
from tui.worker.observer import Observer
from tui.worker.tools.call_ids import AnswerIds

Reader = Callable[["Attempt", Any], None]


@dataclass(frozen=True, slots=True)
class CallIdentity:
    """What is the same for all attempts of a model call."""

    call: str
    agent: str
    parent: str
    handoffs: frozenset[str]
    """Names of the tools that hand over to another agent."""
    needs_finish_reason: bool = False
    """Chat Completions: the answer is whole only when a finish reason came."""
    model: str = ""
    host: str = ""


@dataclass(slots=True)
class _Tool:
    tool_call: str
    name: str
    part: int


@dataclass(slots=True)
class Attempt:
    """Reads the events of one attempt. ``shown`` is true once anything of it was visible."""

    observer: Observer
    identity: CallIdentity
    number: int
    raw_events: int = 0
    begun: bool = False
    shown: bool = False
    connected: bool = False
    finished: bool = False
    request_id: str = ""
    content_type: str = ""
    finish_reason: str = ""
    """As a chat chunk says it; the SDK's conversion loses it."""
    chat_usage: Any = None
    """As a chat chunk says it; the SDK's conversion makes 0 of what it leaves out."""
    said: str = ""
    """What earlier attempts have said, when this one goes on from there."""
    done_items: list[Any] = field(default_factory=list)
    _texts: dict[int, list[str]] = field(default_factory=dict)
    _parts: dict[Hashable, int] = field(default_factory=dict)
    _tools: dict[Hashable, _Tool] = field(default_factory=dict)
    _ids: AnswerIds | None = None
    _announced: dict[str, str] = field(default_factory=dict)
    """Names of the tool calls that have no end yet, by id."""

    def request_built(self) -> None:
        """Called by the HTTP client, for each request: a redirected attempt makes several."""
        if self.begun:
            return
        self.begun = True
        writer = self.observer.writer
        writer.emit(RequestBegan(at=writer.now(), call=self.identity.call, attempt=self.number))

    def headers_arrived(self, request_id: str = "", content_type: str = "") -> None:
        """Also called at the first event, for clients that do not tell about headers."""
        if self.connected:
            return
        self.connected = True
        self.request_id, self.content_type = request_id, content_type
        writer = self.observer.writer
        writer.emit(
            AttemptConnected(
                at=writer.now(),
                call=self.identity.call,
                attempt=self.number,
                request_id=request_id,
            )
        )

    def read(self, event: Any) -> bool:
        """Take in a raw event. True: the SDK's runner needs it (deltas it does not)."""
        self.raw_events += 1
        if not self.connected:
            self.headers_arrived()
        kind = getattr(event, "type", "")
        delta_reader = self._DELTAS.get(kind)
        if delta_reader is not None:
            delta_reader(self, event)
            return False
        reader = self._OTHERS.get(kind)
        if reader is not None:
            reader(self, event)
        else:
            self.observer.unfamiliar.look(kind)
        return True

    def visible_text(self) -> str:
        """What the answer is so far, with what earlier attempts have said of it."""
        own = "".join("".join(pieces) for pieces in self._texts.values())
        return joined(self.said, own)

    def abandon_calls(self) -> None:
        """The attempt failed: what it asked for is not done."""
        for tool_call, name in self._announced.items():
            self.observer.calls.abandoned(tool_call, name)
        self._announced.clear()

    # Deltas

    def _text(self, event: Any) -> None:
        text = event.delta
        if text:
            part = self._part("text", event)
            self._texts.setdefault(part, []).append(text)
            self._emit(TextDelta, text, part)

    def _reasoning(self, event: Any) -> None:
        if event.delta:
            self._emit(ReasoningDelta, event.delta, self._part("reasoning", event))

    def _refusal(self, event: Any) -> None:
        if event.delta:
            self._emit(RefusalDelta, event.delta, self._part("refusal", event))

    def _arguments(self, event: Any) -> None:
        tool = self._tools.get(_tool_key(event))
        if tool is not None and event.delta:
            self._emit_arguments(tool, event.delta)

    def _emit(self, kind: Callable[..., Any], text: str, part: int) -> None:
        self.shown = True
        writer = self.observer.writer
        writer.emit_soon(
            kind(
                at=writer.now(),
                call=self.identity.call,
                text=text,
                attempt=self.number,
                part=part,
            )
        )

    def _emit_arguments(self, tool: _Tool, text: str) -> None:
        self._announced[tool.tool_call] = tool.name
        self.shown = True
        writer = self.observer.writer
        writer.emit_soon(
            ToolArgumentsDelta(
                at=writer.now(),
                call=self.identity.call,
                text=text,
                attempt=self.number,
                part=tool.part,
                tool_call=tool.tool_call,
                name=tool.name,
                agent=self.identity.agent,
                parent=self.identity.parent,
            )
        )

    def _part(self, kind: str, event: Any) -> int:
        """Parts are counted as they begin; servers may leave out any of these fields."""
        # Asking a pydantic object for what it lacks costs more than all else about a delta.
        fields = vars(event)
        key = (
            kind,
            fields.get("item_id"),
            fields.get("output_index"),
            fields.get("content_index"),
            fields.get("summary_index"),
        )
        return self._parts.setdefault(key, len(self._parts))

    # Items

    def _text_done(self, event: Any) -> None:
        """Deltas can come twice or out of order: the final text is the right one."""
        part = self._part("text", event)
        final = event.text
        if not isinstance(final, str) or final == "".join(self._texts.get(part, ())):
            return
        self._texts[part] = [final]
        self.shown = True
        writer = self.observer.writer
        writer.emit(
            TextReplaced(
                at=writer.now(),
                call=self.identity.call,
                text=final,
                attempt=self.number,
                part=part,
            )
        )

    def _item_added(self, event: Any) -> None:
        item = event.item
        if item.type in CALL_TYPES:
            self._make_unique(item, "begun")
            part = self._parts.setdefault(("tool", item.call_id), len(self._parts))
            tool = _Tool(item.call_id, name_of(item), part)
            self._tools[_tool_key(event)] = tool
            self._emit_arguments(tool, "")
        elif is_hosted(item):
            self._hosted_called(item)

    def _item_done(self, event: Any) -> None:
        item = event.item
        self.done_items.append(item)
        if item.type in CALL_TYPES:
            self._make_unique(item, "done")
            self._called(item)
        elif is_hosted(item):
            self._hosted_called(item)
            outcome, output, problem = outcome_of(item)
            self._announced.pop(item.id, None)
            self.observer.calls.finished(item.id, outcome, output, problem)

    def _called(self, item: Any) -> None:
        identity, writer = self.identity, self.observer.writer
        self.shown = True
        self._announced[item.call_id] = name_of(item)
        self.observer.calls.called(
            ToolCalled(
                at=writer.now(),
                tool_call=item.call_id,
                name=name_of(item),
                arguments=arguments_of(item),
                call=identity.call,
                agent=identity.agent,
                parent=identity.parent,
                handoff=name_of(item) in identity.handoffs,
            )
        )

    def _hosted_called(self, item: Any) -> None:
        if not item.id or item.id in self.observer.calls:
            return
        identity, writer = self.identity, self.observer.writer
        self.shown = True
        self._announced[item.id] = name_of(item)
        self.observer.calls.called(
            ToolCalled(
                at=writer.now(),
                tool_call=item.id,
                name=name_of(item),
                arguments=arguments_of(item),
                call=identity.call,
                agent=identity.agent,
                parent=identity.parent,
                hosted=True,
            )
        )
        self.observer.calls.started(item.id, name_of(item))

    def _make_unique(self, item: Any, listing: str) -> None:
        if self._ids is None:
            self._ids = AnswerIds(self.observer.ids)
        item.call_id = self._ids.unique(item.call_id or "", getattr(item, "id", None), listing)

    # The end

    def _completed(self, event: Any) -> None:
        response = event.response
        if self.identity.needs_finish_reason:
            self._check_finish_reason()
        output = response.output or self.done_items
        for item in output:
            self._announce_unseen(item)
        # The SDK falls back to the items of every attempt when the complete answer holds none.
        response.output = with_said(output, self.said)
        self.finished = True
        writer, identity = self.observer.writer, self.identity
        given = response.usage if self.chat_usage is None else self.chat_usage
        usage = usage_event(given, writer.now(), identity.call, self.number)
        prices = self.observer.prices
        writer.emit_soon(prices.priced(usage, model=identity.model, host=identity.host))
        writer.emit_soon(
            AttemptFinished(
                at=writer.now(),
                call=identity.call,
                attempt=self.number,
                raw_events=self.raw_events,
                response_model=str(getattr(response, "model", "") or ""),
                finish_reason=self.finish_reason or str(getattr(response, "status", "") or ""),
                request_id=self.request_id,
            )
        )

    def _check_finish_reason(self) -> None:
        match self.finish_reason:
            case "":
                raise Unfinished if self.shown else EmptyAnswer(self.content_type)
            case "length":
                raise CutShort("max_output_tokens")
            case "content_filter":
                raise CutShort("content_filter")

    def _announce_unseen(self, item: Any) -> None:
        """Models of the user's own may send nothing but the complete response."""
        if item.type in CALL_TYPES:
            self._make_unique(item, "complete")
            self._called_once(item)
        elif item.type == "message" and not self._texts and (text := text_of_message(item)):
            part = self._parts.setdefault(("message", item.id), len(self._parts))
            self._texts[part] = [text]
            self._emit(TextDelta, text, part)

    def _called_once(self, item: Any) -> None:
        if not any(done is item or done.call_id == item.call_id for done in self._done_calls()):
            self._called(item)

    def _done_calls(self) -> list[Any]:
        return [item for item in self.done_items if item.type in CALL_TYPES]

    def _failed(self, event: Any) -> None:
        error = getattr(event.response, "error", None)
        raise ProviderFailure(
            str(getattr(error, "code", "") or ""), str(getattr(error, "message", "") or "")
        )

    def _incomplete(self, event: Any) -> None:
        details = getattr(event.response, "incomplete_details", None)
        raise CutShort(str(getattr(details, "reason", "") or "unknown"))

    def _error(self, event: Any) -> None:
        raise ProviderFailure(
            str(getattr(event, "code", "") or ""), str(getattr(event, "message", "") or "")
        )

    _DELTAS: ClassVar[dict[str, Reader]] = {
        "response.output_text.delta": _text,
        "response.reasoning_summary_text.delta": _reasoning,
        "response.reasoning_text.delta": _reasoning,
        "response.refusal.delta": _refusal,
        "response.function_call_arguments.delta": _arguments,
        "response.custom_tool_call_input.delta": _arguments,
    }
    _OTHERS: ClassVar[dict[str, Reader]] = {
        "response.output_text.done": _text_done,
        "response.output_item.added": _item_added,
        "response.output_item.done": _item_done,
        "response.completed": _completed,
        "response.failed": _failed,
        "response.incomplete": _incomplete,
        "error": _error,
        "response.error": _error,
    }


def _tool_key(event: Any) -> Hashable:
    """Argument deltas name their call by its place, or by the item's id where there is no place."""
    index: int | None = getattr(event, "output_index", None)
    if index is not None:
        return index
    item_id: str | None = getattr(event, "item_id", None)
    return item_id or str(getattr(getattr(event, "item", None), "id", None))
