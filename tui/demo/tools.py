"""The Game Master's tools."""

from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

from agents import RunContextWrapper, Tool, function_tool

from tui.demo.phrases.oracle import ANSWERS

Pause = Callable[[float, float], Awaitable[None]]
"""Lets a time between two bounds pass, in seconds."""

FEWEST_SIDES = 2


async def no_pause(_shortest: float, _longest: float) -> None:
    """Let no time pass."""


def _explained(_context: RunContextWrapper[Any], error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def game_tools(chance: Random, pause: Pause = no_pause) -> list[Tool]:
    """Give ``roll_dice``, ``flip_coin`` and ``magic_answer``; ``pause`` is how long they take."""

    @function_tool(failure_error_function=_explained)
    async def roll_dice(sides: int) -> int:
        """Roll one die and give the number that lies on top.

        Args:
            sides: How many sides the die has, 2 or more.

        """
        if sides < FEWEST_SIDES:
            raise ValueError(f"a die needs at least {FEWEST_SIDES} sides, not {sides}")
        await pause(0.15, 0.6)
        return chance.randint(1, sides)

    @function_tool
    async def flip_coin() -> str:
        """Flip a coin and give "heads" or "tails"."""
        await pause(0.1, 0.35)
        return chance.choice(("heads", "tails"))

    @function_tool
    async def magic_answer() -> str:
        """Ask the oracle a yes-or-no question and give its answer."""
        await pause(0.4, 1.1)
        return chance.choice(tuple(ANSWERS))

    return [roll_dice, flip_coin, magic_answer]
