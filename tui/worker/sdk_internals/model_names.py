"""Private names around a model call: how the SDK finds a model, its client, and its stream."""

import importlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from tui.worker.sdk_internals.private_names import PrivateAttribute, PrivateName

if TYPE_CHECKING:
    import openai
    from agents import Agent, Model, RunConfig

_RUN_LOOP = "agents.run_internal.run_loop"
RESOLVE_MODEL = PrivateName(_RUN_LOOP, "get_model", ("agent", "run_config"))
"""What every run asks for its model, streamed or not."""
RESOLVE_SETTINGS = PrivateName(_RUN_LOOP, "get_model_settings", ("agent", "run_config"))
EVALUATE_RETRY = PrivateName(
    "agents.run_internal.model_retry",
    "_evaluate_retry",
    (
        "error", "attempt", "max_retries", "retry_policy", "retry_backoff", "stream",
        "replay_unsafe_request", "emitted_retry_unsafe_event", "provider_advice",
        "previous_response_id", "conversation_id",
    ),
)  # fmt: skip
"""Asks the user's retry policy, and applies the SDK's rules about it."""
CHAT_STREAM = PrivateName(
    "agents.models.chatcmpl_stream_handler:ChatCmplStreamHandler",
    "handle_stream",
    ("response", "stream"),
)
"""Converts the chunks of Chat Completions to events of the Responses API."""
CHAT_BUFFER = PrivateName(
    "agents.models.chatcmpl_stream_handler:ChatCmplStreamHandler",
    "buffer_tool_call_stream",
    ("stream",),
)
"""Joins the deltas of calls by their indexes before that, if the user's provider is to buffer."""
RESPONSE_USAGE = PrivateName(
    "agents.models.openai_responses", "_usage_from_response", ("response",)
)
"""Reads the counts of a response, which must be numbers, before its last event is passed on."""
PLACEHOLDER_ID = PrivateName("agents.models.fake_id", "FAKE_RESPONSES_ID")
"""The id of items that were never the server's."""

_CLEAN_UP = PrivateName("agents:Model", "_cleanup_on_run_end", ("owner",))
_UNTAPPED_MODEL = PrivateName(
    "agents.run_internal.turn_preparation", "get_model", ("agent", "run_config")
)
_DEFAULT_CLIENT = PrivateName("agents.models._openai_shared", "get_default_openai_client")
_DEFAULT_KEY = PrivateName("agents.models._openai_shared", "get_default_openai_key")
_RESPONSES_CLIENT = PrivateAttribute(
    "agents:OpenAIResponsesModel", "_client", arguments=("m", None)
)
_CHAT_CLIENT = PrivateAttribute(
    "agents:OpenAIChatCompletionsModel", "_client", arguments=("m", None)
)
_HTTP_CLIENT = PrivateAttribute("openai:AsyncOpenAI", "_client")
_GIVEN_TO_PROVIDER = tuple(
    PrivateAttribute("agents:OpenAIProvider", name)
    for name in ("_client", "_stored_api_key", "_stored_base_url")
)
_OPTIONS_OF_PROVIDER = {
    "openai_use_responses": PrivateAttribute("agents:OpenAIProvider", "_use_responses"),
    "openai_use_responses_websocket": PrivateAttribute(
        "agents:OpenAIProvider", "_use_responses_websocket"
    ),
    "openai_strict_feature_validation": PrivateAttribute(
        "agents:OpenAIProvider", "_strict_feature_validation"
    ),
    "openai_responses_websocket_options": PrivateAttribute(
        "agents:OpenAIProvider", "_responses_websocket_options"
    ),
    "openai_buffer_streamed_tool_calls": PrivateAttribute(
        "agents:OpenAIProvider", "_buffer_streamed_tool_calls"
    ),
}
"""By the argument of `MultiProvider`."""
_LOADED_BY_FIRST_CONNECTION = (
    "anyio._backends._asyncio", "concurrent.futures.thread", "encodings.idna",
)  # fmt: skip

NAMES: tuple[PrivateName, ...] = (
    RESOLVE_MODEL, RESOLVE_SETTINGS, EVALUATE_RETRY, CHAT_STREAM, CHAT_BUFFER,
    RESPONSE_USAGE, PLACEHOLDER_ID, _CLEAN_UP, _UNTAPPED_MODEL,
    _DEFAULT_CLIENT, _DEFAULT_KEY, _RESPONSES_CLIENT, _CHAT_CLIENT, _HTTP_CLIENT,
    *_GIVEN_TO_PROVIDER, *_OPTIONS_OF_PROVIDER.values(),
)  # fmt: skip


def untapped_model(agent: "Agent[Any]", run_config: "RunConfig") -> "Model":
    """The model that the agent would use."""
    return cast("Model", _UNTAPPED_MODEL.get()(agent, run_config))


def default_client() -> "openai.AsyncOpenAI | None":
    """The client that the user's code has set as the SDK's default."""
    return cast("openai.AsyncOpenAI | None", _DEFAULT_CLIENT.get()())


def default_key() -> str | None:
    """The key that the user's code has set as the SDK's default."""
    return cast("str | None", _DEFAULT_KEY.get()())


def is_provider_as_made(provider: object) -> bool:
    """Whether an `OpenAIProvider` was given neither a client nor a key nor an address."""
    return all(attribute.read(provider) is None for attribute in _GIVEN_TO_PROVIDER)


def options_of(provider: object) -> dict[str, Any]:
    """The options of an `OpenAIProvider`, as arguments of a `MultiProvider`."""
    return {name: option.read(provider) for name, option in _OPTIONS_OF_PROVIDER.items()}


def client_of(model: "Model") -> Any:
    """A model's openai client; a class of the user's own may have none, or another thing there."""
    return _RESPONSES_CLIENT.read(model)


def http_client_of(client: object) -> object:
    """The HTTP client inside an openai client; None where there is none."""
    return _HTTP_CLIENT.read(client)


def response_id_of(response: object) -> str:
    """The server's id of its response; "" if it has none."""
    found = getattr(response, "id", None)
    return found if isinstance(found, str) and found != PLACEHOLDER_ID.get() else ""


def request_id_of(response: object) -> str | None:
    """The id in the headers of the answer, which the SDK attaches to its response."""
    return cast("str | None", getattr(response, "_request_id", None))


def load_connection_modules() -> None:
    """Import what the HTTP client imports when it connects for the first time."""
    for name in _LOADED_BY_FIRST_CONNECTION:
        with suppress(ImportError):
            importlib.import_module(name)
