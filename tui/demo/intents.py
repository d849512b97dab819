"""What a prompt asks for, in any of the demo's languages."""

import re
from dataclasses import dataclass
from typing import Literal

from tui.demo import words
from tui.demo.fold import folded

Intent = Literal[
    "fault", "faults", "recall", "story", "play", "stats", "rules", "code",
    "name", "thanks", "bye", "hello", "who", "other",
]  # fmt: skip
Feat = Literal["climb", "fight", "sneak", "open", "jump", ""]
"""What the person's hero attempts."""

MOST_DICE = 6
LONGEST = 1000
"""Characters of a prompt that are read for what it asks."""


@dataclass(frozen=True)
class Wish:
    """What the person wants of this turn. ``play`` may hold several tools at once."""

    intent: Intent
    dice: tuple[int, ...] = ()
    """The sides of each die to roll."""
    coins: int = 0
    magic: bool = False
    feat: Feat = ""
    fault: str = ""
    """A name of `FAULTS`."""
    about: frozenset[str] = frozenset()
    """What to recall: "dice", "coin", "magic", "words"."""

    @property
    def calls(self) -> int:
        return len(self.dice) + self.coins + self.magic


_FEATS: tuple[tuple[Feat, re.Pattern[str]], ...] = (
    ("climb", words.CLIMB),
    ("fight", words.FIGHT),
    ("sneak", words.SNEAK),
    ("open", words.OPEN),
    ("jump", words.JUMP),
)
_TALK: tuple[tuple[Intent, re.Pattern[str]], ...] = (
    ("stats", words.STATS),
    ("code", words.CODE),
    ("rules", words.RULES),
    ("name", words.NAME),
    ("thanks", words.THANKS),
    ("bye", words.BYE),
    ("who", words.WHO),
    ("hello", words.HELLO),
)


def wish_of(prompt: str) -> Wish:
    """Give what a prompt asks for, in any of the languages, with or without diacritics."""
    text = folded(prompt[:LONGEST])
    if fault := _fault(text):
        return fault
    if words.RECALL.search(text):
        return _recall(text)
    if words.STORY.search(text):
        return _story(text)
    wish = _play(text)
    return wish if wish.calls else Wish(_talk(text))


def _fault(text: str) -> Wish | None:
    if words.ACTING.search(text) is None:
        return None
    found = next((name for name, pattern in words.FAULT_PATTERNS if pattern.search(text)), "")
    if found:
        return Wish("fault", fault=found)
    return Wish("faults") if words.FAULT_LIST.search(text) else None


def _recall(text: str) -> Wish:
    """What to look back at; nothing in particular means everything."""
    kinds = (
        ("dice", words.ROLL),
        ("coin", words.FLIP),
        ("magic", words.MAGIC),
        ("words", words.WORDS_SAID),
    )
    named = frozenset(kind for kind, pattern in kinds if pattern.search(text))
    return Wish("recall", about=named or frozenset(kind for kind, _ in kinds))


def _story(text: str) -> Wish:
    """A tale may be of magic and of fights; only dice and coins are played before it."""
    dice = _dice(text, default=20) if words.ROLL.search(text) else ()
    return Wish("story", dice=dice, coins=1 if words.FLIP.search(text) else 0)


def _play(text: str) -> Wish:
    coins = 1 if words.FLIP.search(text) else 0
    feat: Feat = next((name for name, pattern in _FEATS if pattern.search(text)), "")
    if feat:
        return Wish("play", dice=_dice(text, default=20), coins=coins, magic=True, feat=feat)
    return Wish(
        "play",
        dice=_dice(text, default=6) if words.ROLL.search(text) else (),
        coins=coins,
        magic=bool(words.MAGIC.search(text) or words.FATE.search(text)),
    )


def _dice(text: str, *, default: int) -> tuple[int, ...]:
    counted = tuple(
        int(sides)
        for count, sides in words.COUNTED_DICE.findall(text)
        for _ in range(int(count or 1))
    )
    if counted:
        return counted[:MOST_DICE]
    sided = words.SIDES.search(text)
    sides = int(next(filter(None, sided.groups()))) if sided else default
    several = words.SEVERAL_DICE.search(text)
    word = next(filter(None, several.groups())) if several else "1"
    count = words.NUMBERS.get(word) or (int(word) if word.isdecimal() else 1)
    return (sides,) * max(1, min(count, MOST_DICE))


def _talk(text: str) -> Intent:
    return next((intent for intent, pattern in _TALK if pattern.search(text)), "other")
