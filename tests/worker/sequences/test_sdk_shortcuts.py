"""The shortcuts of the random sequences and the soak test return the same as the SDK."""

from collections.abc import Callable, Iterator
from pkgutil import resolve_name
from types import MappingProxyType
from typing import Any, get_args

import pytest
from agents import Agent, ItemHelpers
from agents import _run_state_agent_identity as identity
from hypothesis import given
from hypothesis import strategies as st
from openai import omit
from openai._utils import PropertyInfo
from openai._utils import _transform as client_data
from typing_extensions import get_type_hints, is_typeddict

from tests.worker.sequences import sdk_shortcuts
from tui.worker.sdk_internals.private_names import PrivateName


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Callable[[PrivateName], list[object]]:
    """Records what a function of the SDK is called with."""

    def record(name: PrivateName) -> list[object]:
        called: list[object] = []
        original = name.get()

        def recording(first: object, *others: object) -> object:
            called.append(first)
            return original(first, *others)

        monkeypatch.setattr(resolve_name(name.owner), name.name, recording)
        return called

    return record


def test_the_sdk_identifies_agents_through_the_replaced_function(
    calls: Callable[[PrivateName], list[object]],
) -> None:
    called, agent = calls(sdk_shortcuts.BUILD_MAP), Agent(name="one")
    identity._build_agent_identity_keys_by_id(agent)
    assert called == [agent]


@pytest.mark.parametrize("names", ["abc", "aba", "abb", "aaa"])
def test_the_shortcut_identifies_agents_as_the_sdk_does(names: str) -> None:
    first, second, third = (
        Agent(name=name, instructions=f"number {number}") for number, name in enumerate(names)
    )
    first.handoffs, second.handoffs = [second], [third, first]
    build = sdk_shortcuts.BUILD_MAP.get()
    assert sdk_shortcuts.by_name_alone(build)(first) == build(first)


def test_the_sdk_copies_input_through_the_replaced_function(
    calls: Callable[[PrivateName], list[object]],
) -> None:
    called = calls(sdk_shortcuts.COPY)
    items: list[Any] = [{"role": "user", "content": "hi"}]
    ItemHelpers.input_to_new_input_list(items)
    assert items in called


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
    copy = sdk_shortcuts.COPY.get()
    copied = sdk_shortcuts.by_exact_type(copy)(value)
    assert copied == copy(value)
    assert type(copied) is type(copy(value))
    assert copied is not value or not isinstance(value, dict | list)


async def test_the_client_renames_fields_through_the_replaced_function(
    calls: Callable[[PrivateName], list[object]],
) -> None:
    called, request = calls(sdk_shortcuts.RENAME), {"model": "m"}
    await client_data.async_maybe_transform(request, next(iter(sdk_shortcuts.CONVERSATIONS)))
    assert called == [request]


@pytest.mark.parametrize(("kind", "name"), sdk_shortcuts.CONVERSATIONS.items())
def test_no_field_of_a_conversation_has_another_name_in_the_api(kind: type, name: str) -> None:
    seen: set[str] = set()
    infos = list(_property_infos(get_type_hints(kind, include_extras=True)[name], seen))
    assert "typing.Required[str]" in seen
    assert not [info for info in infos if info.alias or info.format]


def _property_infos(annotation: Any, seen: set[str]) -> Iterator[PropertyInfo]:
    """The property infos of all fields anywhere in a type."""
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
    rename = sdk_shortcuts.RENAME.get()
    request = {"model": "m", name: items, "stream": True, "top_p": omit}
    made = await sdk_shortcuts.with_unchanged_conversation(rename)(request, kind)
    assert list(made.items()) == list((await rename(request, kind)).items())
    assert request[name] is items
