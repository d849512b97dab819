"""Items of the Responses API in a conversation that continues over Chat Completions. Pure.

That API knows messages and functions. What tools of the provider's did is put into words, so that
the conversation stays valid and the model still knows it.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

LONGEST = 4000
"""Characters of an item in words."""
_KNOWN = frozenset({"message", "function_call", "function_call_output", "reasoning"})
_UNREADABLE = frozenset({"compaction", "item_reference"})
"""Only the server that made them can read them."""
_UNTOLD = frozenset(
    {"id", "type", "status", "call_id", "acknowledged_safety_checks", "environment", "created_by"}
)

_DATA = re.compile(r"[\w+/=-]{80,}")


def for_chat(items: list[Any]) -> list[Any]:
    """The same list if all of its items are known to Chat Completions."""
    if all(_is_known(item) for item in items):
        return items
    return [
        item if _is_known(item) else in_words(item)
        for item in items
        if _is_known(item) or item.get("type") not in _UNREADABLE
    ]


def in_words(item: Mapping[str, Any]) -> dict[str, Any]:
    """The item as words of the model's; pictures and other long data are left out."""
    facts = {name: _short(value) for name, value in item.items() if name not in _UNTOLD and value}
    text = f"[{item.get('type')}: {json.dumps(facts, ensure_ascii=False)}"
    shown = text if len(text) < LONGEST else f"{text[:LONGEST]}…"
    return {"role": "assistant", "content": f"{shown}]"}


def _is_known(item: Any) -> bool:
    return not isinstance(item, Mapping) or item.get("type", "message") in _KNOWN


def _short(value: Any) -> Any:
    if isinstance(value, str) and _DATA.fullmatch(value):
        return f"({len(value):,} characters of data)"
    if isinstance(value, str):
        return value[: LONGEST // 2]
    if isinstance(value, Mapping):
        return {name: _short(held) for name, held in value.items()}
    return [_short(one) for one in value] if isinstance(value, list) else value
