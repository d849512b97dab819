"""How an answer of Chat Completions ended, by the finish reasons that servers use."""

from tui.worker.failures.stream_failures import AttemptFailure, CutShort, ProviderFailure

_LENGTH = frozenset({"length", "max_tokens", "max_output_tokens", "model_length"})
_FILTER = frozenset({"content_filter", "safety", "recitation", "prohibited_content"})
_FAILURE = frozenset({"error", "abort", "insufficient_system_resource"})
"""Of OpenRouter and Mistral, vLLM, DeepSeek."""


def failure_of(reason: str) -> AttemptFailure | None:
    """Why the answer is not complete; None if it is, whatever its reason is called."""
    name = reason.lower()
    if name in _LENGTH:
        return CutShort("max_output_tokens")
    if name in _FILTER:
        return CutShort("content_filter")
    if name in _FAILURE:
        return ProviderFailure(name, f"finish reason {reason}")
    return None
