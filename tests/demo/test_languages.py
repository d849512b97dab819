import string
import unicodedata
from typing import Literal

import pytest

from tests.demo.table import Table
from tui.demo.language import language_of
from tui.demo.phrases import PHRASES, RICH
from tui.demo.phrases.oracle import ANSWERS
from tui.demo.phrases.tales import TALES

VIETNAMESE_LETTERS = set("ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ")


def is_vietnamese(text: str) -> bool:
    return len(VIETNAMESE_LETTERS & set(text.lower())) >= 1


@pytest.mark.parametrize(
    "prompt",
    [
        "xin chào",
        "xin chao ban",
        "gieo xúc xắc 20 mặt",
        "gieo xuc xac 20 mat",
        "tung đồng xu",
        "tung dong xu di",
        "hỏi quả cầu phép thuật",
        "kể chuyện đi",
        "ke chuyen di",
        "luật chơi thế nào?",
        "cho tôi xem thống kê",
        "tôi leo tường",
        "toi leo tuong",
        "cảm ơn nhé",
        "lúc nãy tôi gieo được mấy?",
        "bạn là ai?",
        "diễn thử lỗi công cụ",
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
async def test_vietnamese_is_answered_in_vietnamese(
    table: Table, prompt: str, form: Literal["NFC", "NFD"]
) -> None:
    turn = await table.say(unicodedata.normalize(form, prompt))

    assert turn.error is None
    assert is_vietnamese(turn.text)
    assert is_vietnamese(turn.thoughts)


async def test_both_unicode_forms_get_the_same_calls() -> None:
    for prompt in ("gieo xúc xắc 20 mặt", "tung đồng xu", "hỏi nhà tiên tri", "kể chuyện"):
        composed = await Table().say(unicodedata.normalize("NFC", prompt))
        apart = await Table().say(unicodedata.normalize("NFD", prompt))
        assert composed.calls
        assert composed.calls == apart.calls


@pytest.mark.parametrize(
    ("prompt", "language"),
    [
        ("roll a die", "en"),
        ("I climb the wall", "en"),
        ("xuc xac", "vi"),
        ("ke chuyen", "vi"),
        ("你好", "zh"),
        ("lanza un dado por favor", "es"),
        ("lance un dé s'il te plaît", "fr"),
        ("würfle bitte", "de"),
        ("サイコロを振って", "en"),
        ("xin chào Анна", "vi"),
        ("d20", "en"),
        ("", "en"),
    ],
)
def test_a_prompt_shows_its_language(prompt: str, language: str) -> None:
    assert language_of([prompt]) == language


def test_a_prompt_without_words_is_in_the_language_of_those_before() -> None:
    assert language_of(["d20", "xin chào", "hello"]) == "vi"


@pytest.mark.parametrize("prompt", ["サイコロを振って", "брось кубик", "ทอยลูกเต๋า", "أهلا", "안녕"])
def test_a_language_that_is_not_spoken_gets_no_answer_in_that_of_those_before(prompt: str) -> None:
    assert language_of([prompt, "你好"]) == "en"


@pytest.mark.parametrize(
    ("prompt", "part"),
    [
        ("掷 2 面骰子", "。"),
        ("cuéntame una historia", "La luz en la montaña"),
        ("raconte-moi une histoire", "La lumière sur la montagne"),
        ("erzähl mir eine Geschichte", "Das Licht auf dem Berg"),
        ("讲个故事", "山上的灯"),
        ("merci", "plaisir"),
        ("wer bist du?", "nur wenig Deutsch"),
        ("¿quién eres?", "Hablo poco español"),
    ],
)
async def test_other_languages_get_a_short_answer_of_their_own(
    table: Table, prompt: str, part: str
) -> None:
    assert part in (await table.say(prompt)).text


def test_english_and_vietnamese_say_the_same_things() -> None:
    extra = {"known", "limited", "story"}

    assert PHRASES["en"].keys() == PHRASES["vi"].keys()
    for language in PHRASES.keys() - RICH:
        assert PHRASES[language].keys() - PHRASES["en"].keys() == extra
        assert PHRASES[language].keys() == PHRASES["de"].keys()
    assert TALES.keys() == RICH


def test_every_phrase_uses_only_what_the_english_one_is_given() -> None:
    own = {"story": {"known"}, "known": {"n"}, "limited": set[str]()}
    for phrases in PHRASES.values():
        for key, texts in phrases.items():
            given = own.get(key) or set().union(*map(fields, PHRASES["en"].get(key, ())))
            assert all(fields(text) <= given for text in texts), key


def test_the_oracle_speaks_every_language() -> None:
    for translations in ANSWERS.values():
        assert translations.keys() == PHRASES.keys() - {"en"}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
