"""What is sent in place of what servers refuse."""

from typing import Any, get_args

import pytest
from openai.types.responses import ResponseInputItemParam
from typing_extensions import get_type_hints

from tui.protocol.events import Api
from tui.worker.model.requests import sendable as module
from tui.worker.model.requests.sendable import sendable, valid_arguments, valid_id, valid_name

CALL = {"type": "function_call", "id": "fc_1", "call_id": "c", "name": "add", "arguments": "{}"}
OUTPUT = {"type": "function_call_output", "call_id": "c", "output": "3"}
USER = {"role": "user", "content": "hi"}
SAID = {
    "type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
    "content": [{"type": "output_text", "text": "hello", "annotations": []}],
}  # fmt: skip
THOUGHT = {"type": "reasoning", "id": "rs_1", "summary": []}


def sent(
    *items: Any, api: Api = "responses", vendor: bool = False, stateless: bool = True
) -> list[Any]:
    made: list[Any] = sendable(
        list(items), api=api, offered={"add"}, vendor=vendor, stateless=stateless
    )
    return made


def test_valid_items_are_sent_as_they_are() -> None:
    items = [USER, THOUGHT, CALL, OUTPUT, SAID]
    made = sent(*items, vendor=True)
    assert all(new is old for new, old in zip(made, items, strict=True))


def test_an_output_without_its_call_stays_only_where_the_server_knows_the_call() -> None:
    assert sent(USER, OUTPUT) == [USER]
    assert sent(OUTPUT, stateless=False) == [OUTPUT]
    assert [item.get("type") for item in sent(USER, CALL)] == [
        None,
        "function_call",
        OUTPUT["type"],
    ]


def test_an_empty_message_goes_and_takes_its_reasoning_along() -> None:
    empty = {**SAID, "content": []}
    assert sent(USER, THOUGHT, empty, USER) == [USER, USER]
    assert sent(USER, {**SAID, "content": [{"type": "output_text", "text": ""}]}) == [USER]
    refusal = {**SAID, "content": [{"type": "refusal", "refusal": "no"}]}
    assert sent(USER, refusal) == [USER, refusal]


def test_the_vendor_gets_no_fields_ids_or_thoughts_of_other_servers() -> None:
    foreign_call = {**CALL, "id": "call-7", "index": 0, "parsed": None}
    foreign_said = {**SAID, "id": "chatcmpl-1", "tool_calls": []}
    foreign_thought = {**THOUGHT, "id": "think-1", "signature": "s"}
    items = (USER, foreign_thought, foreign_call, OUTPUT, foreign_said)
    assert sent(*items) == list(items)
    bare_call = {name: value for name, value in CALL.items() if name != "id"}
    bare_said = {name: value for name, value in SAID.items() if name != "id"}
    assert sent(*items, vendor=True) == [USER, bare_call, OUTPUT, bare_said]


def test_the_vendors_fields_are_those_of_its_client() -> None:
    known: dict[str, set[str]] = {}
    for kind in get_args(ResponseInputItemParam):
        hints = get_type_hints(kind)
        for name in get_args(hints.get("type")):
            known.setdefault(name, set()).update(hints)
    for kind, fields in module._FIELDS.items():
        assert fields == known[kind], kind


@pytest.mark.parametrize(
    ("written", "valid"),
    [
        ('{"a": "é"}', '{"a": "é"}'),
        ('{"a": "\\ud800"}', '{"a": "�"}'),
        ('{"a": "\\ud83d\\ude00"}', '{"a": "\\ud83d\\ude00"}'),
        ('{"\\u0000": 1}', '{"�": 1}'),
        ('{"a": Infinity}', "{}"),
        ("[" * 2000, "{}"),
        (None, "{}"),
        ({"a": 1}, "{}"),
    ],
)
def test_arguments(written: object, valid: str) -> None:
    assert valid_arguments(written) == valid


def test_ids_stay_different_and_fit() -> None:
    alike = ["x" * 70, "x" * 71, "x" * 70 + "\x00", "x\x00y", "x\x01y", ""]
    made = [valid_id(one, 64) for one in alike]
    assert len(set(made)) == len(alike)
    assert all(0 < len(one) <= 64 and one.isprintable() for one in made)
    assert valid_id(made[0], 64) == made[0]
    signed = "call_1__thought__" + "s" * 500
    assert valid_id(signed, 64) == signed


def test_a_call_and_its_output_get_the_same_id() -> None:
    long = "z" * 50
    call, output = sent({**CALL, "call_id": long}, {**OUTPUT, "call_id": long}, api="chat")
    assert call["call_id"] == output["call_id"]
    assert len(call["call_id"]) <= 40


def test_names() -> None:
    assert [valid_name(one) for one in ("a b", "größe", "", None, "x" * 80)] == [
        "a_b", "gr__e", "unnamed", "unnamed", "x" * 64,
    ]  # fmt: skip
    assert valid_name("of a server.tool", {"of a server.tool"}) == "of a server.tool"
