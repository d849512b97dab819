"""Reads the exceptions of clients that wrap another one: LiteLLM's and any-llm's. Pure.

Neither package need be installed: their exceptions are known by their attributes.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import openai

from tui.worker.failures.tracebacks import causes

_LOST = (openai.OpenAIError, json.JSONDecodeError, UnicodeDecodeError)
"""Errors that the inner client describes better than the one that wraps it."""
_CODES = {
    "ContextWindowExceededError": "context_length_exceeded",
    "ContextLengthExceededError": "context_length_exceeded",
    "ContentPolicyViolationError": "content_policy_violation",
    "ContentFilterError": "content_filter",
    "BudgetExceededError": "insufficient_quota",
    "InsufficientFundsError": "payment_required",
    "RateLimitError": "rate_limit_exceeded",
    "AuthenticationError": "authentication_error",
    "MissingApiKeyError": "missing_api_key",
    "ModelNotFoundError": "model_not_found",
    "InvalidRequestError": "invalid_request_error",
    "GatewayTimeoutError": "gateway_timeout",
    "UpstreamProviderError": "upstream_error",
    "ProviderError": "provider_error",
}
"""Codes as servers have them, by the exception's class."""


def is_wrapped(error: BaseException) -> bool:
    """Whether it is LiteLLM's or any-llm's, or has their attributes."""
    names = vars(error)
    return "llm_provider" in names or {"provider_name", "original_exception"} <= names.keys()


def inner_error(error: BaseException) -> BaseException:
    """The failure of the client inside where it is known; else the error itself."""
    if not is_wrapped(error):
        return error
    return next((one for one in _inside(error) if isinstance(one, _LOST)), error)


def provider_of(error: BaseException) -> str:
    """The provider's name, ``anthropic``; "" if the error does not name it."""
    return str(getattr(error, "llm_provider", "") or getattr(error, "provider_name", "") or "")


def status_of(error: BaseException) -> int | None:
    """The HTTP status, which LiteLLM has as a text in places."""
    try:
        status = int(getattr(error, "status_code", None) or 0)
    except (TypeError, ValueError):
        return None
    return status if 400 <= status < 600 else None


def code_of(error: BaseException) -> str:
    """The provider's own code; else one that tells what the class means."""
    own = str(getattr(error, "code", None) or getattr(error, "error_type", None) or "")
    if own and not own.isdecimal():
        return own
    return next((_CODES[one.__name__] for one in type(error).mro() if one.__name__ in _CODES), own)


def words_of(error: BaseException) -> str:
    """Its message without the names of classes that LiteLLM puts before it."""
    words = str(getattr(error, "message", "") or error)
    while True:
        head, found, rest = words.partition(": ")
        if not found or " " in head or not head.endswith(("Error", "Exception", "Timeout")):
            break
        words = rest
    head, found, rest = words.partition(" - ")
    return rest if found and head.endswith("Exception") and " " not in head else words


def headers_of(error: BaseException) -> Mapping[str, str]:
    """The answer's headers, with any-llm's ``retry_after`` as one."""
    wait = getattr(error, "retry_after", None)
    if wait is not None:
        return {"retry-after": str(wait)}
    response: Any = getattr(error, "response", None)
    for one in (getattr(error, "litellm_response_headers", None), getattr(response, "headers", ())):
        if one:
            return {str(name).lower(): str(value) for name, value in dict(one).items()}
    return {}


def _inside(error: BaseException) -> Iterator[BaseException]:
    """What it wraps, outermost first, wrapping exceptions left out."""
    for link in causes(error):
        original = getattr(link, "original_exception", None)
        if isinstance(original, BaseException) and original is not link:
            yield from (one for one in causes(original) if not is_wrapped(one))
        if not is_wrapped(link):
            yield link
