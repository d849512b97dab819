"""The raw events of one response, as the Responses API sends them."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Literal

from openai.types.responses import (
    Response,
    ResponseCompletedEvent,
    ResponseContentPartAddedEvent,
    ResponseContentPartDoneEvent,
    ResponseCreatedEvent,
    ResponseError,
    ResponseFailedEvent,
    ResponseFunctionCallArgumentsDeltaEvent,
    ResponseFunctionCallArgumentsDoneEvent,
    ResponseFunctionToolCall,
    ResponseIncompleteEvent,
    ResponseInProgressEvent,
    ResponseOutputItem,
    ResponseOutputItemAddedEvent,
    ResponseOutputItemDoneEvent,
    ResponseOutputMessage,
    ResponseOutputRefusal,
    ResponseOutputText,
    ResponseReasoningItem,
    ResponseReasoningSummaryPartAddedEvent,
    ResponseReasoningSummaryPartDoneEvent,
    ResponseReasoningSummaryTextDeltaEvent,
    ResponseReasoningSummaryTextDoneEvent,
    ResponseRefusalDeltaEvent,
    ResponseRefusalDoneEvent,
    ResponseStreamEvent,
    ResponseTextDeltaEvent,
    ResponseTextDoneEvent,
    ResponseUsage,
)
from openai.types.responses.response import IncompleteDetails
from openai.types.responses.response_reasoning_item import Summary
from openai.types.responses.response_reasoning_summary_part_added_event import Part as AddedPart
from openai.types.responses.response_reasoning_summary_part_done_event import Part as DonePart
from openai.types.responses.response_usage import InputTokensDetails, OutputTokensDetails

from tui.demo.reply import Call

Events = Iterator[ResponseStreamEvent]
At = dict[str, Any]
"""Where an event belongs: the item's id and the indexes."""
Ending = Literal["completed", "max_output_tokens", "content_filter", "failed", "silent"]

_TOKEN = re.compile(r"[\u3000-\u9fff]| ?[^\s\u3000-\u9fff]{1,5}|\s+")


def tokens(text: str) -> list[str]:
    """Cut a text into pieces of about a token's size; together they are the text."""
    return _TOKEN.findall(text)


