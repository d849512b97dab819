"""What of a problem anyone may read: no path, no traceback, no advice to who runs the service."""

import re
from typing import Final

from msgspec.structs import replace

from tui.core.metrics import Figures, TurnFigures
from tui.protocol.events import Problem

_PATH: Final = re.compile(r"(?<![\w:/.])(?:~|[A-Za-z]:)?(?:[/\\][\w.@+-]+)+")
"""An absolute path, or the part of an address after its host."""

_SEPARATORS: Final = re.compile(r"[/\\]")
_MOST: Final = 2_000
"""Characters: a message is for people."""


def public_text(text: str) -> str:
    """The text with the names of files instead of their paths, and its first line only."""
    line = text.strip().partition("\n")[0][:_MOST]
    return _PATH.sub(_name, line)


def public_problem(problem: Problem) -> Problem:
    """What it is, and nothing of where."""
    return replace(
        problem, message=public_text(problem.message), advice="", detail="", request_id=""
    )


def public_turn(turn: TurnFigures) -> TurnFigures:
    return turn if turn.problem is None else replace(turn, problem=public_problem(turn.problem))


def public_figures(figures: Figures) -> Figures:
    """The figures, with problems as `public_problem` tells them."""
    state = figures.state
    problem = None if state.problem is None else public_problem(state.problem)
    return replace(
        figures,
        state=replace(state, problem=problem, place=""),
        turn=None if figures.turn is None else public_turn(figures.turn),
        turns=tuple(map(public_turn, figures.turns)),
    )


def _name(path: re.Match[str]) -> str:
    parts = [part for part in _SEPARATORS.split(path[0]) if part]
    return path[0] if len(parts) == 1 else parts[-1]
