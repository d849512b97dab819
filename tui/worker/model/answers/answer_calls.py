"""The tool calls of one answer: which event belongs to which call, and what each one says."""

import json
import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tui.worker.tools.call_ids import AnswerIds, CallIds
from tui.worker.tools.hosted_tools import name_of
from tui.worker.tools.offered_tools import offered_name

FUNCTION = "function_call"
_NEXT_OBJECT = re.compile(r"\}\s*\{")
_DECODER = json.JSONDecoder()


@dataclass(slots=True)
class StreamedCall:
    tool_call: str
    sent_id: str
    """The id that the server gave it when it began."""
    name: str
    part: int = 0
    parent: str = ""
    pieces: list[str] = field(default_factory=list)
    """Its arguments as they stream."""


@dataclass(slots=True)
class AnswerCalls:
    """Follows the calls of one answer, and gives their items ids, names and texts that can be used.

    Items are changed in place: the SDK runs them as they are.
    """

    session_ids: CallIds
    offered: frozenset[str]
    """The names of the tools and handoffs that the model can call."""
    _ids: AnswerIds = field(init=False)
    _calls: dict[str, StreamedCall] = field(default_factory=dict)
    _by_place: dict[Hashable, StreamedCall] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ids = AnswerIds(self.session_ids)

    def begun(self, event: Any) -> StreamedCall:
        """The call whose item was added."""
        item = event.item
        sent_id = _text(item.call_id)
        self._mend(item)
        item.call_id = self._ids.unique(sent_id, getattr(item, "id", None), "added")
        call = StreamedCall(item.call_id, sent_id, name_of(item))
        self._calls[call.tool_call] = call
        for place in _places(event, getattr(item, "id", None)):
            self._by_place[place] = call
        return call

    def of(self, event: Any) -> StreamedCall | None:
        """The call that an event about arguments belongs to."""
        fields = vars(event)
        index, item_id = fields.get("output_index"), fields.get("item_id")
        both = self._by_place.get((index, item_id))
        # Servers leave out the one or the other, and give several calls the same index.
        return both or self._by_place.get(("id", item_id)) or self._by_place.get(("index", index))

    def sent_id(self, tool_call: str) -> str:
        """The id that the server gave a call."""
        call = self._calls.get(tool_call)
        return call.sent_id if call is not None else tool_call

    def done(self, event: Any) -> str:
        """Give the call's item its unique id; returns what was mended as in `completed`."""
        item = event.item
        call = self._of_item(event)
        mended = self._mend(item, call)
        if call is not None and item.call_id not in {call.sent_id, call.tool_call}:
            # Some servers change the id while the call streams: it is the same call.
            self._ids.rename(item.call_id, getattr(item, "id", None), call.tool_call)
        item.call_id = self._ids.unique(item.call_id, getattr(item, "id", None), "done")
        return mended

    def completed(self, item: Any) -> str:
        """What was mended in a call of the complete answer, as a sentence; "" if nothing."""
        mended = self._mend(item)
        item.call_id = self._ids.unique(item.call_id, getattr(item, "id", None), "complete")
        return mended or self._fill(item, self._calls.get(item.call_id))

    def _of_item(self, event: Any) -> StreamedCall | None:
        item_id = getattr(event.item, "id", None)
        index = vars(event).get("output_index")
        here = (
            self._by_place.get((index, item_id))
            or self._by_place.get(("id", item_id))
            or self._by_place.get(("index", index))
        )
        call_id = _text(event.item.call_id)
        if here is not None and here.sent_id == call_id:
            return here
        # Several calls may be at one place: then their ids tell them apart.
        same_id = (call for call in self._calls.values() if call_id and call.sent_id == call_id)
        return next(same_id, here)

    def _mend(self, item: Any, call: StreamedCall | None = None) -> str:
        """Make texts of its fields; returns what the user should know."""
        item.call_id = _text(item.call_id)
        if item.type != FUNCTION:
            return ""
        filled = self._fill(item, call)
        item.name = written = _text(item.name)
        if not getattr(item, "namespace", None):
            item.name = offered_name(written, self.offered)
        if item.name == written:
            return filled
        renamed = f"the model called {written!r}, which is taken for {item.name}"
        return f"{renamed}; {filled}" if filled else renamed

    @staticmethod
    def _fill(item: Any, call: StreamedCall | None) -> str:
        """Some servers send the arguments only as deltas, and some send them twice."""
        if item.type == FUNCTION:
            sent = _text(item.arguments) or ("".join(call.pieces) if call else "")
            item.arguments = one_object(sent)
            if item.arguments != sent:
                return f"several objects came as the arguments of one call, one is used: {sent}"
        return ""


def _places(event: Any, item_id: str | None) -> Iterator[Hashable]:
    index = vars(event).get("output_index")
    yield (index, item_id)
    if item_id is not None:
        yield ("id", item_id)
    if index is not None:
        yield ("index", index)


def _text(value: object) -> str:
    """Servers send numbers as ids, and objects as arguments."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False, default=str)


def one_object(arguments: str) -> str:
    """The object that is meant where one call's arguments are several objects in a row.

    Servers send the whole arguments twice, or ``{}`` before them. Objects that differ stay as they
    are: the model gets an error saying that they are not JSON.
    """
    if not (arguments.lstrip().startswith("{") and _NEXT_OBJECT.search(arguments)):
        return arguments
    objects: dict[str, str] = {}
    rest, several = arguments.strip(), False
    try:
        while rest:
            value, end = _DECODER.raw_decode(rest)
            if value or not objects:
                objects.pop("{}", None)
                objects.setdefault(json.dumps(value, sort_keys=True), rest[:end])
            rest = rest[end:].lstrip()
            several = several or bool(rest)
    except (ValueError, RecursionError):
        return arguments
    return next(iter(objects.values())) if several and len(objects) == 1 else arguments
