"""One server-sent event, before it becomes bytes."""

from collections.abc import Mapping
from typing import NamedTuple

JsonObject = dict[str, object]


class StreamEvent(NamedTuple):
    """``name`` is the SSE event name (Responses only); ``is_delta`` marks a piece of the answer."""

    name: str | None
    data: Mapping[str, object]
    is_delta: bool = False
