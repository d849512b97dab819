"""Reads the usage in a model's answer. Pure."""

from typing import Any

from tui.protocol.events import UsageReported


def usage_event(usage: Any, at: int, call: str, attempt: int) -> UsageReported:
    """Tokens as the provider counts them, in either API; None where it gives no count."""
    given, made = (
        ("input", "output") if hasattr(usage, "input_tokens") else ("prompt", "completion")
    )
    details = getattr(usage, f"{given}_tokens_details", None)
    made_details = getattr(usage, f"{made}_tokens_details", None)
    return UsageReported(
        at=at,
        call=call,
        attempt=attempt,
        input=getattr(usage, f"{given}_tokens", None),
        output=getattr(usage, f"{made}_tokens", None),
        cached=getattr(details, "cached_tokens", None),
        reasoning=getattr(made_details, "reasoning_tokens", None),
    )
