"""Reads the usage in a model's answer. Pure."""

from typing import Any

from tui.protocol.events import UsageReported
from tui.worker.model.attempts.token_counts import count


def usage_event(
    usage: Any, at: int, call: str, attempt: int, *, some: bool = True
) -> UsageReported:
    """Tokens as the provider counts them, in either API; None where it gives no count.

    A count that cannot be true is no count: no request is empty, a part is not more than all, and
    an answer with ``some`` content is not empty.
    """
    given, made = (
        ("input", "output") if hasattr(usage, "input_tokens") else ("prompt", "completion")
    )
    details = getattr(usage, f"{given}_tokens_details", None)
    made_details = getattr(usage, f"{made}_tokens_details", None)
    prompt = count(getattr(usage, f"{given}_tokens", None)) or None
    output = count(getattr(usage, f"{made}_tokens", None))
    if output == 0 and (some or not prompt):
        output = None
    return UsageReported(
        at=at,
        call=call,
        attempt=attempt,
        input=prompt,
        output=output,
        cached=_part(getattr(details, "cached_tokens", None), prompt),
        cache_write=_part(getattr(details, "cache_write_tokens", None), prompt),
        reasoning=_part(getattr(made_details, "reasoning_tokens", None), output),
    )


def _part(value: object, whole: int | None) -> int | None:
    number = count(value)
    return None if number is None or whole is None or number > whole else number
