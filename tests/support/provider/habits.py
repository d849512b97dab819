"""What servers do with ids, indexes, names, arguments, finish reasons and usage, by name.

A habit rewrites the events of an answer as the API's own server would send them. `CHAT` has those
of Chat Completions, `RESPONSES` those of the Responses API.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count, zip_longest
from typing import Any

from tests.support.provider.event import StreamEvent

Rewrite = Callable[[list[StreamEvent]], Iterator[StreamEvent]]
LONG = "call_" + "0123456789" * 12
ODD = "call\x00\x1b[31m"
LATER = 1000
"""An index that no call has."""


def with_habits(
    events: Iterator[StreamEvent], names: tuple[str, ...], api: str
) -> list[StreamEvent]:
    """The events as a server with these habits sends them."""
    table = CHAT if api == "chat" else RESPONSES
    made = [event._replace(data=json.loads(json.dumps(event.data))) for event in events]
    for name in names:
        made = list(table[name](made))
    return made


# Chat Completions


def _delta(event: StreamEvent) -> dict[str, Any]:
    choices: Any = event.data.get("choices")
    return choices[0]["delta"] if choices else {}


def _call_of(event: StreamEvent) -> dict[str, Any] | None:
    calls = _delta(event).get("tool_calls")
    return calls[0] if calls else None


def _choice(event: StreamEvent) -> dict[str, Any]:
    choices: Any = event.data.get("choices")
    return choices[0] if choices else {}


Change = Callable[[dict[str, Any], dict[str, Any], int], None]
"""Of a delta of a call, given its call's first delta and its number in the answer."""


def _each_call(change: Change) -> Rewrite:
    def rewrite(events: list[StreamEvent]) -> Iterator[StreamEvent]:
        first: dict[int, dict[str, Any]] = {}
        numbers = count()
        for event in events:
            call = _call_of(event)
            if call is not None:
                place = call["index"]
                opening = first.setdefault(place, json.loads(json.dumps(call)))
                change(call, opening, next(numbers))
            yield event

    return rewrite


def _openings(change: Callable[[dict[str, Any]], None]) -> Rewrite:
    def changed(call: dict[str, Any], _: dict[str, Any], __: int) -> None:
        if "id" in call:
            change(call)

    return _each_call(changed)


def _named(change: Callable[[str], object]) -> Rewrite:
    def renamed(call: dict[str, Any]) -> None:
        call["function"]["name"] = change(call["function"]["name"])

    return _openings(renamed)


def _id_in_each(call: dict[str, Any], opening: dict[str, Any], _: int) -> None:
    call["id"] = opening["id"]


def _id_changes(call: dict[str, Any], opening: dict[str, Any], number: int) -> None:
    call["id"] = f"{opening['id']}-{number}"


def _id_changes_once(call: dict[str, Any], opening: dict[str, Any], _: int) -> None:
    if "id" not in call:
        call["id"] = f"{opening['id']}-other"


def _name_in_each(call: dict[str, Any], opening: dict[str, Any], _: int) -> None:
    call["function"]["name"] = opening["function"]["name"]


def _index_of_delta(call: dict[str, Any], opening: dict[str, Any], number: int) -> None:
    call["index"], call["id"] = number, opening["id"]


def _at_last(events: list[StreamEvent]) -> Iterator[StreamEvent]:
    """The id of a call only with its last delta."""
    last = {}
    for number, event in enumerate(events):
        if (call := _call_of(event)) is not None:
            last[call["index"]] = number
    ids: dict[int, str] = {}
    for number, event in enumerate(events):
        if (call := _call_of(event)) is not None:
            ids.setdefault(call["index"], call.pop("id", ""))
            if last[call["index"]] == number:
                call["id"] = ids[call["index"]]
        yield event


def _interleaved(events: list[StreamEvent]) -> Iterator[StreamEvent]:
    """The deltas of all calls in turn."""
    places = [number for number, event in enumerate(events) if _call_of(event) is not None]
    lanes: dict[int, list[StreamEvent]] = {}
    for number in places:
        call = _call_of(events[number])
        assert call is not None
        lanes.setdefault(call["index"], []).append(events[number])
    turns = (event for turn in zip_longest(*lanes.values()) for event in turn if event is not None)
    inside = set(places)
    for number, event in enumerate(events):
        yield next(turns) if number in inside else event


