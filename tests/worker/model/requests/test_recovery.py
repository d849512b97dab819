"""Continuing an interrupted answer: the request, and how two parts become one text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.responses import ResponseOutputMessage, ResponseOutputText
from openai.types.responses.response_output_text import AnnotationURLCitation

from tests.support.provider.validate import validate_items
from tui.protocol.events import Problem
from tui.protocol.recovery_text import RECOVERY_PROMPT
from tui.worker.model.requests.recovery import continued, joined, restart_problem, with_said


def message(text: str) -> ResponseOutputMessage:
    cited = AnnotationURLCitation(
        type="url_citation", title="t", url="u", start_index=1, end_index=3
    )
    part = ResponseOutputText(type="output_text", text=text, annotations=[cited])
    return ResponseOutputMessage(
        id="msg_1", type="message", role="assistant", status="completed", content=[part]
    )


def text_of(item: ResponseOutputMessage) -> str:
    (part,) = item.content
    assert isinstance(part, ResponseOutputText)
    return part.text


@pytest.mark.parametrize(
    ("said", "rest", "whole"),
    [
        ("one two", " three", "one two three"),
        ("one two ", "three", "one two three"),
        ("one two ", " three", "one two three"),
        ("unbe", "lievable", "unbelievable"),
        ("It ended.", "Then it began.", "It ended. Then it began."),
        ("first,", "second", "first, second"),
        ("3.", "14", "3.14"),
        ("see example.", "com", "see example.com"),
        ("```\nf(a,", "b)", "```\nf(a,b)"),
        ("你好\uff0c", "世界", "你好\uff0c世界"),
        ("", "all of it", "all of it"),
        ("nothing more", "", "nothing more"),
    ],
)
def test_parts_are_joined_as_a_reader_would(said: str, rest: str, whole: str) -> None:
    assert joined(said, rest) == whole


@pytest.mark.parametrize(
    ("said", "rest", "whole"),
    [
        ("once upon a time", "once upon a time there was", "once upon a time there was"),
        ("He saw the old red house", "the old red house burn", "He saw the old red house burn"),
        ("ha ha ha ha ha ha", "ha ha ha ha ha ha ha", "ha ha ha ha ha ha" + "ha ha ha ha ha ha ha"),
        ("|---|---|---|---|", "|---|---|---|---|", "|---|---|---|---|" * 2),
        ("to be", "to be or not", "to be" + "to be or not"),
    ],
)
def test_a_repetition_between_the_parts_is_left_out_unless_it_may_be_intended(
    said: str, rest: str, whole: str
) -> None:
    assert joined(said, rest) == whole


@given(st.text(), st.text(max_size=11))
def test_the_first_part_is_never_changed(said: str, rest: str) -> None:
    assert joined(said, rest).startswith(said)


def test_the_text_of_a_continuation_starts_with_the_earlier_text_and_citations_move() -> None:
    answer = message(" there was")
    assert with_said([answer], "once") == [answer]
    assert text_of(answer) == "once there was"
    (part,) = answer.content
    assert isinstance(part, ResponseOutputText)
    (cited,) = part.annotations
    assert isinstance(cited, AnnotationURLCitation)
    assert (cited.start_index, cited.end_index) == (5, 7)


def test_a_continuation_without_text_gets_a_message_with_the_earlier_text() -> None:
    (made,) = with_said([], "once")
    assert text_of(made) == "once"
    assert made.role == "assistant"


def test_nothing_changes_without_earlier_text() -> None:
    request = {"input": "count"}
    assert continued(request, "") is request
    assert continued(request, "\n") is request
    assert with_said([], "") == []


def test_a_continued_request_ends_with_the_partial_answer_and_the_recovery_prompt() -> None:
    whole = continued({"input": "count", "tools": []}, "one two")
    items = whole["input"]
    assert [item["role"] for item in items] == ["user", "assistant", "user"]
    assert [item["content"] for item in items] == ["count", "one two", RECOVERY_PROMPT]
    assert validate_items(items) == []
    assert whole["tools"] == []


def test_only_a_refusal_starts_the_answer_over() -> None:
    refused = Problem(kind="agent", message="no such role", status=400, retry="never")
    restart = restart_problem(refused)
    assert restart is not None
    assert restart.retry == "automatic"
    busy = Problem(kind="server", message="busy", status=400, retry="automatic")
    assert restart_problem(busy) is None
    assert restart_problem(Problem(kind="server", message="down", status=503)) is None
    no_key = Problem(kind="auth", message="no such key", status=400, retry="never")
    assert restart_problem(no_key) is None
