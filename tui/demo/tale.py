"""The Storyteller's tale, in which the dice of the conversation have their place."""

from random import Random

from tui.demo.conversation import Conversation
from tui.demo.language import Language
from tui.demo.phrases import say
from tui.demo.phrases.tales import HEROES, KNOWN, TALES, THOUGHTS
from tui.demo.recollection import last_roll


def thought(language: Language, conversation: Conversation) -> str:
    """Say what of the conversation will be in the tale."""
    roll = last_roll(conversation)
    told = THOUGHTS["rolled" if roll else "none"].get(language, THOUGHTS["none"]["en"])
    return told.format(n=roll.rolled if roll else "")


def told(language: Language, conversation: Conversation, random: Random) -> str:
    """Give a tale in Markdown: headings, a quotation and a list."""
    if language not in TALES:
        return say(language, "story", random, known=_briefly_known(language, conversation, random))
    hero = conversation.name or random.choice(HEROES[language])
    known = _known(language, conversation)
    return "".join(
        random.choice(alternatives).format(hero=hero, known=known)
        for alternatives in TALES[language]
    )


def _known(language: Language, conversation: Conversation) -> str:
    roll = last_roll(conversation)
    if roll is None:
        return KNOWN["none"][language]
    luck = "high" if (roll.rolled or 0) * 2 > roll.sides else "low"
    return KNOWN[luck][language].format(n=roll.rolled, sides=roll.sides)


def _briefly_known(language: Language, conversation: Conversation, random: Random) -> str:
    roll = last_roll(conversation)
    return say(language, "known", random, n=roll.rolled) if roll else ""
