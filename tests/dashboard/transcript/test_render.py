import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.dashboard.transcript.hosting import drawn
from tests.dashboard.transcript.markdowns import markdown
from tui.dashboard.transcript.literal import literal


def shown(text: str, width: int = 60) -> list[str]:
    return [line.rstrip() for line in drawn(text, width)[1:]]


@settings(max_examples=200)
@given(markdown.map(literal), st.integers(12, 90))
def test_no_line_is_wider_than_the_view(text: str, width: int) -> None:
    wide = max((cell_len(line) for line in drawn(text, width)), default=0)
    assert wide <= width


def test_a_link_shows_its_address_once() -> None:
    assert shown("[text](https://a.b/c) and <https://d.e>") == [
        "text (https://a.b/c) and https://d.e"
    ]


def test_html_and_images_are_text() -> None:
    assert shown('<div class="x">\n<b>bold</b>\n</div>\n\n![alt](http://a/b.png) a<br>b') == [
        '<div class="x">', "<b>bold</b>", "</div>", "", "[image: alt] (http://a/b.png) a", "b",
    ]  # fmt: skip


def test_tasks_have_boxes_and_other_brackets_are_kept() -> None:
    assert shown("- [ ] open\n- [x] done\n\n[ ] no task") == [
        "• ☐ open", "• ☑ done", "", "[ ] no task",
    ]  # fmt: skip


def test_a_loose_list_has_blank_lines_and_a_tight_one_none() -> None:
    assert shown("- a\n- b\n\nx\n\n1. a\n\n2. b") == ["• a", "• b", "", "x", "", "1. a", "", "2. b"]


def test_a_footnote_is_marked_where_it_is_used_and_shown_where_it_is_defined() -> None:
    assert shown("Word[^n] and [^other].\n\n[^n]: The note.\n") == [
        "Word[n] and [^other].", "", "[n] The note.",
    ]  # fmt: skip


def test_table_cells_wrap_and_align() -> None:
    text = "| l | c | r |\n|:--|:-:|--:|\n| words that have to wrap here | x | 10 |\n"
    assert shown(text, 30) == [
        "l                     │ c │  r",
        "──────────────────────┼───┼───",
        "words that have to    │ x │ 10",
        "wrap here             │   │",
    ]


def test_a_table_with_too_many_columns_becomes_records() -> None:
    head = "|".join("abcdefgh")
    text = f"|{head}|\n|{'-|' * 8}\n|{'|'.join('12345678')}|\n"
    assert shown(text, 40) == [
        f"{name}: {n}" for name, n in zip("abcdefgh", "12345678", strict=True)
    ]


@pytest.mark.parametrize("language", ["py", "python", "nonsense", "", "{.py}", "\U0001f600"])
def test_code_keeps_every_character_whatever_the_language(language: str) -> None:
    code = "def f(x):\n\n    return 'a\\tb'  # done\n"
    assert shown(f"```{language}\n{code}```") == [f" {line}".rstrip() for line in code.splitlines()]


def test_code_is_cut_at_cells_and_not_at_words() -> None:
    assert shown("```\nabc def ghi\n```", 12) == [" abc def gh", " i"]


def test_a_fence_is_drawn_alike_open_and_closed() -> None:
    assert shown("```py\nx = 1\n") == shown("```py\nx = 1\n```\n")


@pytest.mark.parametrize(
    "opening", ["", "- ", "12. ", "> ", "> - ", "- > ", "- a\n  - ", "* > 1. "]
)
def test_a_line_that_is_cut_for_its_length_keeps_its_margin(opening: str) -> None:
    words = " ".join(f"word{number}" for number in range(2_000))
    lines = drawn(opening + words, 60)
    margins = {line[: line.index("word")] for line in lines if "word" in line[:12]}
    assert len(margins - {lines[-1][: lines[-1].index("word")]}) <= 1
    first = next(index for index, line in enumerate(lines) if "word0 " in line)
    assert all("word" in line for line in lines[first:])
    assert " ".join(" ".join(lines[first:]).replace("▌", " ").split()).endswith(words[5:])
