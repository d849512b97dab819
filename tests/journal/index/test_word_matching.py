"""Words without case and marks, in any script, and snippets around them."""

import pytest

from tui.journal.index.word_matching import folded, occurs, searchable, snippet, wanted


def shown(text: str, typed: str, width: int = 60) -> str:
    pieces = snippet(text, wanted(typed).phrases, width)
    return "".join(f"[{piece.text}]" if piece.marked else piece.text for piece in pieces)


def test_case_and_latin_marks_do_not_count_and_other_scripts_keep_theirs() -> None:
    assert folded("Đường ĐẾN Đà Nẵng, Straße, Łódź") == "duong den da nang, strasse, lodz"
    assert folded("हिन्दी") == "हिन्दी"


def test_characters_of_scripts_without_spaces_stand_alone() -> None:
    assert searchable("去公园 now").split() == ["去", "公", "园", "now"]


@pytest.mark.parametrize(
    ("typed", "expression"),
    [
        ("Rate limit", '"rate" * AND "limit" *'),
        ('"rate limit" x', '"rate limit" * AND "x" *'),
        ('"rate lim', '"rate lim" *'),
        ("天气", '"天  气" *'),
        ("->", ""),
        ('a" OR "b', '"a" * AND "or" * AND "b" *'),
    ],
)
def test_what_is_typed_becomes_phrases_and_never_an_operator(typed: str, expression: str) -> None:
    made = wanted(typed).expression.replace('" *', '" *')
    assert " ".join(made.split()) == " ".join(expression.split())


def test_nothing_typed_is_no_search() -> None:
    assert not wanted('  "" ')


def test_a_snippet_marks_the_words_as_they_are_written() -> None:
    assert shown("Con Đường rất đông", "duong dong") == "Con [Đường] rất [đông]"
    assert shown("今天天气很好", "天气") == "今天[天气]很好"
    assert shown("a decomposed cafe\u0301 here", "cafe") == "a decomposed [cafe]\u0301 here"


def test_a_long_text_is_cut_around_the_first_match_on_one_line() -> None:
    text = "word " * 100 + "\nneedle\n" + "more " * 100
    made = shown(text, "needle", 40)
    assert made.startswith("…")
    assert made.endswith("…")
    assert "word [needle] more" in made
    assert len(made) < 48


def test_without_an_index_every_phrase_must_occur_somewhere() -> None:
    assert occurs("It says ->  Đường", ("->", "duong"))
    assert not occurs("It says", ("->",))
