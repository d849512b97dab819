"""Cutting text into the pieces that a stream sends."""

import re

_TOKEN = re.compile(r"\s?[^\s]{1,6}|\s", re.DOTALL)


def token_like_pieces(text: str) -> list[str]:
    """Pieces of about the size of a model's tokens; joined they are the text again."""
    return _TOKEN.findall(text)


def equal_pieces(text: str, count: int) -> list[str]:
    """At most ``count`` pieces of nearly the same length; none when the text is empty."""
    size = max(1, -(-len(text) // max(1, count)))
    return [text[start : start + size] for start in range(0, len(text), size)]
