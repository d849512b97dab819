from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dashboard.transcript.hosting import drawn
from tests.dashboard.transcript.markdowns import markdown
from tui.dashboard.transcript.drawn_line import line_text
from tui.dashboard.transcript.literal import literal
from tui.dashboard.transcript.markdown import Definitions, block_tokens
from tui.dashboard.transcript.pieces import Piece
from tui.dashboard.transcript.render import piece_lines
from tui.dashboard.transcript.splitter import Limits, Splitter
from tui.dashboard.transcript.styles import PLAIN

SMALL = st.sampled_from([Limits(80, 320, 100), Limits(30, 90, 30), Limits(200, 600, 1000)])


def drawn_whole(text: str, width: int) -> list[str]:
    """The lines when markdown-it parses everything at once: what streaming has to equal."""
    definitions = Definitions()
    env = definitions.env()
    block_tokens(text, env)
    definitions.learn(env)
    lines = piece_lines(Piece(text), width, PLAIN, definitions.env())
    return [line_text(line) for line in lines]


def pieces(text: str, cut: int, limits: Limits) -> list[Piece]:
    splitter = Splitter(limits)
    found: list[Piece] = []
    for start in range(0, len(text), cut):
        splitter.feed(text[start : start + cut])
        found += chain.from_iterable(splitter.advance())
    return [*found, *chain.from_iterable(splitter.finish())]


@settings(max_examples=300)
@given(markdown.map(literal), st.integers(1, 12), st.integers(8, 90))
def test_text_in_any_pieces_is_drawn_like_the_whole_text(text: str, cut: int, width: int) -> None:
    assert drawn(text, width, cut) == drawn_whole(text, width)


@settings(max_examples=300)
@given(markdown.map(literal), st.integers(1, 12), SMALL)
def test_where_a_long_block_is_cut_depends_on_the_text_alone(
    text: str, cut: int, limits: Limits
) -> None:
    assert drawn(text, 40, cut, limits) == drawn(text, 40, limits=limits)


@settings(max_examples=200)
@given(markdown.map(literal), st.integers(1, 40), SMALL)
def test_no_text_is_lost(text: str, cut: int, limits: Limits) -> None:
    kept = "".join(piece.source for piece in pieces(text, cut, limits))
    assert kept.rstrip() == text.rstrip()


def test_only_the_last_block_stays_open() -> None:
    splitter = Splitter()
    splitter.feed("# One\n\ntwo\n\nthree\nmore")
    final = list(chain.from_iterable(splitter.advance()))
    assert [piece.source for piece in final] == ["# One\n", "\ntwo\n"]
    assert splitter.tail().source == "\nthree\nmore"


def test_a_very_long_line_is_cut_between_words() -> None:
    found = pieces("word " * 5_000, 1 << 30, Limits())
    assert len(found) > 5
    assert all(piece.source.endswith(" ") for piece in found)
    assert all(len(piece.source) <= Limits().line for piece in found)


def test_a_very_long_word_is_not_cut_inside_a_letter_with_marks() -> None:
    found = pieces("e\u0301" * 10_000, 1 << 30, Limits())
    assert len(found) > 3
    assert all(piece.source.startswith("e") for piece in found)


def test_a_line_that_costs_the_parser_more_is_cut_sooner() -> None:
    longest = {mark: max(map(len, line_pieces(mark))) for mark in ("a", "a:", "a*", "a[")}
    assert list(longest.values()) == sorted(longest.values(), reverse=True)
    assert longest["a["] < longest["a"] / 30


def line_pieces(mark: str) -> list[str]:
    return [piece.source for piece in pieces(mark * 10_000, 1 << 30, Limits())]


def test_code_is_cut_by_its_length_alone() -> None:
    lengths = [
        [len(piece.source) for piece in pieces(f"```\n{line * 500}", 1 << 30, Limits())[1:]]
        for line in ("abcdefgh\n", "a[b]*_*c\n")
    ]
    assert lengths[0][:5] == lengths[1][:5]


@pytest.mark.parametrize("cut", [1, 7, 1 << 30])
@pytest.mark.parametrize(
    "text",
    [
        "".join(f"{'  ' * level}- level {level}\n" for level in range(120)),
        "- " * 500 + "deep\n" + "  words that belong to a list\n" * 90,
        ("> " * 40 + "- " * 40 + "deep\n") * 20,
    ],
    ids=["stairs", "line", "quotes"],
)
def test_blocks_nested_too_deep_to_be_parsed_are_cut_like_code(text: str, cut: int) -> None:
    found = [piece.source for piece in pieces(text, cut, Limits())]
    assert "".join(found) == text
    longest = max(map(len, text.splitlines()))
    assert max(map(len, found)) <= Limits().block + longest
    assert found == [piece.source for piece in pieces(text, 100, Limits())]


def test_a_long_fence_is_one_block_of_code() -> None:
    code = "".join(f"line {number}\n" for number in range(500))
    found = pieces(f"```py\n{code}```\n\nafter\n", 700, Limits())
    shared = found[0].fence
    assert shared is not None
    assert shared.closed
    assert "\n".join(shared.lines) + "\n" == code


def test_a_long_numbered_list_keeps_counting() -> None:
    lines = drawn("".join(f"{n}. item {n}\n" for n in range(7, 400)), cut=333)
    shown = [line.split(".")[0].strip() for line in lines if line.strip()]
    assert shown == [str(n) for n in range(7, 400)]


def test_a_long_nested_list_keeps_its_place() -> None:
    text = "1. top\n" + "   - nested item\n" * 300 + "2. next\n"
    lines = [line for line in drawn(text, cut=97) if line]
    assert lines[0] == "1. top"
    assert lines[1:301] == ["   ◦ nested item"] * 300
    assert lines[301] == "2. next"


def test_a_long_fence_in_a_list_item_stays_in_it() -> None:
    text = "- see:\n\n  ```\n" + "  some code\n" * 300 + "  ```\n\n- next\n"
    lines = [line.rstrip() for line in drawn(text, cut=97)]
    assert lines.count("   some code") == 300
    assert lines[-1] == "• next"
    assert not any("```" in line for line in lines)


def test_a_long_table_keeps_the_columns_of_its_first_rows() -> None:
    rows = "".join(f"| {n} | value {n} |\n" for n in range(300))
    lines = [line for line in drawn("| n | what |\n|--:|---|\n" + rows, cut=61) if line.strip()]
    assert len(lines) == 302
    assert {line.index("│") for line in lines if "│" in line} == {lines[0].index("│")}


def test_a_long_quote_keeps_its_bar() -> None:
    lines = drawn("> para one\n>\n" * 300, cut=50)
    assert all(not line or line.startswith("▌") for line in lines)
    assert sum("para one" in line for line in lines) == 300


def test_text_after_a_long_list_is_set_off_from_it() -> None:
    lines = drawn("- item\n" * 300 + "\n\nAfter.\n", cut=50)
    assert lines[-3:] == ["• item", "", "After."]


def test_a_definition_at_the_end_turns_earlier_references_into_links() -> None:
    text = "See [the page][p] and[^n].\n\n[p]: https://example.org\n\n[^n]: A note.\n"
    assert drawn(text, cut=5)[1] == "See the page (https://example.org) and[n]."
