"""Thinking between tags at the start of the content, whole and in pieces of any size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.worker.model.answers.think_tags import Split, ThinkTags, continuation_of, split_thinking

WORDS = [
    "<think>",
    "</think>",
    "<thought>",
    "</thought>",
    "</",
    "<",
    "think>",
    "a",
    "\n",
    "`",
    "```",
]
TEXTS = st.lists(st.sampled_from(WORDS), max_size=12).map("".join)


@pytest.mark.parametrize(
    ("content", "reasoning", "answer"),
    [
        ("<think>\nI add.\n</think>\n\nFour.", "I add.\n", "Four."),
        ("\n <think>a</think>b", "a", "b"),
        ("<thought>**Sum**</thought>Four.", "**Sum**", "Four."),
        ("<thinking>a</think>b</thinking>c", "a</think>b", "c"),
        ("<think>\n\n</think>\n\nFour.", "", "Four."),
        ("<think>and on, and on", "and on, and on", ""),
        ("<think>never closed</thi", "never closed</thi", ""),
        ("I add.\n</think>\n\nFour.", "I add.", "Four."),
        ("</think>\n\nFour.", "", "Four."),
        ("Four.", "", "Four."),
        ("", "", ""),
        ("  ", "", "  "),
        ("<thi", "", "<thi"),
        ("<b>bold</b>", "", "<b>bold</b>"),
        ("The tag <think> opens, </think> closes.", "", "The tag <think> opens, </think> closes."),
        ("It ends with `</think>`.", "", "It ends with `</think>`."),
        ("```\n</think>\n```\nthat", "", "```\n</think>\n```\nthat"),
        ("<think>a</think>b <think>c</think>", "a", "b <think>c</think>"),
        ("see `</think>` first\n</think>\nFour.", "see `</think>` first", "Four."),
    ],
)
def test_a_content_is_split_into_thinking_and_answer(
    content: str, reasoning: str, answer: str
) -> None:
    assert split_thinking(content) == Split(reasoning, answer)


def in_pieces(pieces: list[str]) -> Split:
    tags, seen = ThinkTags(), list[str]()
    reasoning = answer = ""
    for piece in pieces:
        seen.append(piece)
        if tags.settled or (tags.idle and "<" not in piece):
            answer += piece
            continue
        for kind, text in tags.read(piece, seen):
            match kind:
                case "reasoning":
                    reasoning += text
                case "answer":
                    answer += text
                case "unsaid":
                    reasoning, answer = text, ""
    for kind, text in tags.end():
        reasoning += text if kind == "reasoning" else ""
        answer += text if kind == "answer" else ""
    return Split(reasoning, answer)


@given(TEXTS.flatmap(lambda text: st.tuples(st.just(text), st.lists(st.integers(0, len(text))))))
def test_where_a_content_is_cut_makes_no_difference(cut: tuple[str, list[int]]) -> None:
    content, places = cut
    ends = [*sorted({*places} - {0, len(content)}), len(content)]
    pieces = [content[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    assert in_pieces([piece for piece in pieces if piece]) == split_thinking(content)


def test_thinking_comes_out_as_it_comes_in() -> None:
    tags = ThinkTags()
    content = ["<th", "ink>", "\n", "I", " add", ".</", "b", "</thi", "nk>", "\n\n", "Four"]
    read = [tags.read(piece, content[: at + 1]) for at, piece in enumerate(content)]
    assert [[text for _, text in pieces] for pieces in read] == [
        [], [], [], ["I"], [" add"], ["."], ["</b"], [], [], [], ["Four"],
    ]  # fmt: skip
    assert tags.settled


def test_only_a_continuation_that_begins_with_a_tag_loses_its_thinking() -> None:
    assert continuation_of("<think>again</think> and four.") == "and four."
    assert continuation_of("still</think>Four.") == "still</think>Four."
    assert continuation_of(" and four.") == " and four."
