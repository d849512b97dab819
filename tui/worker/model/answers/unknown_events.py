"""Reports stream events of unknown types, which the SDK drops without a word."""

from functools import cache
from typing import Any, get_args

from openai.types.responses import ResponseStreamEvent

from tui.protocol.events import Noticed
from tui.worker.io.event_writer import EventWriter

OTHER_NAMES = frozenset({"error", "response.error", ""})
"""Types that are known, and not in the API's description."""
CHAT_CHUNK = "chat.completion.chunk"


class UnknownEvents:
    """Reports each unknown type once."""

    def __init__(self, writer: EventWriter) -> None:
        self._writer = writer
        self._reported: set[str] = set()

    def check(self, kind: str) -> None:
        """``kind`` is the type of an event that no reader was found for."""
        if kind not in self._reported and kind not in known_types():
            self._report(kind)

    def check_chunk(self, chunk: Any) -> None:
        """Of Chat Completions; some servers leave the type of a chunk out."""
        kind = getattr(chunk, "object", None) or CHAT_CHUNK
        if kind != CHAT_CHUNK and kind not in self._reported:
            self._report(str(kind))

    def _report(self, kind: str) -> None:
        self._reported.add(kind)
        text = f"the server sent an event of an unknown type: {kind}"
        self._writer.emit(Noticed(at=self._writer.now(), text=text))


@cache
def known_types() -> frozenset[str]:
    """The event types that this version of the client knows."""
    union, *_ = get_args(ResponseStreamEvent)
    named = (get_args(model.model_fields["type"].annotation) for model in get_args(union))
    return OTHER_NAMES.union(*named)
