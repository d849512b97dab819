"""Which of the demo's languages a text is written in."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

from tui.demo.fold import folded

Language = Literal["en", "vi", "zh", "es", "fr", "de"]
DEFAULT: Language = "en"
LONGEST = 1000
"""Characters of a text that are looked at."""

_HAN = re.compile(r"[\u4e00-\u9fff\u3400-\u4dbf]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_OTHER_SCRIPT = re.compile(r"[\u0370-\u1cff\uac00-\ud7af]")
"""Greek, Cyrillic, Arabic, Hindi, Thai, Korean and their like."""
_VIETNAMESE_ONLY = re.compile(r"[đơưăạảẩẫậấầắằẳẵặẻẽẹểễệếềỉĩịỏọổỗộốồớờởỡợủũụứừửữựỷỹỵỳ]")
_WORD = re.compile(r"[^\W\d_]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORDS: dict[Language, frozenset[str]] = {
    "en": _words(
        "the a an and or of to is are was what who how i you me my your it that this roll flip die "
        "dice coin story tell magic please hello hi hey thanks thank rules show before again do "
        "did can will should with for in on fault act out wall climb"
    ),
    "vi": _words(
        "toi ban minh xuc xac dong xu gieo tung lac ke chuyen truyen phep thuat phu thuy nao truoc "
        "luc cho mot hai vien mat luat choi xin chao cam khong duoc nhe nhi hay la gi bao nhieu "
        "leo treo tuong danh quai mo cua ruong va roi thu bang loi ten nay do giup co nen ngau "
        "vay sao lai nua di voi giua nguoi rong thong mang"
    ),
    "es": _words(
        "el los las una un dado dados moneda lanza lanzar tira tirar hola cuento cuenta historia "
        "cuentame gracias que por favor reglas y yo tu mi puedo magia como si antes muro escalo "
        "quien eres"
    ),
    "fr": _words(
        "le les une un des lance lancer piece bonjour salut histoire raconte moi merci regles et "
        "je tu mon ma quoi qui avant de du est es magie conte mur grimpe plait"
    ),
    "de": _words(
        "der das ein eine einen wurfel wurfle wurfeln munze wirf hallo geschichte erzahl erzahle "
        "mir danke regeln und ich du mein was wer vorher bitte magie mauer klettere bist"
    ),
}


def language_of(texts: Iterable[str]) -> Language:
    """Give the language of the first text that shows one; later texts decide for "d20" or "?".

    A language that the demo does not speak gets the default, whatever was spoken before.
    Vietnamese is also known without its diacritics, and in either Unicode form.
    """
    return next((found for text in texts if (found := _shown_by(text))), DEFAULT)


def _shown_by(text: str) -> Language | None:
    text = text[:LONGEST]
    composed = unicodedata.normalize("NFC", text.lower())
    if _KANA.search(composed):
        return DEFAULT
    if _HAN.search(composed):
        return "zh"
    if _VIETNAMESE_ONLY.search(composed):
        return "vi"
    words = _WORD.findall(folded(text))
    scores = {language: sum(w in known for w in words) for language, known in _WORDS.items()}
    best = max(scores, key=lambda language: scores[language])
    if not scores[best]:
        return DEFAULT if _OTHER_SCRIPT.search(composed) else None
    return best
