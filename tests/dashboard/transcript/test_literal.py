import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tui.dashboard.transcript.literal import limit_marks, literal, literal_line


@given(st.text())
def test_no_character_that_a_terminal_obeys_is_left(text: str) -> None:
    shown = literal(text)
    kinds = {unicodedata.category(c) for c in shown if c not in "\n\t\u200c\u200d"}
    assert "Cc" not in kinds
    assert "Cs" not in kinds
    assert not any(unicodedata.bidirectional(c) in {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI",
        "FSI", "PDI"} for c in shown)  # fmt: skip


@given(st.text(), st.text())
def test_characters_are_cleaned_one_by_one(first: str, second: str) -> None:
    if not first.endswith("\r"):
        assert literal(first) + literal(second) == literal(first + second)


def test_escape_sequences_become_visible() -> None:
    assert literal("\x1b[31mred\x07") == "␛[31mred␇"


def test_marks_of_real_scripts_are_kept_and_piles_of_marks_are_cut() -> None:
    assert limit_marks("Tiê\u0301ng Việt हिन्दी ภาษาไทย") == "Tiê\u0301ng Việt हिन्दी ภาษาไทย"
    assert len(limit_marks("a" + "\u0301" * 10_000)) < 20


def test_a_line_has_no_line_ends() -> None:
    assert literal_line("a\nb\r\n\tc\x1b") == "a b c␛"
