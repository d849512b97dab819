"""The shortcuts that random sequences and the soak take through the SDK give what it would give."""

import inspect
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, get_args

import pytest
from agents import Agent, ItemHelpers
from agents import _run_state_agent_identity as identity
from agents.util import _json as plain_data
from hypothesis import given
from hypothesis import strategies as st
from openai import omit
from openai._utils import PropertyInfo
from openai._utils import _transform as client_data
from typing_extensions import get_type_hints, is_typeddict

from tests.worker.sequences import sdk_shortcuts
from tui.worker.sdk_internals import internal


def source(thing: object) -> str:
    return inspect.getsource(thing)  # type: ignore[arg-type]


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
