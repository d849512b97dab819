"""The steps of a script: what the provider does with a request, as plain data."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Literal

from tests.support.provider.faults import Fault
from tests.support.provider.gate import Gate
from tests.support.provider.pieces import equal_pieces, token_like_pieces

ToolKind = Literal["function", "custom", "shell", "apply_patch"]


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts as the provider reports them; ``output`` includes ``reasoning``."""

    input: int = 10
    output: int = 0
    cached: int = 0
    reasoning: int = 0

    @property
    def total(self) -> int:
        return self.input + self.output


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One function call; its arguments (a dict, or the raw text) arrive in several pieces."""

    name: str
    arguments: Mapping[str, object] | str = "{}"
    argument_pieces: int = 3
    id: str | None = None
    kind: ToolKind = "function"
    """Other kinds have their own items in the Responses API: ``arguments`` is then the input of a
    custom tool, the action of a shell or the operation of a patch.
    """

    @property
    def arguments_text(self) -> str:
        if isinstance(self.arguments, str):
            return self.arguments
        return json.dumps(self.arguments, ensure_ascii=False)

    @property
    def pieces(self) -> list[str]:
        """Empty for shells and patches, which are not streamed."""
        if self.kind in {"shell", "apply_patch"}:
            return []
        return equal_pieces(self.arguments_text, self.argument_pieces)


@dataclass(frozen=True, slots=True)
class RawItem:
    """An output item of the Responses API as it is on the wire: a hosted tool's call, for example.

    ``begun`` are the fields that ``output_item.added`` has instead of the finished item's; None
    sends no such event. ``events`` come between, as type and fields: the item's id and index are
    added. ``done``: whether ``output_item.done`` is sent, ``listed``: whether the complete answer
    has the item.
    """

    item: Mapping[str, object]
    _: KW_ONLY
    begun: Mapping[str, object] | None = field(default_factory=dict)
    events: Sequence[tuple[str, Mapping[str, object]]] = ()
    done: bool = True
    listed: bool = True


def raw(*items: Mapping[str, object]) -> list[RawItem]:
    """Items that begin as they end."""
    return [RawItem(item) for item in items]


@dataclass(frozen=True, slots=True)
class Wire:
    """How the events are encoded on the wire."""

    crlf: bool = False
    gzip: bool = False
    sparse: bool = False
    """Omit what llama.cpp omits: sequence numbers, indexes, token details."""
    chunk_bytes: int | None = None
    """Send HTTP chunks of this many bytes, which cut characters and lines anywhere."""
    done_marker: bool = True
    """Chat Completions: end with ``data: [DONE]``."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A model's answer: reasoning, raw items, then text or a refusal, then tool calls.

    A *delta* is a piece of any of these; ``pace``, ``gates``, ``inserts`` and the faults count
    all of them in the order sent, from 0.
    """

    text: str = ""
    _: KW_ONLY
    deltas: Sequence[str] | None = None
    """The exact text pieces; without them ``text`` is cut into token-like pieces."""
    reasoning: Sequence[str] = ()
    reasoning_form: Literal["summary", "text"] = "summary"
    refusal: str = ""
    tool_calls: Sequence[ToolCall] = ()
    items: Sequence[RawItem] = ()
    """Only in the Responses API. Their events that end with ``delta`` count as deltas."""
    usage: Usage | Literal["auto"] | None = "auto"
    """``auto`` counts one output token per delta; ``None`` reports no usage at all."""
    finish_reason: str | None = None
    """Chat Completions: replaces the ``stop``, ``tool_calls``, … that fits the answer; with "" none
    is sent, but still the usage and ``[DONE]``."""
    pace: float = 0.0
    """Seconds between deltas; 0 is as fast as the socket takes them. See ``per_second``."""
    headers_after: float = 0.0
    """Seconds until the response headers are sent."""
    first_after: float = 0.0
    """Seconds between the headers and the first delta."""
    gates: Mapping[int, Gate] = field(default_factory=dict)
    """Wait before delta ``i`` until the test opens ``gates[i]``."""
    inserts: Mapping[int, bytes] = field(default_factory=dict)
    """Raw bytes to send before delta ``i``: see ``UNKNOWN_EVENT`` and ``COMMENT``."""
    sent_order: Sequence[int] | None = None
    """Indexes of the text pieces in the order of sending, to repeat or swap some; the final events
    still carry the right text."""
    fault: Fault | None = None
    wire: Wire = field(default_factory=Wire)
    habits: Sequence[str] = ()
    """Of the server, by name: see ``habits.py``."""

    @property
    def text_pieces(self) -> list[str]:
        """The pieces of the text in their correct order."""
        return list(self.deltas) if self.deltas is not None else token_like_pieces(self.text)

    @property
    def sent_text_pieces(self) -> list[str]:
        """The pieces of the text as they are sent."""
        pieces = self.text_pieces
        return pieces if self.sent_order is None else [pieces[index] for index in self.sent_order]


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpError:
    """An HTTP error in the form OpenAI sends it.

    ``{key}`` in a message is replaced by the client's key, ``{x-name}`` by its header of that name;
    also in a `Page` and in the faults that have a message.
    """

    status: int
    message: str = "The server had an error while processing your request."
    type: str = "server_error"
    code: str | None = None
    param: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | None = None
    """Sent verbatim instead of the JSON error."""


@dataclass(frozen=True, slots=True)
class Page:
    """A 200 that is not a stream: HTML from a captive portal, or plain JSON."""

    body: str = "<!doctype html><html><body>Please log in</body></html>"
    content_type: str = "text/html"


@dataclass(frozen=True, slots=True)
class EmptyStream:
    """A 200 with the right content type and an empty body."""


@dataclass(frozen=True, slots=True)
class ResetBeforeHeaders:
    """A TCP reset instead of an answer."""


@dataclass(frozen=True, slots=True)
class Silence:
    """No headers and no bytes: the connection stays open until the client disconnects."""


Step = Answer | HttpError | Page | EmptyStream | ResetBeforeHeaders | Silence

UNKNOWN_EVENT = (
    b"event: response.from_the_future\n"
    b'data: {"type":"response.from_the_future","object":"from.the.future","choices":[]}\n\n'
)
COMMENT = b": keep-alive\n\n"


def per_second(rate: float) -> float:
    """The pace, in seconds, for this many deltas per second."""
    return 1.0 / rate
