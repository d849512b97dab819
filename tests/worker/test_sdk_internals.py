"""Canaries: each internal of the SDK that the worker stands on is still there and still used."""

import inspect
from types import ModuleType

import agents.tool
import pytest
from agents import Agent, Handoff, MultiProvider, handoff
from agents.models.chatcmpl_stream_handler import ChatCmplStreamHandler
from agents.models.openai_chatcompletions import OpenAIChatCompletionsModel
from agents.models.openai_responses import OpenAIResponsesModel
from agents.run_internal import run_loop, tool_actions, tool_execution

from tests.worker.sample_agents import add, inner
from tui.worker.agent.reachable import agents_by_handoff, all_agents
from tui.worker.sdk_internals import SdkMovedError, internal, wrap_internal
from tui.worker.tools import native_tools, tool_wrappers


def source(thing: object) -> str:
    return inspect.getsource(thing)  # type: ignore[arg-type]


def test_both_ways_to_run_a_turn_resolve_their_model_where_the_tap_stands() -> None:
    for turn in (run_loop.run_single_turn_streamed, run_loop.get_new_response):
        assert "get_model(execution_agent, run_config)" in source(turn)
        assert "get_model_settings(execution_agent, run_config)" in source(turn)


def test_function_tools_are_invoked_where_the_tap_stands() -> None:
    assert f"await {tool_wrappers.INVOKE}(" in source(tool_execution)
    parameters = list(inspect.signature(internal(tool_execution, tool_wrappers.INVOKE)).parameters)
    assert parameters == ["function_tool", "context", "arguments"]
    result = internal(agents.tool, tool_wrappers.INVOCATION_RESULT)("text")
    assert (result.output, result.is_sdk_generated_error) == ("text", False)


def test_handled_errors_pass_where_the_tap_stands() -> None:
    invoker = internal(agents.tool, "_FailureHandlingFunctionToolInvoker")
    assert f"await {tool_wrappers.HANDLE_ERROR}(" in source(invoker.__call__)


@pytest.mark.parametrize(("name", "parameter"), native_tools.ACTIONS.items())
def test_other_tools_are_executed_where_the_tap_stands(name: str, parameter: str) -> None:
    execute = internal(internal(tool_actions, name), native_tools.EXECUTE)
    named = set(inspect.signature(execute).parameters)
    assert {"hooks", parameter} <= named
    assert f"{name}.{native_tools.EXECUTE}(" in source(tool_execution)
    assert "hooks.on_tool_start(" in source(internal(tool_actions, name))


def test_sync_tools_carry_their_mark() -> None:
    assert getattr(add.on_invoke_tool, tool_wrappers.SYNC_MARKER) is True


def test_agents_as_tools_carry_their_mark() -> None:
    assert getattr(inner.as_tool("ask", "asks"), tool_wrappers.AGENT_MARKER) is True
    assert getattr(add, tool_wrappers.AGENT_MARKER) is False


def test_chat_chunks_pass_through_the_handler() -> None:
    assert "ChatCmplStreamHandler.handle_stream(" in source(OpenAIChatCompletionsModel)
    assert list(inspect.signature(ChatCmplStreamHandler.handle_stream).parameters)[:2] == [
        "response",
        "stream",
    ]


def test_models_name_their_client_and_model() -> None:
    for kind in (OpenAIResponsesModel, OpenAIChatCompletionsModel):
        names = source(kind.__init__)
        assert "self._client" in names
        assert "self.model" in names


def test_the_openai_provider_keeps_what_it_was_given() -> None:
    provider = MultiProvider().openai_provider
    for name in ("_client", "_stored_api_key", "_stored_base_url"):
        assert getattr(provider, name) is None


def test_agents_behind_handoffs_and_tools_can_be_reached() -> None:
    last = Agent(name="Last")
    wrapped: Handoff[None] = handoff(last)
    first = Agent(name="First", handoffs=[wrapped], tools=[inner.as_tool("ask", "asks")])
    assert agents_by_handoff(first) == [first, last]
    assert all_agents(first) == [first, last, inner]


def test_a_name_that_is_gone_is_said_loudly() -> None:
    module = ModuleType("agents.somewhere")
    with pytest.raises(SdkMovedError, match=r"openai-agents .* has no agents\.somewhere\.gone"):
        wrap_internal(module, "gone", lambda original: original)