class ResponseWriter:
    """Writes one response, event by event. ``new_id`` gives an id that begins with its argument."""

    def __init__(self, model: str, new_id: Callable[[str], str], created_at: float) -> None:
        self._new_id = new_id
        self._sequence = -1
        self._output: list[ResponseOutputItem] = []
        self._spoken = 0
        self._thought = 0
        self._response = Response(
            id=new_id("resp"),
            created_at=created_at,
            model=model,
            object="response",
            output=[],
            parallel_tool_calls=True,
            tool_choice="auto",
            tools=[],
            status="in_progress",
        )

    def begin(self) -> Events:
        yield ResponseCreatedEvent(
            type="response.created", response=self._snapshot(), sequence_number=self._next()
        )
        yield ResponseInProgressEvent(
            type="response.in_progress", response=self._snapshot(), sequence_number=self._next()
        )

    def reasoning(self, text: str) -> Events:
        """Think aloud, in one summary part."""
        item = ResponseReasoningItem(id=self._new_id("rs"), type="reasoning", summary=[])
        at: At = {"item_id": item.id, "output_index": len(self._output), "summary_index": 0}
        yield self._added(item)
        yield ResponseReasoningSummaryPartAddedEvent(
            type="response.reasoning_summary_part.added",
            part=AddedPart(type="summary_text", text=""),
            sequence_number=self._next(),
            **at,
        )
        for token in tokens(text):
            self._thought += 1
            yield ResponseReasoningSummaryTextDeltaEvent(
                type="response.reasoning_summary_text.delta",
                delta=token,
                sequence_number=self._next(),
                **at,
            )
        yield ResponseReasoningSummaryTextDoneEvent(
            type="response.reasoning_summary_text.done",
            text=text,
            sequence_number=self._next(),
            **at,
        )
        yield ResponseReasoningSummaryPartDoneEvent(
            type="response.reasoning_summary_part.done",
            part=DonePart(type="summary_text", text=text),
            sequence_number=self._next(),
            **at,
        )
        yield self._done(
            item.model_copy(update={"summary": [Summary(type="summary_text", text=text)]})
        )

    def message(self, text: str, *, refusal: bool = False, cut: bool = False) -> Events:
        """Say something, or decline in words. ``cut``: the provider ended it before its end."""
        item = ResponseOutputMessage(
            id=self._new_id("msg"),
            type="message",
            role="assistant",
            status="in_progress",
            content=[],
        )
        at: At = {"item_id": item.id, "output_index": len(self._output), "content_index": 0}
        yield self._added(item)
        yield ResponseContentPartAddedEvent(
            type="response.content_part.added",
            part=_content("", refusal=refusal),
            sequence_number=self._next(),
            **at,
        )
        for token in tokens(text):
            self._spoken += 1
            yield self._said(token, at, refusal=refusal)
        yield self._all_said(text, at, refusal=refusal)
        content = _content(text, refusal=refusal)
        yield ResponseContentPartDoneEvent(
            type="response.content_part.done",
            part=content,
            sequence_number=self._next(),
            **at,
        )
        status = "incomplete" if cut else "completed"
        yield self._done(item.model_copy(update={"content": [content], "status": status}))

    def call(self, call: Call) -> Events:
        """Call a tool."""
        item = ResponseFunctionToolCall(
            id=self._new_id("fc"),
            call_id=self._new_id("call"),
            type="function_call",
            name=call.tool,
            arguments="",
            status="in_progress",
        )
        at: At = {"item_id": item.id, "output_index": len(self._output)}
        yield self._added(item)
        for token in tokens(call.arguments):
            self._spoken += 1
            yield ResponseFunctionCallArgumentsDeltaEvent(
                type="response.function_call_arguments.delta",
                delta=token,
                sequence_number=self._next(),
                **at,
            )
        yield ResponseFunctionCallArgumentsDoneEvent(
            type="response.function_call_arguments.done",
            arguments=call.arguments,
            sequence_number=self._next(),
            **at,
        )
        yield self._done(
            item.model_copy(update={"arguments": call.arguments, "status": "completed"})
        )

    def end(self, ending: Ending, *, input_tokens: int | None) -> Events:
        """Say how it ended. ``input_tokens`` None: no usage is reported."""
        usage = None if input_tokens is None else self._usage(input_tokens)
        if ending == "completed":
            response = self._snapshot(status="completed", usage=usage)
            yield ResponseCompletedEvent(
                type="response.completed", response=response, sequence_number=self._next()
            )
        elif ending == "failed":
            error = ResponseError(
                code="server_error",
                message="The model had an error while answering. (acted out)",
            )
            response = self._snapshot(status="failed", error=error)
            yield ResponseFailedEvent(
                type="response.failed", response=response, sequence_number=self._next()
            )
        elif ending != "silent":
            details = IncompleteDetails(reason=ending)
            response = self._snapshot(status="incomplete", usage=usage, incomplete_details=details)
            yield ResponseIncompleteEvent(
                type="response.incomplete", response=response, sequence_number=self._next()
            )

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence

    def _snapshot(self, **changes: object) -> Response:
        return self._response.model_copy(update={"output": list(self._output), **changes})

    def _added(self, item: ResponseOutputItem) -> ResponseOutputItemAddedEvent:
        return ResponseOutputItemAddedEvent(
            type="response.output_item.added",
            item=item,
            output_index=len(self._output),
            sequence_number=self._next(),
        )

    def _done(self, item: ResponseOutputItem) -> ResponseOutputItemDoneEvent:
        index = len(self._output)
        self._output.append(item)
        return ResponseOutputItemDoneEvent(
            type="response.output_item.done",
            item=item,
            output_index=index,
            sequence_number=self._next(),
        )

    def _said(self, token: str, at: At, *, refusal: bool) -> ResponseStreamEvent:
        if refusal:
            return ResponseRefusalDeltaEvent(
                type="response.refusal.delta", delta=token, sequence_number=self._next(), **at
            )
        return ResponseTextDeltaEvent(
            type="response.output_text.delta",
            delta=token,
            logprobs=[],
            sequence_number=self._next(),
            **at,
        )

    def _all_said(self, text: str, at: At, *, refusal: bool) -> ResponseStreamEvent:
        if refusal:
            return ResponseRefusalDoneEvent(
                type="response.refusal.done", refusal=text, sequence_number=self._next(), **at
            )
        return ResponseTextDoneEvent(
            type="response.output_text.done",
            text=text,
            logprobs=[],
            sequence_number=self._next(),
            **at,
        )

    def _usage(self, input_tokens: int) -> ResponseUsage:
        output_tokens = self._spoken + self._thought
        return ResponseUsage(
            input_tokens=input_tokens,
            input_tokens_details=InputTokensDetails(cached_tokens=0, cache_write_tokens=0),
            output_tokens=output_tokens,
            output_tokens_details=OutputTokensDetails(reasoning_tokens=self._thought),
            total_tokens=input_tokens + output_tokens,
        )


def _content(text: str, *, refusal: bool) -> ResponseOutputText | ResponseOutputRefusal:
    if refusal:
        return ResponseOutputRefusal(type="refusal", refusal=text)
    return ResponseOutputText(type="output_text", text=text, annotations=[], logprobs=[])
