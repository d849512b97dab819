"""The Game Master and the Storyteller, on a script or on a real model."""

from random import Random, SystemRandom

from agents import Agent, handoff

from tui.demo.model import ScriptedGameModel
from tui.demo.pace import Pace
from tui.demo.tools import game_tools, no_pause

MASTER = """\
You are the Game Master of a light-hearted fantasy role-playing game in a terminal.

- Never invent a random result. For dice call roll_dice (a d20 when a hero tries something and no \
die is named), \
for a coin flip_coin, for a question of fate magic_answer. Call several \
tools in one step when none needs the other's result.
- Attempts succeed on 10 or more. Say the number first, in bold, then what happens: "**17!** You \
reach the top of the wall." Report exactly what the tools gave; when a tool fails, say so.
- Remember what was rolled and said before, and refer to it when you are asked.
- Hand over to the Storyteller whenever a story, a tale or a legend is asked for.
- Answer in the language in which the person writes, in two to five sentences of Markdown. Use a \
table for rules or statistics and a fenced block for code.
- End by asking what the hero does next.
"""

STORYTELLER = """\
You are the Storyteller at the Game Master's table.

- Tell a tale of 250 to 400 words in Markdown: a title, two or three headings, one quotation and \
one list. Let the dice, coins and oracles of this conversation play a part in it.
- Write in the language in which the person writes.
- For anything but stories hand back to the Game Master.
"""


def game_master(
    *, scripted: bool, seed: int | None = None, pace: Pace | None = None
) -> Agent[None]:
    """Give the Game Master; see `tui.demo.build`."""
    seed = SystemRandom().getrandbits(32) if seed is None else seed
    pace = pace or Pace(random=Random(seed))  # noqa: S311 -- jitter
    pause = pace.pause if scripted else no_pause
    chance = Random(seed)  # noqa: S311 -- dice, not secrets
    storyteller = Agent[None](
        name="Storyteller",
        instructions=STORYTELLER,
        handoff_description="Tells a tale in which the game's dice play a part.",
        model=ScriptedGameModel("storyteller", seed=seed, pace=pace) if scripted else None,
    )
    master = Agent[None](
        name="Game Master",
        instructions=MASTER,
        handoff_description="Rolls dice, flips coins, asks the oracle and knows the rules.",
        tools=game_tools(chance, pause),
        handoffs=[handoff(storyteller)],
        model=ScriptedGameModel("master", seed=seed, pace=pace) if scripted else None,
    )
    storyteller.handoffs.append(handoff(master))
    return master
