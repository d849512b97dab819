"""Puts what servers add to the chunks of Chat Completions where the SDK reads it.

The SDK knows ``content`` as text, and reasoning as text in ``reasoning_content`` or ``reasoning``.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from openai.types import CompletionUsage

from tui.worker.failures.stream_failures import ProviderFailure


def translate(chunk: Any) -> int:
    """Change a chunk in place; most have nothing to change.

    Returns the characters of its reasoning if only the server can read it (OpenRouter), else 0.
    Raises `ProviderFailure` if it is an error.
    """
    secret = 0
    if chunk.choices is None and chunk.model_extra:
        _raise_error(chunk.model_extra)
    for choice in chunk.choices or ():
        delta = choice.delta
        if delta is not None:
            if isinstance(delta.content, list):
                _divide_content(delta)
            if extra := delta.model_extra:
                secret = _place_reasoning(delta, extra)
    if getattr(chunk, "usage", None) is None and chunk.model_extra:
        chunk.usage = _groq_usage(chunk.model_extra.get("x_groq"))
    return secret


def _raise_error(sent: Mapping[str, Any]) -> None:
    """Mistral and older vLLM send an error without an ``error`` around it."""
    message = sent.get("message") or sent.get("error_message")
    if not isinstance(message, str):
        return
    code, kind = str(sent.get("code") or ""), sent.get("type") or sent.get("error_type")
    is_status = code.isdecimal() and len(code) == 3
    raise ProviderFailure(code if is_status or not kind else str(kind), message)


def _divide_content(delta: Any) -> None:
    """Mistral's content is a list of parts as soon as there is thinking, which has parts too."""
    parts = [part for part in delta.content if isinstance(part, Mapping)]
    thoughts = [part.get("thinking") for part in parts if part.get("type") == "thinking"]
    # The SDK sends ``reasoning`` back, which Mistral refuses, but not this field.
    delta.reasoning_content = "".join(map(_text_of, thoughts)) or None
    delta.content = "".join(map(_text_of, parts)) or None


def _place_reasoning(delta: Any, extra: Mapping[str, Any]) -> int:
    """The characters of encrypted reasoning, if there is no other."""
    reasoning, content = extra.get("reasoning"), extra.get("reasoning_content")
    if reasoning or content:
        if reasoning == content:
            # Servers that renamed the field send both names for a while.
            delta.reasoning = None
        return 0
    readable = "".join(_readable_details(extra))
    if readable:
        delta.reasoning = readable
    elif blocks := _text_of_blocks(extra.get("thinking_blocks")):
        # Proxies of Anthropic's API send it beside the blocks; the SDK shows nothing of these.
        delta.reasoning_content = blocks
    return 0 if readable else sum(map(_secrets, _details(extra)))


def _readable_details(extra: Mapping[str, Any]) -> Iterator[str]:
    """The readable part of OpenRouter's ``reasoning_details``."""
    for detail in _details(extra):
        match detail.get("type"):
            case "reasoning.text":
                yield _text_of(detail.get("text"))
            case "reasoning.summary":
                yield _text_of(detail.get("summary"))


def _secrets(detail: Mapping[str, Any]) -> int:
    secret = detail.get("data") if detail.get("type") == "reasoning.encrypted" else None
    return len(secret) if isinstance(secret, str) else 0


def _details(extra: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    details = extra.get("reasoning_details")
    listed = details if isinstance(details, list) else []
    return [detail for detail in listed if isinstance(detail, Mapping)]


def _text_of(value: object) -> str:
    """The text of a part, of a list of parts, or of a text."""
    match value:
        case str():
            return value
        case list():
            return "".join(map(_text_of, value))
        case {"type": "thinking"}:
            return ""
        case {"text": str() as text}:
            return text
    return ""


def _text_of_blocks(sent: object) -> str:
    blocks = sent if isinstance(sent, list) else []
    return "".join(_text_of(one.get("thinking")) for one in blocks if isinstance(one, Mapping))


def _groq_usage(sent: object) -> CompletionUsage | None:
    usage = sent.get("usage") if isinstance(sent, Mapping) else None
    return CompletionUsage.model_construct(**usage) if isinstance(usage, dict) else None
