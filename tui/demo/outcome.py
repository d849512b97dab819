"""What the Game Master says once the tools have answered: their real outputs and no others."""

from collections.abc import Sequence
from random import Random

from tui.demo.conversation import FLIP, MAGIC, ROLL, Use
from tui.demo.intents import Wish
from tui.demo.language import Language
from tui.demo.phrases import PHRASES, say
from tui.demo.phrases.oracle import translated

DIFFICULTY = 10


def results(uses: Sequence[Use]) -> str:
    """List calls and results for a thought: "roll_dice(20) → 17, flip_coin() → heads"."""
    return ", ".join(
        f"{use.tool}({use.sides or ''}) → {use.output or '?'}".replace("\n", " ") for use in uses
    )


def told(language: Language, random: Random, wish: Wish, uses: Sequence[Use]) -> str:
    """Tell what came of a turn's tool calls, the dice first."""
    rolls = [use for use in uses if use.rolled is not None]
    said = [_dice(language, random, wish, rolls)] if rolls else []
    said += [text for use in uses if (text := _other(language, random, use))]
    return "\n\n".join(said)


def verdict(roll: int, sides: int) -> str:
    """Give "best", "worst", "high" or "low"."""
    if roll >= sides:
        return "best"
    if roll <= 1:
        return "worst"
    return "high" if roll * 2 > sides else "low"


def _dice(language: Language, random: Random, wish: Wish, rolls: Sequence[Use]) -> str:
    numbers = [use.rolled or 0 for use in rolls]
    feat = f"feat.{wish.feat}.{'yes' if numbers[0] >= DIFFICULTY else 'no'}"
    if len(rolls) > 1:
        listed = ", ".join(map(str, numbers))
        return say(language, "roll.many", random, list=listed, total=sum(numbers))
    if wish.feat and feat in PHRASES[language]:
        return say(language, feat, random, n=numbers[0])
    key = f"roll.{verdict(numbers[0], rolls[0].sides)}"
    return say(language, key, random, n=numbers[0], sides=rolls[0].sides)


def _other(language: Language, random: Random, use: Use) -> str:
    if use.rolled is not None:
        return ""
    if use.output is None:
        return say(language, "tool.silent", random)
    if use.tool == FLIP and use.output in ("heads", "tails"):
        return say(language, f"coin.{use.output}", random)
    if use.tool == MAGIC and translated(use.output, "vi") != use.output:
        return say(language, "magic", random, answer=translated(use.output, language))
    failed = use.tool in (ROLL, FLIP, MAGIC)
    error = use.output.replace("\n", "\n> ")
    return say(language, "tool.failed", random, error=error) if failed else ""
