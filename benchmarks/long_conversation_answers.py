"""A provider's script: a tool call, then a short answer."""

from tests.support.provider import Answer, ToolCall
from tests.support.provider.request import RequestRecord


def ROUTE(request: RequestRecord) -> Answer:  # noqa: N802 - the provider's name for it
    if request.tool_outputs:
        return Answer(deltas=["a ", "short ", "answer"])
    return Answer(tool_calls=[ToolCall("look", {"where": "up"}, argument_pieces=1)])
