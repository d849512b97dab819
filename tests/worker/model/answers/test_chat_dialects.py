"""What servers add to the chunks of Chat Completions, where the SDK does not look."""

from typing import Any

import pytest
from openai.types.chat import ChatCompletionChunk

from tui.worker.failures.stream_failures import ProviderFailure
from tui.worker.model.answers.chat_dialects import translate


def chunk(delta: dict[str, object] | None = None, **more: object) -> Any:
    choices = [] if delta is None else [{"index": 0, "delta": delta}]
    return ChatCompletionChunk.model_construct(**{"choices": choices, **more})  # type: ignore[arg-type]


def translated(delta: dict[str, object]) -> tuple[object, object, object]:
    """Its text, and its reasoning in both fields that the SDK reads."""
    one = chunk(delta)
    assert not translate(one)
    changed = one.choices[0].delta
    return (
        changed.content,
        getattr(changed, "reasoning", None),
        getattr(changed, "reasoning_content", None),
    )


def thinking(*texts: object) -> dict[str, object]:
    return {"type": "thinking", "thinking": [{"type": "text", "text": text} for text in texts]}


@pytest.mark.parametrize(
    ("delta", "expected"),
    [
        ({"content": "Four."}, ("Four.", None, None)),
        ({"content": None, "reasoning_content": "2+2"}, (None, None, "2+2")),
        ({"reasoning": "2+2"}, (None, "2+2", None)),
        ({"reasoning": "2+2", "reasoning_content": "2+2"}, (None, None, "2+2")),
        ({"content": [thinking("2", "+2")]}, (None, None, "2+2")),
        ({"content": [{"type": "thinking", "thinking": "2+2"}]}, (None, None, "2+2")),
        (
            {"content": [thinking("2+2"), {"type": "text", "text": "Four."}]},
            ("Four.", None, "2+2"),
        ),
        ({"content": [{"type": "reference", "reference_ids": [1]}, 7]}, (None, None, None)),
        ({"content": []}, (None, None, None)),
        (
            {
                "reasoning": None,
                "reasoning_details": [
                    {"type": "reasoning.text", "text": "2", "signature": "s"},
                    {"type": "reasoning.summary", "summary": "+2"},
                    {"type": "reasoning.unknown", "data": "?"},
                    None,
                ],
            },
            (None, "2+2", None),
        ),
        (
            {
                "reasoning": "2+2",
                "reasoning_details": [
                    {"type": "reasoning.text", "text": "2+2"},
                    {"type": "reasoning.encrypted", "data": "gAAA"},
                ],
            },
            (None, "2+2", None),
        ),
        ({"reasoning_details": "none"}, (None, None, None)),
        ({"thinking_blocks": [{"type": "thinking", "thinking": "2+2"}]}, (None, None, "2+2")),
        (
            {
                "reasoning_content": "2+2",
                "thinking_blocks": [{"type": "thinking", "thinking": "2+2"}],
            },
            (None, None, "2+2"),
        ),
    ],
)
def test_text_and_reasoning_stand_where_the_sdk_reads_them(
    delta: dict[str, object], expected: tuple[object, object, object]
) -> None:
    assert translated(delta) == expected


def test_reasoning_that_only_the_server_can_read_is_noticed() -> None:
    secret = {"type": "reasoning.encrypted", "data": "gAAA", "id": "rs_1"}
    assert translate(chunk({"reasoning": None, "reasoning_details": [secret, secret]})) == 8
    assert not translate(chunk({"content": "Four.", "reasoning_details": []}))


def test_groqs_own_usage_is_taken_where_there_is_no_other() -> None:
    counts = {
        "prompt_tokens": 9,
        "completion_tokens": 4,
        "completion_tokens_details": {"reasoning_tokens": 3},
    }
    one = chunk({}, x_groq={"id": "req_1", "usage": counts})
    translate(one)
    assert one.usage.prompt_tokens == 9
    assert one.usage.completion_tokens_details.reasoning_tokens == 3
    other = chunk({}, x_groq={"usage": counts}, usage={"prompt_tokens": 8})
    translate(other)
    assert other.usage.prompt_tokens == 8


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ({"object": "error", "message": "Busy.", "type": "service_unavailable", "code": "1100"},
         "service_unavailable"),
        ({"object": "error", "message": "Busy.", "type": "ServerError", "code": 500}, "500"),
        ({"error_type": "context_length_exceeded", "error_message": "Busy."},
         "context_length_exceeded"),
        ({"object": "error", "message": "Busy."}, ""),
    ],
)  # fmt: skip
def test_an_error_without_an_error_around_it_is_one(error: dict[str, object], code: str) -> None:
    with pytest.raises(ProviderFailure) as failure:
        translate(ChatCompletionChunk.model_construct(**error))  # type: ignore[arg-type]
    assert (failure.value.code, failure.value.message) == (code, "Busy.")


def test_a_chunk_without_choices_may_be_of_an_unknown_kind() -> None:
    assert not translate(ChatCompletionChunk.model_construct(object="ping"))
