"""The input of a request in a form that servers accept. Pure.

What models, tools and other servers wrote is kept and shown as it was. But most servers refuse
every later request that holds arguments that are no JSON object, a name or an id that they would
not give, half a character, or a call without its output: one such item would end the conversation.
"""

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from tui.protocol.events import Api
from tui.worker.input_items import Item, paired, with_reasoning_followed
from tui.worker.model.requests.other_api_items import for_chat

LONGEST_ID = {"chat": 40, "responses": 64, "": 64}
"""Characters of a call's id that the vendor's host accepts, by API."""
LONGEST_NAME = 64
UNNAMED = "unnamed"
DEEPEST = 64
"""Levels of a JSON text: the parsers of some servers stop at 128 or less."""
_SIGNATURE = "__thought__"
"""Gemini's signature of its thoughts, which LiteLLM puts into an id and needs back."""
_UNSENDABLE = re.compile("[\x00\ud800-\udfff]")
_NOT_IN_IDS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_NOT_IN_NAMES = re.compile(r"[^a-zA-Z0-9_-]")
_HASH = 8

_FIELDS = {
    "function_call": frozenset(
        {"arguments", "async", "call_id", "caller", "id", "name", "namespace", "status", "type"}
    ),
    "function_call_output": frozenset(
        {"call_id", "caller", "id", "name", "namespace", "output", "status", "type"}
    ),
    "message": frozenset({"id", "content", "role", "status", "type", "phase"}),
    "reasoning": frozenset({"id", "summary", "type", "content", "encrypted_content", "status"}),
}
"""The fields that the vendor's host accepts; others stay in requests to other hosts."""
_OWN = frozenset({"provider_data"})
"""Fields with which the SDK marks items of other servers; it does not send them."""
_ID_PREFIXES = {"function_call": "fc", "message": "msg", "reasoning": "rs"}


def sendable(
    given: Any, *, api: Api, offered: Collection[str], vendor: bool, stateless: bool
) -> Any:
    """A request's input: a text, or items of which the valid ones are the same objects.

    ``offered`` are the names of the request's tools, ``vendor`` is whether the API's vendor gets
    it. Without ``stateless`` the server knows earlier items, which are not in the input.
    """
    if not isinstance(given, list):
        return clean(given)
    if api == "chat":
        given = for_chat(given)
    items = [
        _sendable(item, api=api, offered=offered, vendor=vendor)
        for item in given
        if not (isinstance(item, Mapping) and (_is_empty(item) or (vendor and _is_foreign(item))))
    ]
    if not all(isinstance(item, Mapping) for item in items):
        return items
    if len(items) < len(given):
        items = with_reasoning_followed(items)
    return paired(items) if stateless else items


def mark_of(item: Item) -> str:
    """What an item is known by; "" if no server gave it an id. Ids alone may not be unique."""
    parts = (item.get("id"), item.get("content"), item.get("summary"), item.get("call_id"))
    return repr(parts) if isinstance(parts[0], str) else ""


def of_this_server(given: Any, left_behind: Collection[str]) -> Any:
    """The input without what only another server knows: its reasoning, and its ids of items."""
    if not left_behind or not isinstance(given, list):
        return given
    kept: list[Any] = []
    for item in given:
        if not isinstance(item, Mapping) or mark_of(item) not in left_behind:
            kept.append(item)
        elif item.get("type") != "reasoning":
            named = _kind(item) in _ID_PREFIXES
            kept.append({name: value for name, value in item.items() if name != "id" or not named})
    return kept


def clean(value: Any) -> Any:
    """Without what JSON or UTF-8 cannot carry; the same object if it has nothing of that."""
    if isinstance(value, str):
        if value.isascii() and "\x00" not in value:
            return value
        return _UNSENDABLE.sub("�", value)
    if isinstance(value, dict):
        made: Any = {clean(key): clean(held) for key, held in value.items()}
        same = all(made.get(key, made) is held for key, held in value.items())
    elif isinstance(value, list):
        made = [clean(held) for held in value]
        same = all(new is old for new, old in zip(made, value, strict=True))
    else:
        return value
    return value if same else made


def valid_arguments(text: object) -> str:
    """A JSON object: the same text if it is one, else an empty one."""
    written = text if isinstance(text, str) else str(text)
    try:
        read = json.loads(written, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return "{}"
    if not isinstance(read, dict) or _is_deeper(read, DEEPEST):
        return "{}"
    cleaned = clean(read)
    return written if cleaned is read else json.dumps(cleaned, ensure_ascii=False)


def valid_name(name: object, offered: Collection[str] = ()) -> str:
    """A name that servers accept for a tool; those of this request's own tools stay."""
    written = name if isinstance(name, str) else ""
    if written in offered:
        return written
    return _NOT_IN_NAMES.sub("_", written)[:LONGEST_NAME] or UNNAMED


def valid_id(call_id: str, longest: int) -> str:
    """An id that servers accept; different ids stay different."""
    fitting = len(call_id) <= longest or _SIGNATURE in call_id
    if call_id and fitting and not _NOT_IN_IDS.search(call_id):
        return call_id
    digest = hashlib.sha256(call_id.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH]
    return f"{_NOT_IN_IDS.sub('_', call_id)[: longest - _HASH - 1]}-{digest}"


def _sendable(item: Any, *, api: Api, offered: Collection[str], vendor: bool) -> Any:
    if not isinstance(item, Mapping):
        return item
    changes: dict[str, Any] = {}
    kind = item.get("type")
    if isinstance(call_id := item.get("call_id"), str):
        changes["call_id"] = valid_id(call_id, LONGEST_ID[api])
    if kind == "function_call":
        changes["arguments"] = valid_arguments(item.get("arguments"))
        changes["name"] = valid_name(item.get("name"), offered)
    changed = (
        {**item, **changes} if any(item.get(name) != new for name, new in changes.items()) else item
    )
    cleaned = clean(changed)
    return _without_foreign_fields(cleaned) if vendor else cleaned


def _kind(item: Mapping[str, Any]) -> str:
    return str(item.get("type") or ("message" if "role" in item else ""))


def _without_foreign_fields(item: Item) -> Item:
    known = _FIELDS.get(_kind(item))
    if known is None:
        return item
    kept = {name: value for name, value in item.items() if name in known or name in _OWN}
    if not _has_own_id(item):
        kept.pop("id", None)
    return item if len(kept) == len(item) else kept


def _is_empty(item: Item) -> bool:
    """A message of the model that says nothing, as after an answer without content."""
    if item.get("role") != "assistant":
        return False
    content = item.get("content")
    parts = content if isinstance(content, list) else [{"text": content}]
    return not any(
        part.get("text")
        or part.get("refusal")
        or part.get("type") not in {None, "output_text", "refusal"}
        for part in parts
        if isinstance(part, Mapping)
    )


def _is_foreign(item: Item) -> bool:
    """Reasoning of another server: only the one that wrote it can read it."""
    return (
        item.get("type") == "reasoning" and not _has_own_id(item) and not item.get("provider_data")
    )


def _has_own_id(item: Item) -> bool:
    """Whether its id is none, or one that the vendor or the SDK gave it."""
    prefix = _ID_PREFIXES.get(str(item.get("type") or "message"))
    item_id = item.get("id")
    return prefix is None or item_id is None or str(item_id).startswith((prefix, "__"))


def _is_deeper(value: object, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    held: Sequence[object] = list(value.values()) if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(one, levels - 1) for one in held)


def _refuse(constant: str) -> None:
    """NaN and infinities are not JSON."""
    raise ValueError(constant)
