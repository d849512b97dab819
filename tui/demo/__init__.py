"""The built-in Game Master: what `streamtui` runs when no agent is named.

Importing this package loads no SDK, so that the UI can read `tui.demo.faults`; `build` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents import Agent

    from tui.demo.pace import Pace


def build(*, scripted: bool, seed: int | None = None, pace: Pace | None = None) -> Agent[None]:
    """Give the Game Master, with the Storyteller as its handoff.

    ``scripted``: both carry a `ScriptedGameModel` and use no network; otherwise they name no model
    and run on whatever the SDK is set to. The same ``seed`` and the same prompts give the same
    dice and the same words. ``pace``: how time passes between two tokens.
    """
    from tui.demo.agent import game_master  # noqa: PLC0415 -- loads the SDK, which the UI must not

    return game_master(scripted=scripted, seed=seed, pace=pace)
