"""Valid conversations, and each rule of the APIs that one can break."""

import openai
import pytest

from tests.support.provider import Answer, Provide, validate_items, validate_messages
from tests.support.provider.event import JsonObject
from tests.support.provider.openai_client import client_of

USER: JsonObject = {"role": "user", "content": "hello"}
CALL: JsonObject = {
    "type": "function_call",
    "id": "fc_1",
    "call_id": "c1",
    "name": "roll",
    "arguments": "{}",
}
OUTPUT: JsonObject = {"type": "function_call_output", "call_id": "c1", "output": "17"}
REASONING: JsonObject = {"type": "reasoning", "id": "rs_1", "summary": []}
SAID: JsonObject = {
    "type": "message",
    "id": "msg_1",
    "role": "assistant",
    "status": "completed",
    "content": [{"type": "output_text", "text": "17", "annotations": []}],
}


def shell(output: object) -> list[JsonObject]:
    action: JsonObject = {"commands": ["ls"]}
    call: JsonObject = {"type": "shell_call", "id": "sh_1", "call_id": "s1", "action": action}
    return [USER, call, {"type": "shell_call_output", "call_id": "s1", "output": output}]


PRINTED: JsonObject = {"stdout": "a", "stderr": "", "outcome": {"type": "exit", "exit_code": 0}}


def test_shell_calls_are_paired_and_may_follow_reasoning() -> None:
    (user, call, output) = shell([PRINTED])
    assert validate_items([user, REASONING, call, output]) == []


def test_a_valid_conversation_has_no_problems() -> None:
    parts: JsonObject = {"role": "user", "content": [{"type": "input_text", "text": "again"}]}
    plain: JsonObject = {"role": "assistant", "content": "cut off"}
    items = [USER, REASONING, CALL, OUTPUT, SAID, parts, plain, {**USER, "type": "message"}]
    assert validate_items(items) == []


@pytest.mark.parametrize(
    ("items", "problem"),
    [
        ([USER, CALL], "No tool output found for function call c1."),
        ([USER, OUTPUT], "No tool call found for function call output with call_id c1."),
        ([USER, OUTPUT, CALL], "No tool call found for function call output with call_id c1."),
        ([CALL, OUTPUT, OUTPUT], "2 items of type function_call_output have the call_id c1"),
        ([CALL, CALL, OUTPUT], "2 items of type function_call have the call_id c1"),
        ([REASONING], "was provided without its required following item"),
        ([REASONING, USER], "was provided without its required following item"),
        ([REASONING, OUTPUT, CALL], "was provided without its required following item"),
        ([USER, USER], "'hello' is sent twice in a row"),
        ([{"role": "tool", "content": "x"}], "a message has the role 'tool'"),
        ([{"type": "magic"}], "unknown type 'magic'"),
        ([{**SAID, "id": "__fake_id__"}], "Expected an ID that begins with 'msg'"),
        (shell([])[:2], "No tool output found for shell call s1."),
        (shell("a"), "shell_call_output s1: 0: Input should be a valid dictionary"),
        (shell([{**PRINTED, "outcome": {"type": "unknown"}}]), "shell_call_output s1: 0.outcome"),
        ([{**CALL, "arguments": {}}, OUTPUT], "the arguments of c1 are not a string"),
        ([{**SAID, "role": "user"}], "a message of role 'user' has a part of type 'output_text'"),
    ],
)
def test_each_broken_rule_of_responses_is_named(items: list[JsonObject], problem: str) -> None:
    problems = validate_items(items)
    assert any(problem in found for found in problems), problems


CHAT_CALL: JsonObject = {
    "role": "assistant",
    "tool_calls": [
        {"id": id_, "type": "function", "function": {"name": "f", "arguments": "{}"}}
        for id_ in ("c1", "c2")
    ],
}


def chat_output(id_: str) -> JsonObject:
    return {"role": "tool", "tool_call_id": id_, "content": "17"}


def test_a_valid_chat_has_no_problems() -> None:
    system: JsonObject = {"role": "system", "content": "be brief"}
    said: JsonObject = {"role": "assistant", "content": "17"}
    messages = [system, USER, CHAT_CALL, chat_output("c2"), chat_output("c1"), said, USER]
    assert validate_messages(messages) == []


@pytest.mark.parametrize(
    ("messages", "problem"),
    [
        ([USER, CHAT_CALL, chat_output("c1")], "tool_call_id c2 has no response message"),
        ([CHAT_CALL, chat_output("c1"), USER, chat_output("c2")], "c2 has no response message"),
        ([USER, chat_output("c1")], "for c1 follows no message with that tool call"),
        ([USER, USER], "'hello' is sent twice in a row"),
        ([{"role": "wizard", "content": "x"}], "a message has the role 'wizard'"),
        ([{"role": "assistant", "content": ""}], "role 'assistant' has no content"),
    ],
)
def test_each_broken_rule_of_chat_is_named(messages: list[JsonObject], problem: str) -> None:
    problems = validate_messages(messages)
    assert any(problem in found for found in problems), problems


async def test_a_strict_provider_refuses_invalid_conversations(provide: Provide) -> None:
    provider = provide(Answer("fine"), strict=True)
    async with client_of(provider) as client:
        with pytest.raises(openai.BadRequestError, match="No tool output found"):
            await client.responses.create(model="m", input=[USER, CALL])  # type: ignore[list-item]
        response = await client.responses.create(model="m", input="hello")
    assert response.output_text == "fine"
    assert provider.problems == ["No tool output found for function call c1."]
