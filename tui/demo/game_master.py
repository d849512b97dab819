"""The Game Master with its tools, and the Storyteller; on a script or on a real model."""

from random import Random, SystemRandom
from typing import Any

from agents import Agent, RunContextWrapper, Tool, function_tool, handoff

from tui.demo.languages import ENGLISH
from tui.demo.scripted_model import ScriptedModel
from tui.demo.token_pace import Pace, no_waiting

MASTER = """\
You are the Game Master of a light-hearted fantasy role-playing game in a terminal.

- Never invent a random result: call roll_dice (a d20 when a hero tries something and no die is \
named), flip_coin or, for a question of fate, magic_answer. Call several tools in one step when \
none needs another's result.
- Attempts succeed on 10 or more. Say the number first, in bold, then what happens. Report exactly \
what the tools returned; when a tool fails, say so.
- Hand off to the Storyteller when the user asks for a story, a tale or a legend.
- Answer in the user's language, in two to five sentences of Markdown, with a table for rules or \
statistics and a fenced block for code. End by asking what the hero does next.
"""
STORYTELLER = """\
You are the Storyteller at the Game Master's table. Tell a tale of 250 to 400 words in Markdown, \
in the user's language: a title, two or three headings, one quotation and one list. Give the dice, \
coins and oracle answers of this conversation a part in it. Hand back to the Game Master for \
anything but stories.
"""


def game_master(*, scripted: bool, seed: int | None, pace: Pace | None) -> Agent[None]:
    """Return the Game Master; see `tui.demo.build`."""
    seed = SystemRandom().getrandbits(32) if seed is None else seed
    pace = pace or Pace(random=Random(seed))  # noqa: S311 -- jitter
    storyteller = Agent[None](
        name="Storyteller",
        instructions=STORYTELLER,
        handoff_description="Tells a tale in which the game's dice play a part.",
        model=ScriptedModel("storyteller", seed=seed, pace=pace) if scripted else None,
    )
    master = Agent[None](
        name="Game Master",
        instructions=MASTER,
        handoff_description="Rolls dice, flips coins, asks the oracle and knows the rules.",
        tools=_tools(Random(seed), pace if scripted else no_waiting()),  # noqa: S311 -- dice
        handoffs=[handoff(storyteller)],
        model=ScriptedModel("master", seed=seed, pace=pace) if scripted else None,
    )
    storyteller.handoffs.append(handoff(master))
    return master


def _explain(_context: RunContextWrapper[Any], error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _tools(chance: Random, pace: Pace) -> list[Tool]:
    @function_tool(failure_error_function=_explain)
    async def roll_dice(sides: int) -> int:
        """Roll one die with the given number of sides, 2 or more, and return the number on top."""
        if sides < 2:
            raise ValueError(f"a die needs at least 2 sides, not {sides}")
        await pace.pause(0.15, 0.6)
        return chance.randint(1, sides)

    @function_tool
    async def flip_coin() -> str:
        """Flip a coin and return "heads" or "tails"."""
        await pace.pause(0.1, 0.35)
        return chance.choice(ENGLISH.results["flip_coin"])

    @function_tool
    async def magic_answer() -> str:
        """Ask the oracle a yes-or-no question and return its answer."""
        await pace.pause(0.4, 1.1)
        return chance.choice(ENGLISH.results["magic_answer"])

    return [roll_dice, flip_coin, magic_answer]
