"""Where models are asked for: one client for the session, model names as they are written."""

import os
from typing import Any

import httpx2
import openai
from agents import (
    ModelProvider,
    MultiProvider,
    RunConfig,
    set_default_openai_api,
    set_default_openai_client,
)
from agents.models import _openai_shared as shared

from tui.protocol.worker_settings import WorkerSettings
from tui.worker.model.model_facts import OFFICIAL_HOST, host_of

OFFICIAL_URL = f"https://{OFFICIAL_HOST}/v1"
NO_KEY = "no-key"
"""Local servers want none, but the client insists on one."""
READ_SECONDS = 600.0


def make_provider(settings: WorkerSettings) -> MultiProvider:
    """The provider for model names.

    A default client that the user's module has set is used, unless a base URL was asked for.
    """
    client = _client(settings)
    if client is not None:
        # Runs that user code starts by itself (in a guardrail, in a tool) go the same way.
        set_default_openai_client(client, use_for_tracing=False)
    if settings.api is not None:
        set_default_openai_api("responses" if settings.api == "responses" else "chat_completions")
    base_url = str(client.base_url) if client is not None else OFFICIAL_URL
    return MultiProvider(
        openai_client=client,
        openai_use_responses=None if settings.api is None else settings.api == "responses",
        openai_prefix_mode="alias" if host_of(base_url) == OFFICIAL_HOST else "model_id",
        unknown_prefix_mode="model_id",
    )


def is_untouched(run_config: RunConfig) -> bool:
    """Whether the user's run configuration leaves the choice of the provider to us."""
    provider: ModelProvider = run_config.model_provider
    if type(provider) is not MultiProvider or provider.provider_map is not None:
        return False
    openai_provider = provider.openai_provider
    chosen: tuple[Any, ...] = (
        openai_provider._client,  # noqa: SLF001 (there is no other way to ask)
        openai_provider._stored_api_key,  # noqa: SLF001
        openai_provider._stored_base_url,  # noqa: SLF001
    )
    return all(value is None for value in chosen)


def _client(settings: WorkerSettings) -> openai.AsyncOpenAI | None:
    """None leaves it to the SDK to complain about a missing key, at the first call."""
    default = shared.get_default_openai_client()
    if default is not None and settings.base_url is None:
        return default
    base_url = settings.base_url or os.environ.get("OPENAI_BASE_URL") or OFFICIAL_URL
    key = shared.get_default_openai_key() or os.environ.get("OPENAI_API_KEY")
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
