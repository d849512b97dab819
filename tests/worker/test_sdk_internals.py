"""Canaries: each internal of the SDK that the worker stands on is still there and still used."""

import inspect
from collections.abc import Iterator
from types import MappingProxyType, ModuleType
from typing import Any, get_args

import agents.tool
import pytest
from agents import Agent, Handoff, ItemHelpers, MultiProvider, handoff
from agents import _run_state_agent_identity as identity
from agents.models.chatcmpl_stream_handler import ChatCmplStreamHandler
from agents.models.openai_chatcompletions import OpenAIChatCompletionsModel
from agents.models.openai_responses import OpenAIResponsesModel
from agents.run_internal import run_loop, tool_execution
from agents.util import _json as plain_data
from hypothesis import given
from hypothesis import strategies as st
from openai import omit
from openai._utils import PropertyInfo
from openai._utils import _transform as client_data
from typing_extensions import get_type_hints, is_typeddict

from tests.worker.sample_agents import add, inner
from tui.worker import sdk_shortcuts
from tui.worker.loading.reachable import agents_by_handoff, all_agents
from tui.worker.sdk_internals import SdkMovedError, internal, wrap_internal
from tui.worker.tool_calls import tools


def source(thing: object) -> str:
    return inspect.getsource(thing)  # type: ignore[arg-type]


def test_both_ways_to_run_a_turn_resolve_their_model_where_the_tap_stands() -> None:
    for turn in (run_loop.run_single_turn_streamed, run_loop.get_new_response):
        assert "get_model(execution_agent, run_config)" in source(turn)
        assert "get_model_settings(execution_agent, run_config)" in source(turn)


def test_function_tools_are_invoked_where_the_tap_stands() -> None:
    assert f"await {tools.INVOKE}(" in source(tool_execution)
    parameters = list(inspect.signature(internal(tool_execution, tools.INVOKE)).parameters)
    assert parameters == ["function_tool", "context", "arguments"]
    result = internal(agents.tool, tools.INVOCATION_RESULT)("text")
    assert (result.output, result.is_sdk_generated_error) == ("text", False)


def test_handled_errors_pass_where_the_tap_stands() -> None:
    invoker = internal(agents.tool, "_FailureHandlingFunctionToolInvoker")
    assert f"await {tools.HANDLE_ERROR}(" in source(invoker.__call__)


def test_sync_tools_carry_their_mark() -> None:
    assert getattr(add.on_invoke_tool, tools.SYNC_MARKER) is True


def test_agents_as_tools_carry_their_mark() -> None:
    assert getattr(inner.as_tool("ask", "asks"), tools.AGENT_MARKER) is True
    assert getattr(add, tools.AGENT_MARKER) is False


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


def test_agents_are_told_apart_where_the_shortcut_stands() -> None:
    keys = internal(identity, "_build_agent_identity_keys_by_id")
    assert f"{sdk_shortcuts.BUILD_MAP}(initial_agent)" in source(keys)


@pytest.mark.parametrize("names", ["abc", "aba", "abb", "aaa"])
def test_the_shortcut_tells_agents_apart_as_the_sdk_does(names: str) -> None:
    first, second, third = (
        Agent(name=name, instructions=f"number {number}") for number, name in enumerate(names)
    )
    first.handoffs, second.handoffs = [second], [third, first]
    build = internal(identity, sdk_shortcuts.BUILD_MAP)
    assert sdk_shortcuts.by_name_alone(build)(first) == build(first)


def test_input_is_copied_where_the_shortcut_stands() -> None:
    assert f"{sdk_shortcuts.COPY}(obj)" in source(plain_data._to_dump_compatible)
    assert "_to_dump_compatible(" in source(ItemHelpers.input_to_new_input_list)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text() | st.binary(),
        lambda inner: (
            st.lists(inner)
            | st.lists(inner).map(tuple)
            | st.dictionaries(st.text(), inner)
            | st.dictionaries(st.text(), inner).map(MappingProxyType)
        ),
    )
)
def test_the_shortcut_copies_as_the_sdk_does(value: object) -> None:
    copy = internal(plain_data, sdk_shortcuts.COPY)
    copied = sdk_shortcuts.by_exact_type(copy)(value)
    assert copied == copy(value)
    assert type(copied) is type(copy(value))
    assert copied is not value or not isinstance(value, dict | list)


def test_requests_are_renamed_where_the_shortcut_stands() -> None:
    assert f"await {sdk_shortcuts.RENAME}(" in source(client_data.async_maybe_transform)


@pytest.mark.parametrize(("kind", "name"), sdk_shortcuts.CONVERSATIONS.items())
def test_no_field_of_a_conversation_has_another_name_in_the_api(kind: type, name: str) -> None:
    seen: set[str] = set()
    infos = list(_property_infos(get_type_hints(kind, include_extras=True)[name], seen))
    assert "typing.Required[str]" in seen
    assert not [info for info in infos if info.alias or info.format]


def _property_infos(annotation: Any, seen: set[str]) -> Iterator[PropertyInfo]:
    """All that is said about fields anywhere in a type."""
    if isinstance(annotation, PropertyInfo):
        yield annotation
    parts = list(get_args(annotation))
    if is_typeddict(annotation):
        parts += get_type_hints(annotation, include_extras=True).values()
    for part in parts:
        if str(part) not in seen:
            seen.add(str(part))
            yield from _property_infos(part, seen)


@pytest.mark.parametrize(
    "items",
    [
        [{"role": "user", "content": "hi"}, {"type": "function_call", "arguments": "{}"}],
        [{"role": "user", "content": [{"type": "input_text", "text": "hi"}, None, 1, 2.5, True]}],
        [{"role": "user", "content": ({"text": "in a tuple"},)}],
        "hi",
    ],
)
@pytest.mark.parametrize(("kind", "name"), sdk_shortcuts.CONVERSATIONS.items())
async def test_the_shortcut_makes_the_same_request(kind: type, name: str, items: object) -> None:
    rename = internal(client_data, sdk_shortcuts.RENAME)
    request = {"model": "m", name: items, "stream": True, "top_p": omit}
    made = await sdk_shortcuts.with_conversation_as_it_is(rename)(request, kind)
    assert list(made.items()) == list((await rename(request, kind)).items())
    assert request[name] is items


def test_a_name_that_is_gone_is_said_loudly() -> None:
    module = ModuleType("agents.somewhere")
    with pytest.raises(SdkMovedError, match=r"openai-agents .* has no agents\.somewhere\.gone"):
        wrap_internal(module, "gone", lambda original: original)
