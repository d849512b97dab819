"""What is known of a run when it has ended."""

import msgspec

from tui.headless.prompts import Prompt
from tui.stream.run_facts import RunFacts


class Job(msgspec.Struct, frozen=True):
    """One prompt to run once. ``round`` counts its repetitions from 1; 0 is a warm-up."""

    number: int
    """Numbers all jobs from 1, in the order in which they begin."""
    prompt: Prompt
    round: int = 1
    run: str = ""
    """The run's id in its session, as in its events; "" until it is known."""

    @property
    def is_warm_up(self) -> bool:
        return self.round == 0

    @property
    def name(self) -> str:
        """The prompt's id, with the round from the second one on."""
        return self.prompt.id if self.round <= 1 else f"{self.prompt.id} #{self.round}"


class RunResult(RunFacts, frozen=True, kw_only=True):
    """A run of a batch that has ended."""

    job: Job
    session: str
    """The stored session; "" if it is not stored."""
