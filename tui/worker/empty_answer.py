"""Says of a final answer without text that it has none. Pure."""

from collections.abc import Iterable
from typing import Any


def why_empty(shown: str, whole: str, last_output: Iterable[Any]) -> str:
    """Words for an answer without text; "" if it has some, or consists of something else.

    ``shown`` is the answer without the reasoning between tags, ``whole`` the same with it, and
    ``last_output`` the items of the last response.
    """
    items = list(last_output)
    if shown.strip() or not all(map(_is_text_or_reasoning, items)):
        return ""
    reasoned = whole.strip() or any(item.type == "reasoning" for item in items)
    return f"the answer is empty{': all of it was reasoning' if reasoned else ''}"


def _is_text_or_reasoning(item: Any) -> bool:
    if getattr(item, "type", "") == "message":
        return all(getattr(part, "type", "") == "output_text" for part in item.content)
    return getattr(item, "type", "") == "reasoning"
