"""Mends the chunks of Chat Completions before the SDK converts them.

The SDK tells the calls of an answer apart by their index alone, takes the last id and the last name
that it sees, and adds arguments as text. Servers leave the index out or give it to several calls,
change the id while a call streams, cut the name into pieces or repeat it, and send arguments as an
object. Counts of tokens that are no numbers would end the run.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from openai.types.chat.chat_completion_chunk import (
    Choice,
    ChoiceDelta,
    ChoiceDeltaToolCall,
    ChoiceDeltaToolCallFunction,
)

from tui.worker.model.attempts.token_counts import mended_chat_usage


@dataclass(slots=True)
class _Call:
    """What has arrived of one call."""

    index: int
    """The one that the SDK gets."""
    id: str = ""
    id_changes: bool = False
    """The server has changed the id of this call: it does not tell calls apart."""
    name: str = ""
    name_repeats: bool = False
    named: bool = False
    """The SDK has the name."""
    pieces: list[str] = field(default_factory=list)

    @property
    def arguments(self) -> str:
        return "".join(self.pieces)

    @property
    def whole(self) -> bool:
        """Its arguments are a JSON object: nothing can follow."""
        last = next((piece for piece in reversed(self.pieces) if piece.strip()), "")
        return last.rstrip().endswith("}") and is_json_object(self.arguments)


def is_plain(chunk: Any) -> bool:
    """A piece of text and nothing else, as nearly every chunk: nothing to mend or keep."""
    # Asking a pydantic object for its fields one by one costs more than all of this.
    fields = vars(chunk)
    choices = fields.get("choices")
    if not choices or len(choices) > 1 or fields.get("usage") is not None or chunk.model_extra:
        return False
    choice = vars(choices[0])
    delta = choice.get("delta")
    if delta is None or choice.get("index") != 0 or choice.get("finish_reason") is not None:
        return False
    said = vars(delta)
    return (
        type(said.get("content")) is str
        and not said.get("tool_calls")
        and said.get("function_call") is None
        and said.get("refusal") is None
        and said.get("audio") is None
        and not delta.model_extra
        and not choices[0].model_extra
        and fields.get("object") == "chat.completion.chunk"
    )


class ChunkMender:
    """Mends the chunks of one attempt, in place; ``offered`` are the names of its tools."""

    def __init__(self, offered: frozenset[str]) -> None:
        self._offered = offered
        self._calls: list[_Call] = []
        self._by_index: dict[int, list[_Call]] = {}

    def mend(self, chunk: Any) -> None:
        # LiteLLM's chunks have the attribute only where they have counts.
        if getattr(chunk, "usage", None) is not None:
            chunk.usage = mended_chat_usage(chunk.usage)
        for choice in chunk.choices or ():
            if choice.index is None:
                choice.index = 0
            delta = choice.delta
            if delta is None:
                continue
            if delta.function_call is not None and not delta.tool_calls:
                delta.tool_calls, delta.function_call = [_modern(delta.function_call)], None
            for call_delta in delta.tool_calls or ():
                self._mend_call(call_delta)

    def rest(self, last: Any, *, with_ids: bool) -> Iterator[Any]:
        """A chunk with the names that were held back, made from the ``last`` chunk, if any.

        ``with_ids``: also with ids for the calls that have none, as the SDK's buffer wants them.
        """
        deltas = [
            ChoiceDeltaToolCall(
                index=call.index,
                id=f"call_{call.index}" if with_ids and not call.id else None,
                function=ChoiceDeltaToolCallFunction(name=None if call.named else call.name),
            )
            for call in self._calls
            if call.name and not (call.named and (call.id or not with_ids))
        ]
        if not deltas:
            return
        choice = Choice(index=0, delta=ChoiceDelta(tool_calls=deltas), finish_reason=None)
        yield last.model_copy(update={"choices": [choice], "usage": None})

    def _mend_call(self, delta: Any) -> None:
        function = delta.function
        name, arguments = "", ""
        if function is not None:
            name, arguments = _text(function.name), _text(function.arguments)
            function.arguments = arguments
        call_id = _text(delta.id)
        call = self._call_of(delta.index, call_id, name, arguments)
        delta.index = call.index
        delta.id = None
        if call_id and not call.id:
            delta.id = call.id = call_id
        elif call_id != call.id and call_id:
            call.id_changes = True
        if name:
            self._add_name(call, name)
        if arguments:
            call.pieces.append(arguments)
        if function is not None:
            function.name = self._name_to_pass(call)

    def _call_of(self, index: object, call_id: str, name: str, arguments: str) -> _Call:
        """The call that a delta continues, or a new one."""
        place = index if isinstance(index, int) and not isinstance(index, bool) else None
        here = self._calls if place is None else self._by_index.get(place, [])
        same_id = next((call for call in reversed(here) if call_id and call.id == call_id), None)
        if place is not None and not here and not name:
            # Another index for the same call: only a call's beginning names its tool.
            same_id = next((call for call in self._calls if call_id and call.id == call_id), None)
        call = same_id or (here[-1] if here else None)
        if call is None or self._begins(call, call_id, name, arguments):
            call = _Call(len(self._calls))
            self._calls.append(call)
            if place is not None:
                self._by_index.setdefault(place, []).append(call)
        return call

    def _begins(self, call: _Call, call_id: str, name: str, arguments: str) -> bool:
        """Whether a delta at the place of this call begins another one."""
        new_id = bool(call_id) and bool(call.id) and call_id != call.id
        other_tool = name in self._offered and call.name in self._offered and name != call.name
        if not call.whole:
            # Two beginnings in a row are of two calls.
            return new_id and bool(name) and (other_tool or not (arguments or call.pieces))
        if not arguments.strip():
            repeats = call.id_changes and call.name_repeats
            return bool(name) and (other_tool or (new_id and not repeats))
        begins = arguments.lstrip().startswith("{")
        repeats = not new_id and name in {"", call.name} and arguments == call.arguments
        return begins and not repeats and (new_id or bool(name))

    def _add_name(self, call: _Call, name: str) -> None:
        """Servers send a name once, in each chunk, in pieces, or longer each time."""
        call.name_repeats = bool(call.name)
        if call.named or name == call.name:
            return
        if name.startswith(call.name):
            call.name = name
        elif call.name not in self._offered:
            call.name += name

    def _name_to_pass(self, call: _Call) -> str | None:
        """The name once it is whole: the SDK takes the first one for all of it."""
        longer = any(one != call.name and one.startswith(call.name) for one in self._offered)
        if call.named or not call.name:
            return None
        if not call.pieces and (longer or call.name not in self._offered):
            return None
        call.named = True
        return call.name


def is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _text(value: object) -> str:
    """As text: some servers send a number as an id, and arguments as an object."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False, default=str)


def _modern(call: Any) -> ChoiceDeltaToolCall:
    """The older form of a call, of which an answer has at most one."""
    function = ChoiceDeltaToolCallFunction(name=_text(call.name) or None)
    function.arguments = _text(call.arguments)
    return ChoiceDeltaToolCall(index=0, function=function)
