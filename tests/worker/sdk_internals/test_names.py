"""The private names do in the SDK what the worker relies on."""

from collections.abc import Callable
from pkgutil import resolve_name
from typing import Any

import httpx2
import pytest
from agents import (
    Agent,
    MultiProvider,
    OpenAIChatCompletionsModel,
    OpenAIResponsesModel,
    RunConfig,
    Runner,
    function_tool,
    set_default_openai_client,
    set_default_openai_key,
)
from agents.testing import ScriptedModel, assistant_message, function_call
from openai import AsyncOpenAI

from tests.worker.sample_agents import add, gated, inner
from tui.worker.sdk_internals import model_names, tool_names
from tui.worker.sdk_internals.private_names import PrivateName

Record = Callable[[PrivateName], list[dict[str, Any]]]


@pytest.fixture
def record(monkeypatch: pytest.MonkeyPatch) -> Record:
    """Records the arguments that the SDK calls a function with."""

    def start(name: PrivateName) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = []
        original = name.get()

        def recording(*args: Any, **kwargs: Any) -> Any:
            calls.append({**dict(zip(name.parameters, args, strict=False)), **kwargs})
            return original(*args, **kwargs)

        monkeypatch.setattr(resolve_name(name.owner), name.name, recording)
        return calls

    return start


@function_tool
def fails() -> str:
    raise ValueError("no such thing")


async def run(agent: Agent[Any], *, streamed: bool) -> str:
    config = RunConfig(tracing_disabled=True)
    if not streamed:
        return str((await Runner.run(agent, "go", run_config=config)).final_output)
    result = Runner.run_streamed(agent, "go", run_config=config)
    async for _ in result.stream_events():
        pass
    return str(result.final_output)


def client() -> AsyncOpenAI:
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200))
    http = httpx2.AsyncClient(transport=transport, trust_env=False)
    return AsyncOpenAI(api_key="none", base_url="http://memory/v1", http_client=http)


@pytest.mark.parametrize("streamed", [True, False])
async def test_each_model_call_resolves_its_model_and_settings_through_these_names(
    streamed: bool, record: Record
) -> None:
    models = record(model_names.RESOLVE_MODEL)
    settings = record(model_names.RESOLVE_SETTINGS)
    agent = Agent(name="A", model=ScriptedModel([[assistant_message("done")]]))
    assert await run(agent, streamed=streamed) == "done"
    assert [call["agent"] for call in models] == [agent]
    assert [call["agent"] for call in settings] == [agent]


@pytest.mark.parametrize("streamed", [True, False])
async def test_function_tools_run_and_fail_through_these_names(
    streamed: bool, record: Record
) -> None:
    invoked, failed = record(tool_names.INVOKE), record(tool_names.FORMAT_ERROR)
    steps = [[function_call("fails", {}, call_id="it")], [assistant_message("sorry")]]
    agent = Agent(name="A", model=ScriptedModel(steps), tools=[fails])
    assert await run(agent, streamed=streamed) == "sorry"
    assert [call["context"].tool_call_id for call in invoked] == ["it"]
    assert [str(call["error"]) for call in failed] == ["no such thing"]


def test_a_tools_result_has_an_output_and_a_mark_for_the_sdks_own_errors() -> None:
    assert tool_names.tool_result("text").output == "text"
    assert not tool_names.tool_result("text").is_sdk_generated_error
    assert tool_names.tool_result("text", is_error=True).is_sdk_generated_error


def test_sync_tools_are_distinguished_from_async_ones() -> None:
    assert tool_names.runs_in_thread(add)
    assert not tool_names.runs_in_thread(gated)


def test_agents_as_tools_are_distinguished_from_functions() -> None:
    assert tool_names.is_agent_tool(inner.as_tool("ask", "asks"))
    assert not tool_names.is_agent_tool(add)


@pytest.mark.parametrize("kind", [OpenAIResponsesModel, OpenAIChatCompletionsModel])
def test_the_client_of_a_model_and_the_http_client_in_it_are_found(
    kind: type[OpenAIResponsesModel | OpenAIChatCompletionsModel],
) -> None:
    given = client()
    found = model_names.client_of(kind("m", given))
    assert found is given
    assert isinstance(model_names.http_client_of(found), httpx2.AsyncClient)


def test_what_has_no_client_has_none() -> None:
    assert model_names.client_of(ScriptedModel([])) is None
    assert model_names.http_client_of(None) is None


@pytest.mark.parametrize(
    ("given", "as_made"),
    [
        ({}, True),
        ({"openai_api_key": "key"}, False),
        ({"openai_base_url": "http://memory/v1"}, False),
        ({"openai_client": client()}, False),
    ],
    ids=lambda value: str(list(value)) if isinstance(value, dict) else str(value),
)
def test_a_provider_that_was_given_something_is_recognized(
    given: dict[str, Any], as_made: bool
) -> None:
    assert model_names.is_provider_as_made(MultiProvider(**given).openai_provider) is as_made


def test_the_options_of_a_provider_make_another_one_like_it() -> None:
    given = {
        "openai_use_responses": False,
        "openai_use_responses_websocket": True,
        "openai_strict_feature_validation": True,
        "openai_responses_websocket_options": {"ping_interval": 3.0},
        "openai_buffer_streamed_tool_calls": True,
    }
    options = model_names.options_of(MultiProvider(**given).openai_provider)  # type: ignore[arg-type]
    assert options == given
    assert model_names.options_of(MultiProvider(**options).openai_provider) == given


def test_the_defaults_that_the_users_code_sets_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = resolve_name("agents.models._openai_shared")
    for name in ("_default_openai_client", "_default_openai_key"):
        monkeypatch.setattr(shared, name, None)
    assert (model_names.default_client(), model_names.default_key()) == (None, None)
    given = client()
    set_default_openai_client(given, use_for_tracing=False)
    set_default_openai_key("key", use_for_tracing=False)
    assert model_names.default_client() is given
    assert model_names.default_key() == "key"
