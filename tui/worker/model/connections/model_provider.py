"""The provider of models: one client for all, and model names passed on as they are written."""

import os

import httpx2
import openai
from agents import (
    ModelProvider,
    MultiProvider,
    RunConfig,
    set_default_openai_api,
    set_default_openai_client,
)

from tui.protocol.worker_settings import WorkerSettings
from tui.worker.model.connections.model_facts import OFFICIAL_HOST, host_of
from tui.worker.sdk_internals import model_names as sdk

OFFICIAL_URL = f"https://{OFFICIAL_HOST}/v1"
NO_KEY = "no-key"
"""Local servers need none, but the client requires one."""
READ_SECONDS = 600.0


def make_provider(settings: WorkerSettings, given: ModelProvider | None = None) -> MultiProvider:
    """Uses a default client that the user's module has set, unless a base URL is given.

    ``given`` is the user's own, which this one replaces: its options stay.
    """
    client = client_for(settings)
    if client is not None:
        # Also for runs that user code starts itself, in a guardrail or a tool.
        set_default_openai_client(client, use_for_tracing=False)
    if settings.api is not None:
        set_default_openai_api("responses" if settings.api == "responses" else "chat_completions")
    base_url = str(client.base_url) if client is not None else OFFICIAL_URL
    options = sdk.options_of(given.openai_provider) if isinstance(given, MultiProvider) else {}
    if settings.api is not None:
        options["openai_use_responses"] = settings.api == "responses"
    return MultiProvider(
        **options,
        openai_client=client,
        openai_prefix_mode="alias" if host_of(base_url) == OFFICIAL_HOST else "model_id",
        unknown_prefix_mode="model_id",
    )


def is_untouched(run_config: RunConfig) -> bool:
    """Whether the user's run configuration has the default provider, which we may replace."""
    provider: ModelProvider = run_config.model_provider
    if type(provider) is not MultiProvider or provider.provider_map is not None:
        return False
    return sdk.is_provider_as_made(provider.openai_provider)


def _key(settings: WorkerSettings) -> str | None:
    """A profile's server never gets the key of another."""
    if settings.key_env is not None:
        return os.environ.get(settings.key_env, "").strip() or None
    if settings.profile:
        return None
    return sdk.default_key() or os.environ.get("OPENAI_API_KEY")


def client_for(settings: WorkerSettings) -> openai.AsyncOpenAI | None:
    """None if there is no key: the SDK then reports it at the first call."""
    default = sdk.default_client()
    if default is not None and settings.base_url is None:
        return default
    base_url = settings.base_url or os.environ.get("OPENAI_BASE_URL") or OFFICIAL_URL
    key = _key(settings)
    if not key:
        if host_of(base_url) == OFFICIAL_HOST:
            return None
        key = NO_KEY
    return openai.AsyncOpenAI(
        api_key=key,
        base_url=base_url,
        max_retries=0,
        http_client=openai.DefaultAsyncHttpxClient(
            timeout=httpx2.Timeout(READ_SECONDS, connect=settings.connect_timeout)
        ),
    )
