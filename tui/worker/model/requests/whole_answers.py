"""Answers that are asked for whole, as streams that hold nothing but the complete answer."""

import time
from collections.abc import AsyncIterator
from typing import Any

from agents import Model
from agents.items import ModelResponse
from agents.usage import Usage
from openai.types.responses import Response, ResponseCompletedEvent, ResponseUsage

from tui.worker.failures.stream_failures import UnaskedStream
from tui.worker.model.attempts.call_run import ATTEMPT
from tui.worker.model.connections.http_hooks import EVENT_STREAM
from tui.worker.model.requests.model_request import Request


async def whole_answer(model: Model, request: Request) -> AsyncIterator[Any]:
    """Ask for the answer of this request; yield it as the one event of a stream.

    Raise `UnaskedStream` if the server streams all the same, which the client cannot read then.
    """
    try:
        answer = await model.get_response(**request)
    except Exception as error:
        attempt = ATTEMPT.get()
        if attempt is not None and EVENT_STREAM in attempt.content_type:
            raise UnaskedStream from error
        raise
    yield ResponseCompletedEvent(
        type="response.completed", sequence_number=0, response=_response(answer)
    )


def _response(answer: ModelResponse) -> Response:
    # Constructed, not validated: servers leave out fields, and the runner needs only these.
    return Response.model_construct(
        id=answer.response_id or "",
        created_at=time.time(),
        object="response",
        output=answer.output,
        parallel_tool_calls=True,
        tool_choice="auto",
        tools=[],
        usage=_usage(answer.usage),
    )


def _usage(usage: Usage) -> ResponseUsage | None:
    """None where the server counted nothing: the SDK turns that into zeros."""
    if not usage.total_tokens:
        return None
    return ResponseUsage.model_construct(
        input_tokens=usage.input_tokens,
        input_tokens_details=usage.input_tokens_details,
        output_tokens=usage.output_tokens,
        output_tokens_details=usage.output_tokens_details,
        total_tokens=usage.total_tokens,
    )