def _whole(events: list[StreamEvent]) -> Iterator[StreamEvent]:
    """Each call in one chunk."""
    wholes: dict[int, dict[str, Any]] = {}
    for event in events:
        call = _call_of(event)
        if call is not None:
            whole = wholes.setdefault(call["index"], call)
            if whole is not call:
                whole["function"]["arguments"] += call["function"]["arguments"]
    given = {id(call) for call in wholes.values()}
    for event in events:
        call = _call_of(event)
        if call is None or id(call) in given:
            yield event


def _as_object(events: list[StreamEvent]) -> Iterator[StreamEvent]:
    for event in _whole(events):
        if (call := _call_of(event)) is not None:
            with suppress(ValueError):
                call["function"]["arguments"] = json.loads(call["function"]["arguments"])
        yield event


def _name_in_pieces(events: list[StreamEvent]) -> Iterator[StreamEvent]:
    for event in events:
        call = _call_of(event)
        if call is None or "id" not in call:
            yield event
            continue
        name = call["function"]["name"]
        rest = json.loads(json.dumps(event.data))
        call["function"]["name"] = name[:2]
        yield event
        function = {"name": name[2:], "arguments": ""}
        rest["choices"][0]["delta"]["tool_calls"][0] = {
            "index": call["index"],
            "function": function,
        }
        yield StreamEvent(event.name, rest)


def _name_grows(events: list[StreamEvent]) -> Iterator[StreamEvent]:
    for event in _name_in_pieces(events):
        call = _call_of(event)
        if call is not None and "id" in call:
            begun = call["function"]["name"]
        elif call is not None and "name" in call["function"]:
            call["function"]["name"] = begun + call["function"]["name"]
        yield event


def _older_form(events: list[StreamEvent]) -> Iterator[StreamEvent]:
    """One call in the form that Chat Completions had before tools."""
    for event in events:
        call = _call_of(event)
        if call is not None:
            if call["index"]:
                continue
            delta = _delta(event)
            delta["function_call"] = delta.pop("tool_calls")[0]["function"]
        yield event


def _finish(change: Callable[[dict[str, Any]], None]) -> Rewrite:
    def rewrite(events: list[StreamEvent]) -> Iterator[StreamEvent]:
        for event in events:
            if _choice(event).get("finish_reason"):
                change(_choice(event))
            yield event

    return rewrite


def _reason(reason: object) -> Rewrite:
    return _finish(lambda choice: choice.update(finish_reason=reason))


def _finish_twice(events: list[StreamEvent]) -> Iterator[StreamEvent]:
    for event in events:
        yield event
        if _choice(event).get("finish_reason"):
            yield event


def _finish_with_last_delta(events: list[StreamEvent]) -> Iterator[StreamEvent]:
    ends = [number for number, event in enumerate(events) if _choice(event).get("finish_reason")]
    for number, event in enumerate(events):
        if number + 1 in ends:
            _choice(event)["finish_reason"] = _choice(events[number + 1])["finish_reason"]
        if number not in ends:
            yield event


def _no_choice_index(events: list[StreamEvent]) -> Iterator[StreamEvent]:
    for event in events:
        _choice(event).pop("index", None)
        yield event


def _usage(change: Callable[[Any], object]) -> Rewrite:
    def rewrite(events: list[StreamEvent]) -> Iterator[StreamEvent]:
        for event in events:
            if event.data.get("usage"):
                yield event._replace(data={**event.data, "usage": change(event.data["usage"])})
            else:
                yield event

    return rewrite


def _usage_grows(events: list[StreamEvent]) -> Iterator[StreamEvent]:
    final: Any = next((event.data["usage"] for event in events if event.data.get("usage")), None)
    for number, event in enumerate(events):
        if final is None or event.data.get("usage"):
            yield event
        else:
            some = min(number, final["completion_tokens"])
            growing = {"prompt_tokens": final["prompt_tokens"], "completion_tokens": some}
            yield event._replace(data={**event.data, "usage": growing})


def _usage_first(events: list[StreamEvent]) -> Iterator[StreamEvent]:
    """Before the finish reason, and not again."""
    counted = [event for event in events if event.data.get("usage")]
    for event in events:
        if _choice(event).get("finish_reason"):
            yield from counted
        if not event.data.get("usage"):
            yield event


def _usage_twice(events: list[StreamEvent]) -> Iterator[StreamEvent]:
    for event in events:
        yield event
        if event.data.get("usage"):
            yield event


def _total_only(usage: Any) -> object:
    return {"total_tokens": usage["total_tokens"]}


