import string
import unicodedata
from typing import Literal

import pytest

from tests.demo.table import Table
from tui.demo.languages import ENGLISH, LANGUAGES, VIETNAMESE, Language, language_of

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
        ("roll a die", ENGLISH),
        ("I climb the wall", ENGLISH),
        ("xuc xac", VIETNAMESE),
        ("ke chuyen", VIETNAMESE),
        ("toi ten la An", VIETNAMESE),
        ("cam on", VIETNAMESE),
        ("xin chào Анна", VIETNAMESE),
        ("d20", ENGLISH),
        ("", ENGLISH),
    ],
)
def test_a_prompt_shows_its_language(prompt: str, language: Language) -> None:
    assert language_of([prompt]) is language


@pytest.mark.parametrize("prompt", ["d20", "3d6!", "?", "20", "👍"])
def test_a_prompt_without_words_is_in_the_language_of_those_before(prompt: str) -> None:
    assert language_of([prompt, "xin chào", "hello"]) is VIETNAMESE


@pytest.mark.parametrize(
    "prompt",
    [
        "サイコロを振って",
        "брось кубик",
        "ทอยลูกเต๋า",
        "أهلا",
        "안녕",
        "你好",
        "lanza una moneda por favor",
        "raconte-moi une histoire",
        "wer bist du?",
        "la casa es grande",
        "où est la gare",
    ],
)
async def test_an_unknown_language_gets_english(table: Table, prompt: str) -> None:
    assert is_vietnamese((await table.say("xin chào")).text)

    turn = await table.say(prompt)

    assert turn.error is None
    assert language_of([prompt, "xin chào"]) is ENGLISH
    assert turn.text.isascii()
    assert "scripted" in turn.text or "script" in turn.text or "language model" in turn.text


def test_all_languages_recognise_and_say_the_same_things() -> None:
    for language in LANGUAGES:
        assert language.prompts.keys() == ENGLISH.prompts.keys()
        assert language.phrases.keys() == ENGLISH.phrases.keys()
        assert {k: len(v) for k, v in language.results.items()} == {
            k: len(v) for k, v in ENGLISH.results.items()
        }


def test_every_phrase_uses_only_the_values_of_the_english_one() -> None:
    for language in LANGUAGES:
        for key, phrase in language.phrases.items():
            given = set().union(*map(fields, phrasings(ENGLISH.phrases[key])))
            assert all(fields(text) <= given for text in phrasings(phrase)), key


def test_every_vietnamese_phrase_differs_from_the_english_one() -> None:
    assert all(VIETNAMESE.phrases[key] != phrase for key, phrase in ENGLISH.phrases.items())
    for tool, results in ENGLISH.results.items():
        assert not set(results) & set(VIETNAMESE.results[tool])


def test_every_text_is_composed_unicode_as_the_prompts_it_is_compared_with() -> None:
    for language in LANGUAGES:
        for phrase in language.phrases.values():
            assert all(unicodedata.is_normalized("NFC", text) for text in phrasings(phrase))


def phrasings(phrase: str | list[str]) -> list[str]:
    return [phrase] if isinstance(phrase, str) else phrase


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
