from typing import Any

import pytest
from agents.models.chatcmpl_converter import Converter
from hypothesis import given
from hypothesis import strategies as st

from tui.protocol.events import RequestForm
from tui.recorded_provider.asked_request import (
    AskedRequest,
    WireApi,
    arrived_request,
    recorded_request,
)
from tui.recorded_provider.item_pieces import pieces_of

_text = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=8)
_arguments = st.dictionaries(st.sampled_from("abc"), st.integers(0, 9), max_size=2)


@st.composite
def conversations(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Items as the SDK sends them: messages, and answers with calls and their outputs."""
    items: list[dict[str, Any]] = []
    for turn in range(draw(st.integers(1, 4))):
        items.append({"role": "user", "content": draw(_text)})
        if draw(st.booleans()):
            items.append({"type": "reasoning", "id": f"rs_{turn}", "summary": []})
        if draw(st.booleans()):
            items.append(_message(draw(_text), turn))
        calls = draw(st.lists(_arguments, max_size=2))
        for number, arguments in enumerate(calls):
            items.append(_call(f"call_{turn}_{number}", str(arguments).replace("'", '"')))
        for number, _ in enumerate(calls):
            output = {"type": "function_call_output", "call_id": f"call_{turn}_{number}"}
            items.append({**output, "output": draw(_text)})
    return items


def _message(text: str, turn: int) -> dict[str, Any]:
    part = {"type": "output_text", "text": text, "annotations": []}
    return {
        "id": f"msg_{turn}", "type": "message", "role": "assistant", "status": "completed",
        "content": [part],
    }  # fmt: skip


def _call(call_id: str, arguments: str) -> dict[str, Any]:
    return {
        "type": "function_call", "id": f"fc_{call_id}", "call_id": call_id, "name": "add",
        "arguments": arguments,
    }  # fmt: skip


def _recorded(items: list[dict[str, Any]], api: WireApi) -> AskedRequest:
    form = RequestForm(instructions="Be brief.")
    return recorded_request(form, items, (), model="m", api=api)


def _arrived(items: list[Any], api: WireApi) -> AskedRequest:
    if api == "responses":
        return arrived_request({"model": "m", "instructions": "Be brief.", "input": items}, api)
    messages: list[Any] = [{"role": "system", "content": "Be brief."}]
    messages += Converter.items_to_messages(items)
    return arrived_request({"model": "m", "messages": messages}, api)


@pytest.mark.parametrize("api", ["responses", "chat"])
@given(items=conversations())
def test_what_was_recorded_is_the_same_when_it_arrives(
    api: WireApi, items: list[dict[str, Any]]
) -> None:
    assert _arrived(items, api).key() == _recorded(items, api).key()


@given(items=conversations())
def test_both_apis_tell_the_same_conversations_apart(items: list[dict[str, Any]]) -> None:
    other = [*items[:-1], {"role": "user", "content": "something else, and longer than any text"}]
    for api in ("responses", "chat"):
        assert _arrived(other, api).key() != _recorded(items, api).key()


def test_calls_keep_no_ids_and_outputs_stand_in_the_order_of_their_calls() -> None:
    outputs = [
        {"type": "function_call_output", "call_id": name, "output": name} for name in ("x2", "x1")
    ]
    one = pieces_of([_call("x1", '{"a": 1}'), _call("x2", '{"a":2}'), *outputs])
    assert [(piece.kind, piece.text) for piece in one] == [
        ("call of add", '{"a":1}'),
        ("call of add", '{"a":2}'),
        ("result of add", "x1"),
        ("result of add", "x2"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("at 2026-11-29T10:00:01Z", "at 2026-11-30T23:59:59.123+00:00", True),
        (
            "id 5f0c1a52-0000-4000-8000-000000000000",
            "id 6a0c1a52-1111-4000-8000-000000000000",
            True,
        ),
        ("took 1795968984.24", "took 1795969001.9", True),
        ("due 2026-11-29", "due 2026-11-30", False),
        ("4", "5", False),
    ],
)
def test_times_and_ids_in_an_output_may_differ_and_nothing_else(
    before: str, after: str, same: bool
) -> None:
    one, other = (
        _recorded([{"role": "user", "content": text}], "chat") for text in (before, after)
    )
    assert one.key() != other.key()
    assert (one.key(alike=True) == other.key(alike=True)) is same
