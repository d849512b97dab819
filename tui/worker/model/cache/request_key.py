"""Which requests the cache may answer, and the key of those. Pure.

The key is made of the request as the client sends it: the address, the body, and the headers except
those that hold a key. Left out is what cannot change the answer and differs between equal calls:
whether the answer streams, the ids of tool calls (servers and the worker invent them), and the
label that the SDK makes for the provider's own prompt cache.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from tui.protocol.events import Api

VERSION = 1
"""Increased when equal requests get other keys, or stored answers are read in another way."""

_APIS: dict[str, Api] = {"/responses": "responses", "/chat/completions": "chat"}
"""By the end of the path."""
_LABELS = frozenset({"stream", "stream_options", "prompt_cache_key", "prompt_cache_retention"})
"""Fields of the body that do not change what the answer says."""
_ON_SERVER = frozenset({"previous_response_id", "conversation", "prompt", "background"})
"""Fields that refer to what the server keeps, and may change there."""
_LOCAL_TOOLS = frozenset(
    {
        "function", "custom", "local_shell", "apply_patch", "computer", "computer_use_preview",
        "computer-preview",
    }
)  # fmt: skip
"""Tools that run here: what they give is in the next request. Others ask the world."""
_SEARCHES = re.compile(r"search|:online\b|\bsonar\b", re.IGNORECASE)
"""Models that look things up by themselves."""
_SEARCH_OPTIONS = frozenset({"web_search_options", "plugins", "search_parameters"})
_HEADERS_LEFT_OUT = frozenset(
    {
        "accept", "accept-encoding", "connection", "content-length", "content-type", "host",
        "user-agent", "idempotency-key", "traceparent", "tracestate", "baggage", "date",
    }
)  # fmt: skip
_PREFIXES_LEFT_OUT = ("x-stainless-", "x-request-id", "x-client-request-id", "x-b3-")
_SECRET = re.compile("key|auth|token|secret|cookie|signature|password")


class CacheKey(NamedTuple):
    digest: bytes
    api: Api
    host: str
    model: str
    stream: bool
    """The answer is to stream."""


def cache_key(method: str, url: str, headers: Mapping[str, str], body: bytes) -> CacheKey | None:
    """The key of a request; None if its answer must come from the provider."""
    address = urlsplit(url)
    api: Api = next((one for end, one in _APIS.items() if address.path.endswith(end)), "")
    if method != "POST" or not api:
        return None
    try:
        request = json.loads(body)
    except ValueError:
        return None
    if not isinstance(request, dict) or depends_on_more(request):
        return None
    said = {name: value for name, value in request.items() if name not in _LABELS}
    for name in ("input", "messages"):
        if name in said:
            said[name] = _with_numbered_calls(said[name])
    place = address.netloc.rpartition("@")[2]
    parts = [VERSION, address.scheme, place, address.path, address.query, _sent(headers), said]
    written = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return CacheKey(
        hashlib.sha256(written.encode("utf-8", "surrogatepass")).digest(),
        api,
        place,
        str(request.get("model") or ""),
        bool(request.get("stream")),
    )


def depends_on_more(request: Mapping[str, Any]) -> bool:
    """Whether the answer depends on more than what the request says.

    That is what the server keeps, what an address or an id of a file stands for, and what tools of
    the provider find.
    """
    return (
        any(request.get(name) for name in _ON_SERVER | _SEARCH_OPTIONS)
        or bool(_SEARCHES.search(str(request.get("model") or "")))
        or not all(map(_is_local, request.get("tools") or ()))
        or any(map(_refers, _parts(request.get("input"))))
        or any(map(_refers, _parts(request.get("messages"))))
    )


def _is_local(tool: Any) -> bool:
    kind = tool.get("type") if isinstance(tool, dict) else None
    if kind == "namespace":
        return all(map(_is_local, tool.get("tools") or ()))
    if kind == "shell":
        environment = tool.get("environment") or {}
        return isinstance(environment, dict) and environment.get("type") in {None, "local"}
    return kind in _LOCAL_TOOLS


def _parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a request's items, at any depth."""
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            yield one
            pending += one.values()
        elif isinstance(one, list):
            pending += one


def _refers(part: Mapping[str, Any]) -> bool:
    """Whether an object stands for something that is elsewhere."""
    if part.get("type") == "item_reference" or part.get("file_id") or part.get("file_url"):
        return True
    image = part.get("image_url")
    address = image.get("url") if isinstance(image, dict) else image
    return isinstance(address, str) and bool(address) and not address.startswith("data:")


def _with_numbered_calls(items: Any) -> Any:
    """The items with the ids of calls replaced by their numbers, in order of appearance."""
    if not isinstance(items, list):
        return items
    numbers: dict[str, int] = {}
    return [_numbered(item, numbers) for item in items]


def _numbered(item: Any, numbers: dict[str, int]) -> Any:
    if not isinstance(item, dict):
        return item
    made = dict(item)
    for name in ("call_id", "tool_call_id"):
        if isinstance(call := item.get(name), str):
            made[name] = numbers.setdefault(call, len(numbers))
    if isinstance(caller := item.get("caller"), dict) and isinstance(caller.get("caller_id"), str):
        number = numbers.setdefault(caller["caller_id"], len(numbers))
        made["caller"] = {**caller, "caller_id": number}
    if isinstance(calls := item.get("tool_calls"), list):
        made["tool_calls"] = [
            {**call, "id": numbers.setdefault(str(call.get("id")), len(numbers))}
            if isinstance(call, dict)
            else call
            for call in calls
        ]
    return made


def _sent(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    """The headers that may change the answer, such as those of an organisation and a project."""
    named = ((name.lower(), value) for name, value in headers.items())
    return sorted(_telling(named))


def _telling(headers: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        left_out = name in _HEADERS_LEFT_OUT or name.startswith(_PREFIXES_LEFT_OUT)
        if not left_out and not _SECRET.search(name):
            yield name, value
