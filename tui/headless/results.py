"""What is known of a run when it has ended."""

from typing import Literal

import msgspec

from tui.core.conversation import ToolState
from tui.core.metrics import AttemptFigures, TurnFigures
from tui.headless.prompts import Prompt
from tui.protocol.events import Problem

Outcome = Literal["ok", "failed", "cancelled"]


class Job(msgspec.Struct, frozen=True):
    """One prompt to run once. ``round`` counts its repetitions from 1; 0 is a warm-up."""

    number: int
    """Numbers all jobs from 1, in the order in which they begin."""
    prompt: Prompt
    round: int = 1

    @property
    def is_warm_up(self) -> bool:
        return self.round == 0

    @property
    def name(self) -> str:
        """The prompt's id, with the round from the second one on."""
        return self.prompt.id if self.round <= 1 else f"{self.prompt.id} #{self.round}"


class ToolResult(msgspec.Struct, frozen=True, kw_only=True):
    """One tool call. ``seconds`` is None if its code never ran."""

    name: str
    agent: str
    state: ToolState
    seconds: float | None
    arguments: str
    output: str


class RunResult(msgspec.Struct, frozen=True, kw_only=True):
    """A run that has ended."""

    job: Job
    outcome: Outcome
    problem: Problem | None
    """Why it failed."""
    answer: str
    """The final output, or what was said until it was cut off."""
    session: str
    """The stored session; "" if it is not stored."""
    attempts: tuple[AttemptFigures, ...]
    tools: tuple[ToolResult, ...]
    turn: TurnFigures | None
    """None if it never began."""
