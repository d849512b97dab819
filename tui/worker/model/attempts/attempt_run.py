"""One attempt of a model call: reads the SDK's stream events and emits ours."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tui.protocol.events import (
    AttemptConnected,
    Noticed,
    ReasoningDelta,
    ReasoningGiven,
    RequestBegan,
    ToolCalled,
)
from tui.worker.failures.stream_failures import (
    AttemptFailure,
    CutShort,
    EmptyAnswer,
    Unfinished,
    provider_failure,
)
from tui.worker.input_items import CALL_TYPES, OUTPUT_TYPES
from tui.worker.model.answers.answer_calls import AnswerCalls, StreamedCall
from tui.worker.model.answers.answer_parts import AnswerParts
from tui.worker.model.answers.answer_text import AnswerText
from tui.worker.model.answers.chat_chunks import ChunkMender
from tui.worker.model.answers.container_calls import ContainerCalls
from tui.worker.model.answers.hosted_calls import PROGRESS_EVENTS, HostedCalls
from tui.worker.model.answers.message_reader import MessageReader
from tui.worker.model.answers.whole_items import WholeItems
from tui.worker.model.attempts.attempt_emitter import AttemptEmitter
from tui.worker.model.attempts.attempt_end import report_end
from tui.worker.model.attempts.call_identity import CallIdentity
from tui.worker.model.attempts.finish_reasons import failure_of
from tui.worker.model.cache.answer_cache import Recording
from tui.worker.model.requests.paired_calls import PairedCalls
from tui.worker.model.requests.recovery import joined, with_said
from tui.worker.observer import Observer
from tui.worker.tools.hosted_tools import (
    arguments_of,
    in_container,
    is_hosted,
    is_paired,
    name_of,
)
from tui.worker.tools.tool_sources import program_of, source_of

Reader = Callable[["Attempt", Any], None]


@dataclass(slots=True)
class Attempt:
    """Reads the events of one attempt."""

    observer: Observer
    identity: CallIdentity
    number: int
    raw_events: int = 0
    requested: bool = False
    shown: bool = False
    """Something of the answer was emitted."""
    reasoned: bool = False
    """Some of it was reasoning in a field of its own."""
    connected: bool = False
    finished: bool = False
    streams: bool = False
    """Its answer is counted among those that are arriving."""
    cached: bool = False
    """The answer comes from the cache."""
    held: bool = False
    """It waits for another attempt, which asks the same."""
    recording: Recording | None = None
    """What is kept of the answer for the cache."""
    request_id: str = ""
    content_type: str = ""
    page: bytearray = field(default_factory=bytearray)
    """The beginning of what arrives instead of a stream."""
    finish_reason: str = ""
    """From a chat chunk; the SDK's conversion drops it."""
    chat_usage: Any = None
    """From a chat chunk; the SDK's conversion turns missing counts into 0."""
    chunks: ChunkMender = field(init=False)
    said: str = ""
    """The text of earlier attempts that this one continues."""
    done_items: list[Any] = field(default_factory=list)
    emitter: AttemptEmitter = field(init=False)
    messages: MessageReader = field(init=False)
    text: AnswerText = field(init=False)
    _parts: AnswerParts = field(default_factory=AnswerParts)
    _calls: AnswerCalls = field(init=False)
    _open: dict[str, str] = field(default_factory=dict)
    """Names of the tool calls that were emitted and have not ended, by id."""
    _container: ContainerCalls = field(init=False)
    _hosted: HostedCalls = field(init=False)
    _paired: PairedCalls = field(init=False)
    _whole: WholeItems = field(init=False)

    def __post_init__(self) -> None:
        self.emitter = AttemptEmitter(self.observer.writer, self.identity.call, self.number)
        self.text = AnswerText(self.emitter, self._parts, think_tags=self.identity.think_tags)
        self.messages = MessageReader(self.emitter, self._parts, self.text)
        self.chunks = ChunkMender(self.identity.offered)
        self._calls = AnswerCalls(self.observer.ids, self.identity.offered)
        self._container = ContainerCalls(self.observer, self.identity)
        self._hosted = HostedCalls(self.observer, self.identity, self.emitter, self._parts)
        self._paired = PairedCalls(self.observer, self.identity, self.emitter)
        self._whole = WholeItems(self.identity, self.emitter, self._parts)

    def request_built(self) -> None:
        """The HTTP client calls it for each request; a redirected attempt has several."""
        if not self.requested:
            self.requested = True
            self.emitter.emit(RequestBegan)

    def headers_arrived(
        self, request_id: str = "", content_type: str = "", *, hidden: bool = False,
        cached: bool = False,
    ) -> None:  # fmt: skip
        """``hidden``: called at the first event, for a client that does not report them."""
        if not self.connected:
            self.connected, self.cached = True, cached
            self.request_id, self.content_type = request_id, content_type
            self.emitter.emit(AttemptConnected, request_id=request_id, hidden=hidden, cached=cached)

    def read(self, event: Any) -> bool:
        """Read a raw event. True if the SDK's runner needs it; it does not need deltas."""
        self.raw_events += 1
        if not self.connected:
            self.headers_arrived(hidden=True)
        kind = getattr(event, "type", "")
        delta_reader = self._DELTAS.get(kind)
        if delta_reader is not None:
            delta_reader(self, event)
            return False
        reader = self._OTHERS.get(kind)
        if reader is not None:
            reader(self, event)
        else:
            self.observer.unknown_events.check(kind)
        return True

    def visible_text(self) -> str:
        """The answer so far, with the text of earlier attempts; "" while there is only thinking."""
        return joined(self.said, self.text.content(continues=bool(self.said)))

    def unfinished(self, *, some: bool | None = None) -> AttemptFailure:
        """The failure of a stream that has ended early; ``some`` of the answer may have come."""
        if self.raw_events if some is None else some:
            return Unfinished()
        return EmptyAnswer(self.content_type, bytes(self.page))

    def abandon_calls(self) -> None:
        """End the tool calls of a failed attempt: they will not run."""
        for tool_call, name in self._open.items():
            self.observer.calls.abandoned(tool_call, name)
        self._open.clear()
        self._hosted.abandon()
        self._paired.abandon()

    # Deltas

    def _text(self, event: Any) -> None:
        text = event.delta
        if text:
            self.text.add(text, self._parts.of("text", event))
            if not self.shown:
                self.shown = self.text.begun

    def thought_in_secret(self, characters: int) -> None:
        """There is reasoning that cannot be read; said once, if no other came."""
        if not self.reasoned:
            self.shown = self.reasoned = True
            now, part = self.emitter.now(), self._parts.number("encrypted")
            self.emitter.emit(ReasoningGiven, part=part, encrypted=characters, began=now)

    def _reasoning(self, event: Any) -> None:
        if event.delta:
            self.shown = self.reasoned = True
            self.emitter.delta(ReasoningDelta, event.delta, self._parts.of("reasoning", event))

    def _refusal(self, event: Any) -> None:
        if event.delta:
            self.shown = True
            self.messages.refused(event.delta, self._parts.of("refusal", event))

    def _arguments(self, event: Any) -> None:
        call = self._calls.of(event)
        if call is not None and event.delta:
            call.pieces.append(event.delta)
            self._emit_arguments(call, event.delta)

    def _command_added(self, event: Any) -> None:
        """A shell's next command follows."""
        call = self._calls.of(event)
        if call is not None and event.command_index:
            self._emit_arguments(call, "\n")

    def _emit_arguments(self, tool: StreamedCall, text: str) -> None:
        self._open[tool.tool_call] = tool.name
        self.shown = True
        identity = self.identity
        self.emitter.arguments(
            text, tool.part, tool.tool_call, tool.name, identity.agent, tool.parent
        )

    # Items

    def _text_done(self, event: Any) -> None:
        if isinstance(event.text, str):
            self.text.final(event.text, self._parts.of("text", event))
            self.shown = self.shown or self.text.begun

    def _part_added(self, event: Any) -> None:
        self._parts.announced(event)

    def _refusal_done(self, event: Any) -> None:
        self.shown = True
        self.messages.refusal_done(event.refusal, self._parts.of("refusal", event))

    def _audio(self, event: Any) -> None:
        self.shown = True
        self.messages.audio_came(event.delta, "")

    def _transcript(self, event: Any) -> None:
        self.shown = True
        self.messages.audio_came("", event.delta)

    def _annotated(self, event: Any) -> None:
        self.messages.cited([event.annotation], self._parts.of("text", event))

    def _item_added(self, event: Any) -> None:
        item = event.item
        self._whole.added(item, _place(event))
        if item.type in CALL_TYPES:
            call = self._calls.begun(event)
            call.part = self._parts.number(("tool", call.tool_call))
            call.parent = program_of(item) or self.identity.parent
            self._emit_arguments(call, "")
        elif is_hosted(item):
            self.shown = True
            self._hosted.added(item, event)
        elif is_paired(item):
            self.shown = True
            self._paired.added(item, _place(event))
        elif item.type in OUTPUT_TYPES:
            self._container.output_added(item, _place(event))

    def _item_done(self, event: Any) -> None:
        item = event.item
        self.done_items.append(item)
        self._whole.done(item, _place(event))
        if item.type in CALL_TYPES:
            self._called(item, self._calls.done(event))
        elif is_hosted(item):
            self.shown = True
            self._hosted.done(item, event)
        elif is_paired(item):
            self.shown = True
            self._paired.done(item, _place(event))
        elif item.type in OUTPUT_TYPES:
            self._output_arrived(item)
        elif item.type == "message" and self.messages.message_done(item, _place(event)):
            self.shown = True

    def _called(self, item: Any, mended: str) -> None:
        """Report a call; ``mended`` says what was mended in it."""
        identity, name = self.identity, name_of(item)
        self.shown = True
        self._open[item.call_id] = name
        called = ToolCalled(
            at=self.emitter.now(),
            tool_call=item.call_id,
            name=name,
            arguments=arguments_of(item),
            call=identity.call,
            agent=identity.agent,
            parent=program_of(item) or identity.parent,
            hosted=in_container(item),
            handoff=name in identity.handoffs,
            source=source_of(item, identity.tools),
        )
        self.observer.calls.called(called)
        self._container.called(called, self._calls.sent_id(item.call_id))
        if mended:
            self.observer.writer.emit(Noticed(at=self.emitter.now(), text=mended, level="warning"))

    def _output_arrived(self, item: Any) -> None:
        """The provider has run a call itself."""
        self._open.pop(self._container.output(item), None)

    # The end

    def _completed(self, event: Any) -> None:
        response = event.response
        match getattr(response, "status", None):
            case "failed":
                self._failed(event)
            case "incomplete":
                self._incomplete(event)
        if self.identity.needs_finish_reason:
            self._check_finish_reason()
        output = response.output or self.done_items
        for index, item in enumerate(output):
            self._emit_unseen(item, index)
        self._hosted.complete(output)
        self._paired.complete(output)
        self.text.end()
        self.messages.finish()
        # When the response has no items, the SDK would take those of every attempt.
        response.output = with_said(output, self.said, think_tags=self.identity.think_tags)
        self.finished = True
        report_end(self, response)

    def _check_finish_reason(self) -> None:
        if not self.finish_reason:
            raise self.unfinished(some=self.shown)
        if (failure := failure_of(self.finish_reason)) is not None:
            raise failure

    def _emit_unseen(self, item: Any, index: int) -> None:
        """Models of the user's own may send nothing but the complete response."""
        self._whole.done(item, index)
        if item.type in CALL_TYPES:
            mended = self._calls.completed(item)
            done = [one for one in self.done_items if one.type in CALL_TYPES]
            if not any(one is item or one.call_id == item.call_id for one in done):
                self._called(item, mended)
        elif item.type in OUTPUT_TYPES:
            self._output_arrived(item)
        elif item.type == "message" and all(one.type != "message" for one in self.done_items):
            self.shown = self.messages.message_done(item, index) or self.shown

    def _failed(self, event: Any) -> None:
        raise provider_failure(getattr(event.response, "error", None))

    def _incomplete(self, event: Any) -> None:
        details = getattr(event.response, "incomplete_details", None)
        raise CutShort(str(getattr(details, "reason", "") or "unknown"))

    def _error(self, event: Any) -> None:
        raise provider_failure(event)

    def _output_streamed(self, event: Any) -> None:
        self._container.output_streamed(event)

    def _hosted_arguments(self, event: Any) -> None:
        self.shown = True
        self._hosted.arguments(event)

    def _hosted_arguments_done(self, event: Any) -> None:
        self._hosted.arguments_done(event)

    def _hosted_progressed(self, event: Any) -> None:
        self._hosted.progressed(event)

    def _partial_image(self, event: Any) -> None:
        self._hosted.partial_image(event)

    _DELTAS: ClassVar[dict[str, Reader]] = {
        "response.output_text.delta": _text,
        "response.reasoning_summary_text.delta": _reasoning,
        "response.reasoning_text.delta": _reasoning,
        "response.refusal.delta": _refusal,
        "response.audio.delta": _audio,
        "response.audio.transcript.delta": _transcript,
        "response.function_call_arguments.delta": _arguments,
        "response.custom_tool_call_input.delta": _arguments,
        "response.shell_call_command.delta": _arguments,
        "response.shell_call_output_content.delta": _output_streamed,
        "response.code_interpreter_call_code.delta": _hosted_arguments,
        "response.mcp_call_arguments.delta": _hosted_arguments,
    }
    _OTHERS: ClassVar[dict[str, Reader]] = {
        "response.output_text.done": _text_done,
        "response.output_text.annotation.added": _annotated,
        "response.refusal.done": _refusal_done,
        "response.content_part.added": _part_added,
        "response.output_item.added": _item_added,
        "response.output_item.done": _item_done,
        "response.completed": _completed,
        "response.failed": _failed,
        "response.incomplete": _incomplete,
        "response.shell_call_command.added": _command_added,
        "response.code_interpreter_call_code.done": _hosted_arguments_done,
        "response.mcp_call_arguments.done": _hosted_arguments_done,
        "response.image_generation_call.partial_image": _partial_image,
        **dict.fromkeys(PROGRESS_EVENTS, _hosted_progressed),
        "error": _error,
        "response.error": _error,
    }


def _place(event: Any) -> int | None:
    """The index of an event's item in the answer, if the server sends it."""
    index: int | None = vars(event).get("output_index")
    return index
