"""Token counts as servers send them: numbers, texts, fractions, nonsense. Pure.

The SDK calculates with them, and what is no number would end the run.
"""

from collections.abc import Iterator
from typing import Any

MOST = 2**53
"""No answer has more tokens; JSON cannot hold larger numbers exactly."""
_COUNTS = {
    "chat": ("prompt_tokens", "completion_tokens", "total_tokens"),
    "responses": ("input_tokens", "output_tokens", "total_tokens"),
}
_DETAILS = {
    "chat": ("prompt_tokens_details", "completion_tokens_details"),
    "responses": ("input_tokens_details", "output_tokens_details"),
}


def count(value: object) -> int | None:
    """A whole number from 0; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 17:
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < MOST else None


def mended_chat_usage(usage: Any) -> Any:
    """Without what is no count, in place; None if nothing is left."""
    if not hasattr(usage, "prompt_tokens"):
        return None
    _mend(usage, "chat", None)
    return usage if any(getattr(usage, name) for name in _COUNTS["chat"]) else None


def mended_response_usage(usage: Any) -> Any:
    """With 0 for what is no count, in place: the SDK wants numbers. None if there is no usage."""
    if not hasattr(usage, "input_tokens"):
        return None
    _mend(usage, "responses", 0)
    return usage


def _mend(usage: Any, api: str, missing: int | None) -> None:
    for name in _COUNTS[api]:
        number = count(getattr(usage, name, None))
        setattr(usage, name, missing if number is None else number)
    for name in _DETAILS[api]:
        details = getattr(usage, name, None)
        if details is None or not hasattr(details, "model_fields_set"):
            setattr(usage, name, None)
            continue
        for field in _fields(details):
            number = count(getattr(details, field, None))
            setattr(details, field, number)


def _fields(model: Any) -> Iterator[str]:
    yield from type(model).model_fields
