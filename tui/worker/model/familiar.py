"""Stream events that nobody knows yet: the SDK drops them in silence, a line tells of them."""

from functools import cache
from typing import Any, get_args

from openai.types.responses import ResponseStreamEvent

from tui.protocol.events import Noticed
from tui.worker.io.event_writer import EventWriter

OTHER_NAMES = frozenset({"error", "response.error", ""})
"""What is known beside the events of the API's description."""
CHAT_CHUNK = "chat.completion.chunk"


class Unfamiliar:
    """Tells once of each type of event that is not known."""

    def __init__(self, writer: EventWriter) -> None:
        self._writer = writer
        self._told: set[str] = set()

    def look(self, kind: str) -> None:
        """``kind`` is the type of an event that nothing was done with."""
        if kind not in self._told and kind not in known_types():
            self._tell(kind)

    def look_at_chunk(self, chunk: Any) -> None:
        """A chunk of Chat Completions says what it is; some servers leave that out."""
        kind = getattr(chunk, "object", None) or CHAT_CHUNK
        if kind != CHAT_CHUNK and kind not in self._told:
            self._tell(str(kind))

    def _tell(self, kind: str) -> None:
        self._told.add(kind)
        text = f"the server sent an event of an unknown type: {kind}"
        self._writer.emit(Noticed(at=self._writer.now(), text=text))


@cache
def known_types() -> frozenset[str]:
    """The types of event that this version of the client knows."""
    union, *_ = get_args(ResponseStreamEvent)
    named = (get_args(model.model_fields["type"].annotation) for model in get_args(union))
    return OTHER_NAMES.union(*named)
