"""What the Game Master remembers: told from the tool outputs in the history, never invented."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from random import Random

from tui.demo.conversation import FLIP, MAGIC, ROLL, Conversation, Use
from tui.demo.language import Language
from tui.demo.phrases import PHRASES, say
from tui.demo.phrases.oracle import translated

LONGEST_QUOTE = 120


def told(
    language: Language, conversation: Conversation, random: Random, about: AbstractSet[str]
) -> str:
    """Tell the rolls ("dice"), the last "coin", the oracle's last "magic" and the last "words"."""
    tellers = {"dice": _rolls, "coin": _coin, "magic": _oracle}
    said = [
        text
        for kind, tell in tellers.items()
        if kind in about
        for text in tell(language, conversation, random)
    ]
    if not said and about - {"words"}:
        said.append(say(language, "recall.none", random))
    quotable = len(conversation.prompts) > 1 and "recall.prompt" in PHRASES[language]
    if "words" in about and quotable:
        quoted = " ".join(conversation.prompts[-2].split())[:LONGEST_QUOTE]
        said.append(say(language, "recall.prompt", random, prompt=quoted))
    return "\n\n".join(said) or say(language, "recall.none", random)


def counted(language: Language, conversation: Conversation, random: Random) -> str:
    """Give a Markdown table of everything that was rolled, flipped and asked."""
    rolls = _known(conversation, ROLL)
    rows = (
        ("stats.rolls", [_roll(use) for use in rolls]),
        ("stats.coins", [_side(language, use, random) for use in _known(conversation, FLIP)]),
        ("stats.magic", [_answer(language, use) for use in _known(conversation, MAGIC)]),
    )
    table = say(language, "stats.head", random) + "".join(
        f"| {say(language, key, random)} | {len(shown)} | {', '.join(shown) or '—'} |\n"
        for key, shown in rows
    )
    numbers = [use.rolled or 0 for use in rolls]
    if not numbers:
        return table
    average = round(sum(numbers) / len(numbers), 1)
    return table + say(language, "stats.average", random, average=average, best=max(numbers))


def named(language: Language, conversation: Conversation, random: Random) -> str:
    """Greet a name that was just given, or tell the one that is known."""
    if not conversation.name:
        return say(language, "name.unknown", random)
    just_given = Conversation(prompts=(conversation.prompt,)).name
    key = "name.met" if just_given else "name.known"
    return say(language, key, random, name=conversation.name)


def last_roll(conversation: Conversation) -> Use | None:
    """Give the latest roll whose result is known."""
    rolls = _known(conversation, ROLL)
    return rolls[-1] if rolls else None


def _known(conversation: Conversation, tool: str) -> Sequence[Use]:
    return [
        use
        for use in conversation.uses
        if use.tool == tool and (use.rolled is not None if tool == ROLL else use.output is not None)
    ]


def _rolls(language: Language, conversation: Conversation, random: Random) -> list[str]:
    rolls = [_roll(use) for use in _known(conversation, ROLL)]
    if not rolls:
        return []
    said = [say(language, "recall.rolls", random, last=rolls[-1])]
    if len(rolls) > 1 and "recall.all" in PHRASES[language]:
        said.append(say(language, "recall.all", random, list=", ".join(rolls)))
    return said


def _coin(language: Language, conversation: Conversation, random: Random) -> list[str]:
    flips = _known(conversation, FLIP)
    sides = [_side(language, use, random) for use in flips[-1:]]
    return [say(language, "recall.coin", random, side=side) for side in sides]


def _oracle(language: Language, conversation: Conversation, random: Random) -> list[str]:
    answers = [_answer(language, use) for use in _known(conversation, MAGIC)[-1:]]
    if "recall.magic" not in PHRASES[language]:
        return []
    return [say(language, "recall.magic", random, answer=answer) for answer in answers]


def _roll(use: Use) -> str:
    return f"{use.rolled} (d{use.sides})"


def _side(language: Language, use: Use, random: Random) -> str:
    return say(language, use.output, random) if use.output in ("heads", "tails") else "?"


def _answer(language: Language, use: Use) -> str:
    return translated(use.output or "", language)
