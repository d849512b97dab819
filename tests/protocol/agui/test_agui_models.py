"""Our structs and AG-UI's own pydantic models read each other's JSON, for every type there is."""

import json
from typing import Any, get_args
from unittest import mock

import msgspec
import pytest
from ag_ui.core import AgentCapabilities as TheirCapabilities
from ag_ui.core import Event as TheirEvents
from ag_ui.core import RunAgentInput as TheirInput
from pydantic import BaseModel, TypeAdapter

from tests.protocol.agui.model_examples import examples
from tui.protocol.agui.agui_capabilities import AgentCapabilities
from tui.protocol.agui.agui_codec import (
    EVENT_TYPES,
    decode_agui_event,
    decode_run_input,
    encode_agui,
)
from tui.protocol.agui.agui_events import Custom, UnknownEvent

THEIR_EVENTS: tuple[type[BaseModel], ...] = get_args(get_args(TheirEvents)[0])
THEIR_EVENT: TypeAdapter[BaseModel] = TypeAdapter(TheirEvents)


def test_every_type_of_event_is_known() -> None:
    assert {each.model_fields["type"].default.value for each in THEIR_EVENTS} == EVENT_TYPES


@pytest.mark.parametrize("model", THEIR_EVENTS, ids=lambda model: model.__name__)
def test_an_event_is_read_whole_and_written_so_that_the_models_take_it(
    model: type[BaseModel],
) -> None:
    for example in examples(model):
        theirs = THEIR_EVENT.validate_python(example)
        sent = theirs.model_dump_json(by_alias=True)
        event = decode_agui_event(sent)
        assert not isinstance(event, UnknownEvent), event.problem
        written = encode_agui(event)
        assert json.loads(written) == json.loads(sent)
        assert THEIR_EVENT.validate_json(written) == theirs


def test_a_posted_input_is_read_whole_and_written_so_that_the_models_take_it() -> None:
    for example in examples(TheirInput):
        theirs = TheirInput.model_validate(example)
        sent = theirs.model_dump_json(by_alias=True)
        written = encode_agui(decode_run_input(sent.encode()))
        assert json.loads(written) == json.loads(sent)
        assert TheirInput.model_validate_json(written) == theirs


def test_capabilities_are_written_so_that_the_models_take_them() -> None:
    for example in examples(TheirCapabilities):
        theirs = TheirCapabilities.model_validate(example)
        sent = theirs.model_dump_json(by_alias=True)
        written = encode_agui(msgspec.json.decode(sent, type=AgentCapabilities))
        assert json.loads(written) == json.loads(sent)


@pytest.mark.parametrize("model", THEIR_EVENTS, ids=lambda model: model.__name__)
def test_a_field_is_needed_where_the_models_need_it(model: type[BaseModel]) -> None:
    least = next(examples(model))
    for name in least.keys() - {"type", "role"}:
        read = decode_agui_event(json.dumps({k: v for k, v in least.items() if k != name}))
        assert isinstance(read, UnknownEvent), name
        assert name in read.problem


def _event(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


def test_an_unknown_type_is_kept_as_it_came() -> None:
    data = _event(type="THINKING_START", title="…")
    assert decode_agui_event(data) == UnknownEvent(type="THINKING_START", data=data)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b'{"type": 3}', b"\xff"])
def test_what_is_no_event_is_kept_with_the_reason(data: bytes) -> None:
    read = decode_agui_event(data)
    assert isinstance(read, UnknownEvent)
    assert (read.type, read.data) == ("", data)
    assert read.problem


def test_unknown_fields_and_nulls_of_other_servers_are_accepted() -> None:
    nothing: dict[str, Any] = {"role": None, "rawEvent": None, "subagentRunId": None}
    read = decode_agui_event(
        _event(
            type="TEXT_MESSAGE_START", messageId="m", timestamp=1.5, newField={"a": 1}, **nothing
        )
    )
    assert json.loads(encode_agui(read)) == {  # type: ignore[arg-type]
        "type": "TEXT_MESSAGE_START",
        "messageId": "m",
        "timestamp": 1.5,
    }


def test_a_snapshot_keeps_the_messages_whose_role_is_known() -> None:
    read = decode_agui_event(
        _event(
            type="MESSAGES_SNAPSHOT",
            timestamp=7,
            messages=[
                {"id": "1", "role": "user", "content": "Hi"},
                {"id": "2", "role": "hologram", "shape": []},
            ],
        )
    )
    assert json.loads(encode_agui(read)) == {  # type: ignore[arg-type]
        "type": "MESSAGES_SNAPSHOT",
        "timestamp": 7,
        "messages": [{"id": "1", "role": "user", "content": "Hi"}],
    }


def test_a_pair_of_surrogates_that_a_server_cut_is_read_and_never_written() -> None:
    event = decode_agui_event('{"type":"CUSTOM","name":"a.b","value":{"\\ud83d":["\\ude00"]}}')
    assert isinstance(event, Custom)
    assert event.value == {"\ud83d": ["\ude00"]}
    assert json.loads(encode_agui(event))["value"] == {"\ufffd": ["\ufffd"]}


def test_lone_surrogates_of_a_client_are_replaced() -> None:
    body = b'{"threadId":"t","runId":"\\ud83d","messages":[]}'
    assert decode_run_input(body).run_id == "\ufffd"


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b'{"threadId":NaN}'])
def test_an_input_that_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_run_input(body)


def test_events_nested_too_deeply_are_kept() -> None:
    data = b'{"type":"CUSTOM","name":"a.b","value":' + b"[" * 100_000
    assert decode_agui_event(data) == UnknownEvent(type="", data=data, problem=mock.ANY)


def test_a_wrong_input_is_refused_with_the_place() -> None:
    body = b'{"threadId":"t","runId":"r","messages":[{"id":"1","role":"user","content":5}]}'
    with pytest.raises(msgspec.ValidationError, match=r"\$.messages\[0\].content"):
        decode_run_input(body)
