"""The demo's two languages, read from `english.toml` and `vietnamese.toml`."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property
from importlib import resources

import msgspec

LONGEST = 1000
"""Characters of a prompt that are read."""
_VIETNAMESE_LETTER = re.compile(r"[đơưăạảẩẫậấầắằẳẵặẻẽẹểễệếềỉĩịỏọổỗộốồớờởỡợủũụứừửữựỷỹỵỳ]")


class Language(msgspec.Struct, dict=True, frozen=True):
    """How prompts are recognised in one language, and what the agents say in it."""

    prompts: dict[str, list[str]]
    """Regular expressions for each intent; "language": for the language itself."""
    faults: dict[str, str]
    """Regular expressions for each fault, beside its name."""
    results: dict[str, list[str]]
    """What a tool can return, in the same order in all languages."""
    phrases: dict[str, str | list[str]]
    """One phrasing, or several to choose from."""

    @cached_property
    def patterns(self) -> dict[str, re.Pattern[str]]:
        return {intent: pattern("|".join(parts)) for intent, parts in self.prompts.items()}

    def matches(self, text: str) -> int:
        """Count what is recognised in a folded text."""
        return sum(len(words.findall(text)) for words in self.patterns.values())


def pattern(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})\b")


def _loaded(name: str) -> Language:
    text = resources.files("tui.demo").joinpath(f"{name}.toml").read_text("utf-8")
    return msgspec.toml.decode(text, type=Language)


ENGLISH, VIETNAMESE = LANGUAGES = (_loaded("english"), _loaded("vietnamese"))


def folded(prompt: str) -> str:
    """Lower case without diacritics: "Đồng Xu", composed or not, gives "dong xu"."""
    apart = unicodedata.normalize("NFKD", prompt[:LONGEST].casefold().replace("đ", "d"))
    return " ".join("".join(c for c in apart if not unicodedata.combining(c)).split())


def language_of(prompts: Iterable[str]) -> Language:
    """Return the language of the first prompt that has a word ("d20" and "?" have none).

    Vietnamese is also recognised without diacritics; any other language counts as English.
    """
    return next((found for prompt in prompts if (found := _language(prompt))), ENGLISH)


def _language(prompt: str) -> Language | None:
    if _VIETNAMESE_LETTER.search(unicodedata.normalize("NFC", prompt[:LONGEST].lower())):
        return VIETNAMESE
    text = folded(prompt)
    if not re.search(r"\b[^\W\d_]+\b", text):
        return None
    return max(LANGUAGES, key=lambda known: known.matches(text))