def _numbers(change: Callable[[int], object]) -> Callable[[Any], object]:
    def changed(usage: Any) -> object:
        if isinstance(usage, dict):
            return {name: changed(value) for name, value in usage.items()}
        return change(usage) if isinstance(usage, int) else usage

    return changed


USAGE: dict[str, Callable[[Any], object]] = {
    "usage null": lambda _: None,
    "usage empty": lambda _: {},
    "usage zeros": _numbers(lambda _: 0),
    "usage as text": _numbers(str),
    "usage as words": _numbers(lambda _: "many"),
    "usage with fractions": _numbers(lambda number: number + 0.5),
    "usage as whole floats": _numbers(float),
    "usage negative": _numbers(lambda number: -1 - number),
    "usage total only": _total_only,
    "usage no object": lambda _: 7,
}

CHAT: dict[str, Rewrite] = {
    "id in each chunk": _each_call(_id_in_each),
    "id changes in each chunk": _each_call(_id_changes),
    "id changes once": _each_call(_id_changes_once),
    "id at the end": _at_last,
    "id absent": _openings(lambda call: call.pop("id")),
    "id null": _openings(lambda call: call.update(id=None)),
    "id empty": _openings(lambda call: call.update(id="")),
    "id the same": _openings(lambda call: call.update(id="call_0")),
    "id too long": _openings(lambda call: call.update(id=call["id"] + LONG)),
    "id with controls": _openings(lambda call: call.update(id=call["id"] + ODD)),
    "id a surrogate": _openings(lambda call: call.update(id=call["id"] + "\ud800")),
    "id a number": _openings(lambda call: call.update(id=int(call["index"]) + 7)),
    "index absent": _each_call(lambda call, _, __: call.pop("index")),
    "index null": _each_call(lambda call, _, __: call.update(index=None)),
    "index 0": _each_call(lambda call, _, __: call.update(index=0)),
    "index with gaps": _each_call(lambda call, _, __: call.update(index=call["index"] * 3 + 2)),
    "index backwards": _each_call(lambda call, _, __: call.update(index=9 - call["index"])),
    "index negative": _each_call(lambda call, _, __: call.update(index=-1 - call["index"])),
    "index of the delta": _each_call(_index_of_delta),
    "interleaved": _interleaved,
    "choice without index": _no_choice_index,
    "call whole": _whole,
    "arguments an object": _as_object,
    "arguments null at first": _openings(lambda call: call["function"].update(arguments=None)),
    "name in each chunk": _each_call(_name_in_each),
    "name in pieces": _name_in_pieces,
    "name grows": _name_grows,
    "name with spaces": _named(lambda name: f" {name}\n"),
    "name in capitals": _named(str.upper),
    "name with a room": _named(lambda name: f"functions.{name}"),
    "name with a token": _named(lambda name: f"{name}<|channel|>commentary"),
    "name empty": _named(lambda _: ""),
    "name null": _named(lambda _: None),
    "older form": _older_form,
    "finish stop": _reason("stop"),
    "finish tool_calls": _reason("tool_calls"),
    "finish function_call": _reason("function_call"),
    "finish unknown": _reason("eos_token"),
    "finish a number": _reason(2),
    "finish length": _reason("length"),
    "finish max_tokens": _reason("MAX_TOKENS"),
    "finish content_filter": _reason("content_filter"),
    "finish safety": _reason("SAFETY"),
    "finish error": _reason("error"),
    "finish null": _reason(None),
    "finish twice": _finish_twice,
    "finish with the last delta": _finish_with_last_delta,
    "usage grows": _usage_grows,
    "usage before the finish reason": _usage_first,
    "usage twice": _usage_twice,
    **{name: _usage(change) for name, change in USAGE.items()},
}


# Responses


def _items(event: StreamEvent) -> Iterator[dict[str, Any]]:
    """The items in an event, and how it lists them: added, done, completed."""
    if isinstance(event.data.get("item"), dict):
        yield event.data["item"]  # type: ignore[misc]
    response: Any = event.data.get("response")
    if isinstance(response, dict):
        yield from response.get("output") or ()


def _each_item(change: Callable[[dict[str, Any], str], None]) -> Rewrite:
    def rewrite(events: list[StreamEvent]) -> Iterator[StreamEvent]:
        for event in events:
            for item in _items(event):
                if str(item.get("type")).endswith("_call"):
                    change(item, (event.name or "").rpartition(".")[2])
            yield event

    return rewrite


