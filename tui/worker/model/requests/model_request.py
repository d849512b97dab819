"""The arguments and the result of a model call, for both of the SDK's methods."""

import inspect
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from agents import Model
from agents.items import ModelResponse
from agents.usage import Usage

from tui.protocol.events import Api
from tui.worker.failures.stream_failures import Unfinished
from tui.worker.model.requests.sendable import clean, sendable
from tui.worker.sdk_internals.model_names import request_id_of

Request = dict[str, Any]
"""The arguments of ``Model.stream_response``, by name."""

_SIGNATURE = inspect.signature(Model.stream_response)


def bind_request(model: Model, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Request:
    """The named arguments of ``stream_response`` or ``get_response``, which take the same."""
    return dict(list(_SIGNATURE.bind(model, *args, **kwargs).arguments.items())[1:])


def names_offered(request: Request) -> frozenset[str]:
    """The names of the tools and handoffs of a request."""
    handoffs = (handoff.tool_name for handoff in request["handoffs"])
    return frozenset((*handoffs, *(tool.name for tool in request["tools"])))


def as_sent(request: Request, *, api: Api, vendor: bool) -> Request:
    """The request with an input that servers accept; ``vendor``: the API's own host gets it."""
    state = (request.get("previous_response_id"), request.get("conversation_id"))
    given = sendable(
        request["input"],
        api=api,
        offered=names_offered(request),
        vendor=vendor,
        stateless=not any(state),
    )
    instructions = clean(request["system_instructions"])
    return {**request, "input": given, "system_instructions": instructions}


async def collected(events: AsyncIterator[Any]) -> ModelResponse:
    """The complete answer of a stream."""
    response: Any = None
    items: list[Any] = []
    async for event in events:
        if event.type == "response.completed":
            response = event.response
        elif event.type == "response.output_item.done":
            items.append(event.item)
    if response is None:
        raise Unfinished
    return ModelResponse(
        output=response.output or items,
        usage=_usage(response.usage),
        response_id=response.id,
        request_id=request_id_of(response),
    )


def _usage(usage: Any) -> Usage:
    if usage is None:
        return Usage(requests=1)
    return Usage(
        requests=1,
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        total_tokens=usage.total_tokens,
        input_tokens_details=usage.input_tokens_details,
        output_tokens_details=usage.output_tokens_details,
    )
