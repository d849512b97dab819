"""How a key is called in the settings, and how it is written for people."""

import string
import unicodedata

_SHORT = {
    "solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at",
    "hyphen_minus": "minus", "plus_sign": "plus", "low_line": "underscore",
}  # fmt: skip
"""Textual's names of characters where they are not Unicode's."""

_WORDS = {
    "escape": "Esc", "pageup": "PgUp", "pagedown": "PgDn",
    "up": "↑", "down": "↓", "left": "←", "right": "→",
}  # fmt: skip


def normal_key(key: str) -> str:
    """A key as Textual reports it: "?" → "question_mark"."""
    key = key.strip()
    if len(key) != 1 or key.isalnum():
        return key
    name = unicodedata.name(key, key).lower().replace("-", "_").replace(" ", "_")
    return _SHORT.get(name, name)


_CHARACTERS = {normal_key(character): character for character in string.punctuation}


def is_typed(key: str) -> bool:
    """Whether the key types a character."""
    return len(key) == 1 or key in _CHARACTERS or key == "space"


def key_name(key: str) -> str:
    """A key in a list: "ctrl+r" → "^R", "f1" → "F1"."""
    if " " in key:
        return " ".join(map(key_name, key.split()))
    if key.startswith("ctrl+") and len(key) == 6:
        return f"^{key[5:].upper()}"
    return key_in_words(key)


def key_in_words(key: str) -> str:
    """A key in a sentence: "ctrl+r" → "Ctrl+R", "question_mark" → "?"; keys in a row too."""
    if " " in key:
        return " ".join(map(key_in_words, key.split()))
    *modifiers, last = key.split("+")
    name = _WORDS.get(last) or _CHARACTERS.get(last, last)
    if modifiers or len(name) > 1:
        name = name[:1].upper() + name[1:]
    return "+".join([*(word.capitalize() for word in modifiers), name])
