"""The built-in Game Master: what `streamtui` runs when no agent is named.

Importing this package loads no SDK, so that the UI can read `tui.demo.faults`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agents import Agent

    from tui.demo.token_pace import Pace


def build(*, scripted: bool, seed: int | None = None, pace: Pace | None = None) -> Agent[None]:
    """Return the Game Master, with the Storyteller as its handoff.

    ``scripted``: both use a `ScriptedModel` and no network; otherwise they run on the SDK's
    default model. The same ``seed`` and the same prompts give the same dice and the same words.
    """
    from tui.demo.game_master import game_master  # noqa: PLC0415 -- loads the SDK

    return game_master(scripted=scripted, seed=seed, pace=pace)
