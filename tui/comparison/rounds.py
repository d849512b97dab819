"""One prompt in all columns, and what came of it."""

from collections.abc import Sequence
from itertools import zip_longest

import msgspec

from tui.comparison.column_figures import ColumnFigures, ended_figures
from tui.stream.run_facts import RunFacts


class Played(msgspec.Struct, frozen=True):
    """A run of a recording that has ended."""

    prompt: str
    wall: float
    facts: RunFacts


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """``results``: of each column, in their order; None while it runs."""

    number: int
    """Counts the prompts from 1."""
    prompt: str
    wall: float
    """When it was sent, in Unix seconds."""
    results: tuple[RunFacts | None, ...]

    @property
    def ended(self) -> bool:
        return all(result is not None for result in self.results)

    @property
    def figures(self) -> tuple[ColumnFigures, ...]:
        """Of each column; empty ones while it runs."""
        return tuple(ColumnFigures() if one is None else ended_figures(one) for one in self.results)


def recorded_rounds(columns: Sequence[Sequence[Played]]) -> list[Round]:
    """The first run of each recording side by side, the second, and so on."""
    found = []
    for number, runs in enumerate(zip_longest(*columns), 1):
        known = [run for run in runs if run is not None]
        found.append(
            Round(
                number=number,
                prompt=known[0].prompt,
                wall=known[0].wall,
                results=tuple(None if run is None else run.facts for run in runs),
            )
        )
    return found
