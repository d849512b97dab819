"""Completes JSON that was cut off, so that what a client has collected can be parsed."""

import json

_CLOSERS = {"{": "}", "[": "]"}

_ENDS = (
    "", '"', "null", ":null", '":null', '"":null', "0", "rue", "ue", "e", "alse", "lse", "se",
    "ull", "ll", "l", '\\"', '0"', '00"', '000"', '0000"', '\\":null', '0":null', '00":null',
    '000":null', '0000":null',
)  # fmt: skip
"""What may be missing before the closing brackets: the end of a string, a literal, a value."""


def missing_end(text: str) -> str:
    """The fewest characters that make it valid JSON; "" if it is, or if nothing does."""
    if not text:
        return ""
    closers = _closers(text)
    for end in _ENDS:
        if _is_json(text + end + closers):
            return end + closers
    return ""


def _closers(text: str) -> str:
    """The brackets that are open at the end, closed from the inside out."""
    stack: list[str] = []
    in_string = escaped = False
    for character in text:
        if escaped:
            escaped = False
        elif in_string:
            escaped = character == "\\"
            in_string = character != '"'
        elif character == '"':
            in_string = True
        elif character in _CLOSERS:
            stack.append(_CLOSERS[character])
        elif character in "}]" and stack:
            stack.pop()
    return "".join(reversed(stack))


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
