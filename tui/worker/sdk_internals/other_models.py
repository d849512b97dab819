"""The SDK's models of LiteLLM and any-llm, which are optional: nothing here imports them.

What a version of them lacks is taken as not known.
"""

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Literal

from tui.worker.sdk_internals.private_names import PrivateAttribute

if TYPE_CHECKING:
    from agents import Model

_LITELLM = ("agents.extensions.models.litellm_model", "LitellmModel")
_ANY_LLM = ("agents.extensions.models.any_llm_model", "AnyLLMModel")
_SELECTED_API, _PROVIDER, _PROVIDER_NAME = (
    PrivateAttribute(":".join(_ANY_LLM), name)
    for name in ("_selected_api", "_get_provider", "_provider_name")
)
_OPENAI = frozenset({"openai", "custom_openai", "azure", "text-completion-openai"})


def other_api(model: "Model") -> Literal["chat", "responses", ""]:
    """The API whose form its requests and answers have; "" for another model."""
    if _is(model, _LITELLM):
        return "chat"
    if not _is(model, _ANY_LLM):
        return ""
    chosen = ""
    with suppress(Exception):  # an unknown provider, for example: the call itself will tell
        chosen = _SELECTED_API.read(model)()
    return "responses" if chosen == "responses" else "chat"


def other_provider(model: "Model") -> str:
    """The provider's name, ``anthropic``; "" if the model's name does not tell it."""
    name = getattr(model, "model", "")
    if not isinstance(name, str) or not (_is(model, _LITELLM) or _is(model, _ANY_LLM)):
        return ""
    known = _PROVIDER_NAME.read(model) or name.partition("/")[0] * ("/" in name)
    return str(getattr(known, "value", known))


def other_client_of(model: "Model") -> Any:
    """The openai client inside an any-llm model; None if there is none, or not yet a key for it."""
    if not _is(model, _ANY_LLM):
        return None
    with suppress(Exception):  # no key, for example: the call itself will tell
        return getattr(_PROVIDER.read(model)(), "client", None)
    return None


def key_of(model: "Model") -> str:
    """The key that a LiteLLM or any-llm model was given; "" for none."""
    key = getattr(model, "api_key", None) if _is(model, _LITELLM) or _is(model, _ANY_LLM) else ""
    return key if isinstance(key, str) else ""


def make_quiet(model: "Model") -> None:
    """Keep LiteLLM from printing where to get help, at each failure that the screen shows."""
    if _is(model, _LITELLM):
        setattr(sys.modules["litellm"], "suppress_debug_info", True)  # noqa: B010


def without_reason(stream: object) -> bool:
    """Whether LiteLLM's stream has ended with a finish reason that no server sent.

    Only for servers of Chat Completions, which all send one.
    """
    litellm = sys.modules.get("litellm")
    if litellm is None or getattr(stream, "received_finish_reason", "") is not None:
        return False
    compatible = getattr(litellm, "openai_compatible_providers", ())
    name = getattr(stream, "custom_llm_provider", None)
    return name in _OPENAI or name in compatible


def _is(model: object, place: tuple[str, str]) -> bool:
    module, name = place
    kind = getattr(sys.modules.get(module), name, None)
    return isinstance(kind, type) and isinstance(model, kind)
