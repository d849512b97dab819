"""A provider's script with exact timing: a 429, then 400 ms to the first token, 50 tok/s, tools.

A request that has no tool outputs yet is answered with two parallel tool calls; one that has them,
with text. The nested agent's requests are answered with text at another pace.
"""

from tests.support.provider import Answer, HttpError, ToolCall
from tests.support.provider.request import RequestRecord
from tests.support.provider.script import Step

FIRST, PACE = 0.4, 1 / 50
WORDS = [" word"] * 60
_refused: set[str] = set()


def ROUTE(request: RequestRecord) -> Step:  # noqa: N802 - the provider's name for it
    if "oracle" in request.instructions:
        return Answer(deltas=WORDS[:30], first_after=0.1, pace=0.01)
    if request.tool_outputs:
        return Answer(deltas=WORDS, first_after=FIRST, pace=PACE)
    if request.last_user_text not in _refused:
        _refused.add(request.last_user_text)
        return HttpError(status=429, message="slow down", headers={"retry-after": "1"})
    calls = [ToolCall("slow", argument_pieces=1), ToolCall("fast", argument_pieces=1)]
    if "oracle" in request.last_user_text:
        calls = [ToolCall("ask_oracle", {"input": "well?"}, argument_pieces=1)]
    return Answer(deltas=WORDS[:20], first_after=FIRST, pace=PACE, tool_calls=calls)
