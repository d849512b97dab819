# ruff: noqa: RUF001 - Chinese punctuation is what is tested
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from tests.dashboard.transcript.hosting import drawn
from tui.dashboard.transcript.wrapping import breaks, wrapped

LANGUAGES = {
    "Vietnamese": "Tiếng Việt có dấu thanh và dấu mũ trên nguyên âm, viết bằng chữ La-tinh. " * 3,
    "Chinese": "敏捷的棕色狐狸跳过了懒狗，然后它回头看了一眼。没有人知道为什么！" * 4,
    "Japanese": "いろはにほへと ちりぬるを、わかよたれそ つねならむ。カタカナもある。" * 4,
    "Korean": "다람쥐 헌 쳇바퀴에 타고파. 키스의 고유조건은 입술끼리 만나야 하고. " * 4,
    "Thai": "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า กว่าบรรดาฝูงสัตว์เดรัจฉาน " * 4,
    "Hindi": "ऋषियों को सताने वाले दुष्ट राक्षसों के राजा रावण का सर्वनाश करने वाले " * 4,
    "Arabic": "نص حكيم له سر قاطع وذو شأن عظيم مكتوب على ثوب أخضر ومغلف بجلد أزرق " * 4,
    "Hebrew": "דג סקרן שט בים מאוכזב ולפתע מצא חברה " * 5,
    "emoji": "👩‍👩‍👧‍👦 family 👍🏽 thumbs 🏳️‍🌈 flag ❤️ heart 🧑🏿‍🚀 space " * 5,
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [20, 33, 60])
def test_no_line_of_any_language_is_too_wide(language: str, width: int) -> None:
    lines = drawn(LANGUAGES[language], width)
    assert max(cell_len(line) for line in lines) <= width


@pytest.mark.parametrize("language", LANGUAGES)
def test_wrapping_keeps_every_letter_in_its_order(language: str) -> None:
    text = LANGUAGES[language]
    assert "".join("".join(drawn(text, 30)).split()) == "".join(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_starts_with_a_mark_of_the_line_before(language: str) -> None:
    for line in drawn(LANGUAGES[language], 20):
        assert not line or not unicodedata.combining(line[0])


def test_composed_and_decomposed_vietnamese_break_at_the_same_words() -> None:
    text = LANGUAGES["Vietnamese"]
    composed = drawn(unicodedata.normalize("NFC", text), 40)
    decomposed = drawn(unicodedata.normalize("NFD", text), 40)
    assert [unicodedata.normalize("NFC", line) for line in decomposed] == composed


def test_ideographs_break_anywhere_but_before_closing_punctuation() -> None:
    lines = drawn(LANGUAGES["Chinese"], 21)
    assert all(cell_len(line) > 16 for line in lines[1:-1])
    assert not any(line.startswith(("，", "。", "！")) for line in lines)


@given(st.text(), st.integers(2, 50))
def test_breaks_are_in_order_and_inside_the_text(text: str, width: int) -> None:
    line = text.replace("\n", " ")
    offsets = breaks(line, width)
    assert offsets == sorted(set(offsets))
    assert all(0 < offset < len(line) for offset in offsets)


def test_a_word_longer_than_a_line_is_cut() -> None:
    assert [line.plain for line in wrapped(Text("a " + "x" * 12), 5)] == [
        "a",
        "xxxxx",
        "xxxxx",
        "xx",
    ]


@pytest.mark.parametrize("language", ["Hindi", "Thai"])
def test_lines_fit_where_every_letter_has_a_cell_of_its_own(language: str) -> None:
    for line in drawn(LANGUAGES[language], 30):
        assert sum(unicodedata.category(letter) != "Mn" for letter in line) <= 30
