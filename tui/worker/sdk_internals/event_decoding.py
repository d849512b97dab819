"""Reads the events of a stream from its bytes, the usual ones at once.

The openai client (3.54) splits them into lines, in three copies of each, and looks at one line at a
time. Nearly all events are a line with a name and a line with JSON, and arrive whole.
"""

from collections.abc import AsyncIterator
from typing import Any

import msgspec

from tui.worker.sdk_internals.private_names import PrivateName

DECODER = PrivateName("openai._base_client:BaseClient", "_make_sse_decoder")
"""Not among the names that must be there: without it, streams are read as slowly as before."""

_LINES = PrivateName("openai._streaming", "_SSELineDecoder")
_DECODE = PrivateName("openai._streaming:SSEDecoder", "_decode_lines", ("lines",))
_NAME, _DATA, _END = b"event: ", b"data: ", b"\n\n"


def decode_quickly() -> None:
    """For the rest of the process, unless the client decodes in another way."""
    if not (DECODER.missing() or _LINES.missing() or _DECODE.missing()):
        DECODER.wrap(_quick)


def _quick(original: Any) -> Any:
    from openai._streaming import ServerSentEvent, SSEDecoder, _SSELineDecoder  # noqa: PLC0415

    class Read(ServerSentEvent):
        def json(self) -> Any:
            try:
                return msgspec.json.decode(self._data)
            except (msgspec.DecodeError, RecursionError):
                # It may be what only `json` takes, such as NaN or half of a surrogate pair.
                return super().json()

    class QuickDecoder(SSEDecoder):
        async def aiter_bytes(self, iterator: AsyncIterator[bytes]) -> AsyncIterator[Any]:
            lines, between = _SSELineDecoder(), True
            try:
                async for chunk in iterator:
                    if between and (found := _whole_events(chunk)) is not None:
                        for name, data in found:
                            yield Read(event=name, data=data, id=self._last_event_id)
                        continue
                    for event in self._decode_lines(lines.feed(chunk)):
                        yield event
                    # Nothing of an event, nor of a line, waits for more.
                    between = chunk.endswith(_END) and not (self._data or self._event)
                for event in self._decode_lines(lines.finish()):
                    yield event
            finally:
                self._reset()

    def make(client: Any) -> Any:
        made = original(client)
        return QuickDecoder() if type(made) is SSEDecoder else made

    return make


def _whole_events(chunk: bytes) -> list[tuple[str, str]] | None:
    """Names and data, if these bytes are nothing but whole events of the usual form."""
    if not chunk.endswith(_END) or b"\r" in chunk:
        return None
    found = []
    for event in chunk[: -len(_END)].split(_END):
        name, newline, data = event.partition(b"\n")
        if not newline:
            name, data = b"", name
        elif not name.startswith(_NAME):
            return None
        if not data.startswith(_DATA) or b"\n" in data:
            return None
        try:
            found.append((name[len(_NAME) :].decode(), data[len(_DATA) :].decode()))
        except UnicodeDecodeError:
            # The events before it must be read before it fails.
            return None
    return found
