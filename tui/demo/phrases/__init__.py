"""The demo's words, and how one of several phrasings is chosen."""

from random import Random

from tui.demo.language import Language
from tui.demo.phrases import en, others, vi

PHRASES: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": en.PHRASES,
    "vi": vi.PHRASES,
    "zh": others.ZH,
    "es": others.ES,
    "fr": others.FR,
    "de": others.DE,
}

RICH: frozenset[Language] = frozenset({"en", "vi"})
"""Languages in which the demo says everything; the others know only the game."""


def say(language: Language, key: str, random: Random, **values: object) -> str:
    """Give one of the phrasings of ``key``, in English where the language has none."""
    found = PHRASES[language].get(key) or PHRASES["en"][key]
    return random.choice(found).format(**values)
