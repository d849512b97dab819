"""Reads the calls of tools that the provider runs: their names, arguments and results. Pure.

Every item of an answer that is neither a message nor reasoning nor a call for this side counts as
one, also of a type that is not known yet: nothing that happened is without a row.
"""

import json
from collections.abc import Mapping
from typing import Any, Literal

from tui.protocol.events import Problem
from tui.worker.input_items import CALL_TYPES, OUTPUT_TYPES

_OTHERS = frozenset(("message", "reasoning", *CALL_TYPES, *OUTPUT_TYPES))
_TEXTS = ("arguments", "input", "code")
"""Fields whose text is the arguments, as the model wrote them."""
_WRAPPERS = ("action", "actions", "operation", "queries", "prompt")
"""Fields that are the arguments where nothing else is."""
_RESULTS = ("output", "outputs", "results", "result", "tools")
_FACTS = frozenset(("id", "type", "status", "name", "error", "call_id", *_RESULTS))
"""Fields that are not arguments."""
_IMAGE = "image_generation_call"


def is_hosted(item: Any) -> bool:
    return item.type not in _OTHERS


def name_of(item: Any) -> str:
    name = getattr(item, "name", None)
    return name if isinstance(name, str) and name else item.type.removesuffix("_call")


def arguments_of(item: Any) -> str:
    """As the model wrote them; JSON for tools whose arguments are objects; "" for none."""
    for field in _TEXTS:
        value = getattr(item, field, None)
        if isinstance(value, str):
            return value
    fields = {name: value for name, value in _fields(item).items() if name not in _FACTS}
    if len(fields) == 1 and next(iter(fields)) in _WRAPPERS:
        (value,) = fields.values()
        return value if isinstance(value, str) else _json(value)
    return _json(fields) if fields else ""


def outcome_of(item: Any) -> tuple[Literal["ok", "error"], str, Problem | None]:
    """How a hosted tool ended: outcome, output and problem."""
    error = getattr(item, "error", None)
    if error or getattr(item, "status", None) == "failed":
        message = str(error or "failed")
        return "error", "", Problem(kind="tool", message=message, retry="never", code="hosted_tool")
    fields = _fields(item)
    results = [fields[name] for name in _RESULTS if fields.get(name)]
    if item.type == _IMAGE and results:
        return "ok", f"an image, {len(str(results[0]))} characters of base64", None
    return "ok", "\n".join(one if isinstance(one, str) else _json(one) for one in results), None


def _fields(item: Any) -> Mapping[str, Any]:
    """The fields that the server has sent, as plain data."""
    dump = getattr(item, "model_dump", None)
    fields: Mapping[str, Any] = dump(exclude_unset=True, warnings=False) if dump else vars(item)
    return {name: value for name, value in fields.items() if value is not None}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