def _each_event(change: Callable[[Any], object]) -> Rewrite:
    def rewrite(events: list[StreamEvent]) -> Iterator[StreamEvent]:
        for event in events:
            change(event.data)
            yield event

    return rewrite


def _function(change: Callable[[dict[str, Any]], None]) -> Rewrite:
    return _each_item(lambda item, _: change(item) if item["type"] == "function_call" else None)


def _item_name(change: Callable[[str], object]) -> Rewrite:
    return _function(lambda item: item.update(name=change(item["name"])))


def _late_id(item: dict[str, Any], listing: str) -> None:
    if listing != "added":
        item["call_id"] += "-other"


def _late_name(item: dict[str, Any], listing: str) -> None:
    if listing == "added" and "name" in item:
        item["name"] = ""


def _early_id_only(item: dict[str, Any], listing: str) -> None:
    if listing == "added":
        item["call_id"] = None


def _item_id_as_call_id(events: list[StreamEvent]) -> Iterator[StreamEvent]:
    for event in events:
        for item in _items(event):
            if "call_id" in item:
                item["call_id"] = item["id"]
        yield event


def _interleaved_items(events: list[StreamEvent]) -> Iterator[StreamEvent]:
    """The events of all calls in turn."""
    calls = {
        event.data["output_index"]
        for event in events
        for item in _items(event)
        if event.name == "response.output_item.added"
        and str(item["type"]).endswith("_call")
        and "output_index" in event.data
    }
    places = [n for n, event in enumerate(events) if event.data.get("output_index") in calls]
    lanes: dict[object, list[StreamEvent]] = {}
    for number in places:
        lanes.setdefault(events[number].data["output_index"], []).append(events[number])
    turns = (event for turn in zip_longest(*lanes.values()) for event in turn if event is not None)
    inside = set(places)
    for number, event in enumerate(events):
        yield next(turns) if number in inside else event


def _final_usage(change: Callable[[Any], object]) -> Rewrite:
    def changed(data: Any) -> None:
        response = data.get("response")
        if isinstance(response, dict) and response.get("usage"):
            response["usage"] = change(response["usage"])

    return _each_event(changed)


def _usage_in_progress(data: Any) -> None:
    if data.get("type") == "response.in_progress":
        data["response"]["usage"] = {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}


def _parsed(item: dict[str, Any]) -> None:
    with suppress(ValueError):
        item["arguments"] = json.loads(item["arguments"] or "{}")


RESPONSES: dict[str, Rewrite] = {
    "id changes once": _each_item(_late_id),
    "id at the end": _each_item(_early_id_only),
    "id absent": _each_item(lambda item, _: item.pop("call_id", None) and None),
    "id null": _each_item(lambda item, _: item.update(call_id=None)),
    "id empty": _each_item(lambda item, _: item.update(call_id="")),
    "id the same": _each_item(lambda item, _: item.update(call_id="call_0")),
    "id too long": _each_item(lambda item, _: item.update(call_id=item["call_id"] + LONG)),
    "id with controls": _each_item(lambda item, _: item.update(call_id=item["call_id"] + ODD)),
    "id a surrogate": _each_item(lambda item, _: item.update(call_id=item["call_id"] + "\ud800")),
    "item id the call id": _item_id_as_call_id,
    "index absent": _each_event(lambda data: data.pop("output_index", None)),
    "index null": _each_event(lambda data: data.update(output_index=None)),
    "index 0": _each_event(lambda data: "output_index" in data and data.update(output_index=0)),
    "index negative": _each_event(
        lambda data: "output_index" in data and data.update(output_index=-1 - data["output_index"])
    ),
    "interleaved": _interleaved_items,
    "arguments an object": _function(_parsed),
    "arguments only as deltas": _function(lambda item: item.update(arguments="")),
    "arguments null": _function(lambda item: item.update(arguments=None)),
    "name at the end": _each_item(_late_name),
    "name with spaces": _item_name(lambda name: f" {name}\n"),
    "name in capitals": _item_name(str.upper),
    "name with a room": _item_name(lambda name: f"functions.{name}"),
    "name with a token": _item_name(lambda name: f"{name}<|channel|>commentary"),
    "name empty": _item_name(lambda _: ""),
    "name null": _item_name(lambda _: None),
    "usage in progress": _each_event(_usage_in_progress),
    **{name: _final_usage(change) for name, change in USAGE.items()},
}
