"""What a prompt asks for, in any of the demo's languages."""

import re
from typing import NamedTuple

from tui.demo.faults import FAULTS
from tui.demo.languages import LANGUAGES, folded, pattern

ROLL, FLIP, MAGIC = TOOLS = ("roll_dice", "flip_coin", "magic_answer")
FEATS = ("climb", "feat")
"""What the user's hero attempts."""
TALK = ("stats", "code", "rules", "name", "thanks", "bye", "who", "hello")
MOST_DICE = 6

_FAULTS = {
    name: pattern("|".join((name, *(known.faults.get(name, name) for known in LANGUAGES))))
    for name, _, _ in FAULTS
}
_FROM_TWO = ("two three four five six", "hai ba bon nam sau")
_NUMBERS = {word: n for words in _FROM_TWO for n, word in enumerate(words.split(), start=2)}
_COUNTED = re.compile(r"\b(\d{1,3})?d(\d{1,6})\b")
_SIDES = re.compile(r"\b(\d{1,6})[- ]?(?:sided?|sides|mat)\b|\bsides ?=? ?(\d{1,6})")
_SEVERAL = pattern(rf"(\d{{1,2}}|{'|'.join(_NUMBERS)}) (?:\w+ )?(?:dice|rolls|xuc xac|xi ngau)")


class Call(NamedTuple):
    """A tool call; ``arguments`` is the JSON that is sent."""

    tool: str
    arguments: str = "{}"
    die: str = ""


class Intent(NamedTuple):
    """What the user wants of this turn."""

    kind: str
    """One of `FEATS` or `TALK`, or fault, faults, recall, story, play, other."""
    calls: tuple[Call, ...] = ()
    """The tools to call, all at once."""
    fault: str = ""
    about: tuple[str, ...] = ()
    """The tools whose results to recall; none: everything that was said."""


def intent_of(prompt: str) -> Intent:
    """Return what a prompt asks for."""
    text = folded(prompt)
    found = {
        intent
        for language in LANGUAGES
        for intent, words in language.patterns.items()
        if words.search(text)
    }
    fault = next((name for name, words in _FAULTS.items() if words.search(text)), "")
    if "fault" in found and fault:
        return Intent("fault", fault=fault)
    if "faults" in found:
        return Intent("faults")
    if "recall" in found:
        return Intent("recall", about=tuple(found.intersection(TOOLS)))
    if "story" in found:  # which may be about magic or a fight
        return Intent("story", _calls(text, found - {MAGIC}, sides=20))
    feat = next((feat for feat in FEATS if feat in found), "")
    if feat:
        return Intent(feat, _calls(text, found | {ROLL, MAGIC}, sides=20))
    calls = _calls(text, found, sides=6)
    talk = next((kind for kind in TALK if kind in found), "other")
    return Intent("play", calls) if calls else Intent(talk)


def _calls(text: str, found: set[str], sides: int) -> tuple[Call, ...]:
    """Return a call for each die, the coin and the oracle; ``sides``: if the text has none."""
    dice: list[int] = []
    if ROLL in found:
        dice = [int(each) for n, each in _COUNTED.findall(text) for _ in range(int(n or 1))]
    if ROLL in found and not dice:
        sided, several = _SIDES.search(text), _SEVERAL.search(text)
        number = (_NUMBERS.get(several[1]) or int(several[1])) if several else 1
        dice = [int(sided[1] or sided[2]) if sided else sides] * max(1, number)
    rolls = [Call(ROLL, f'{{"sides":{die}}}', f"d{die}") for die in dice[:MOST_DICE]]
    return (*rolls, *(Call(tool) for tool in (FLIP, MAGIC) if tool in found))
