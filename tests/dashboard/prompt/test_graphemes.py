"""Characters as a reader sees them, and words."""

import pytest

from tui.dashboard.prompt.graphemes import edges, left_of, right_of, word_left, word_right


@pytest.mark.parametrize(
    "character",
    [
        "👨‍👩‍👧",
        "🇻🇳",
        "e\u0301",
        "👍🏽",
        "e\u0302\u0301",
        "#\ufe0f\u20e3",
        "❤\ufe0f",
        "한",
        "🏴\U000e0067\U000e007f",
    ],
)
def test_a_sequence_is_one_character(character: str) -> None:
    line = f"a{character}b"
    assert edges(line) == [0, 1, 1 + len(character), 2 + len(character)]
    assert left_of(line, 1 + len(character)) == 1
    assert right_of(line, 1) == 1 + len(character)


def test_two_flags_side_by_side_are_two_characters() -> None:
    assert edges("🇻🇳🇨🇳") == [0, 2, 4]


def test_a_step_from_inside_a_character_leaves_it() -> None:
    assert left_of("a👨‍👩‍👧b", 3) == 1
    assert right_of("a👨‍👩‍👧b", 3) == 6


def test_words_of_decomposed_vietnamese_are_whole() -> None:
    line = "tie\u0302\u0301ng Vie\u0323\u0302t!"
    assert word_right(line, 0) == line.index(" ")
    assert word_left(line, len(line)) == line.index("V")
    assert word_right(line, line.index("V")) == line.index("!")


def test_each_chinese_character_is_a_word() -> None:
    assert [word_right("你好 ok", column) for column in (0, 1, 2)] == [1, 2, 5]
    assert word_left("你好", 2) == 1


def test_there_is_nothing_beyond_the_ends() -> None:
    assert (left_of("ab", 0), right_of("ab", 2)) == (0, 2)
    assert (word_left("  ", 2), word_right("  ", 0)) == (0, 2)
