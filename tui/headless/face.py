"""What follows the runs as they happen. Every method may be left as it is: it does nothing."""

from collections.abc import Sequence

from tui.core.conversation import Step
from tui.headless.connection_counts import ConnectionCounts
from tui.headless.results import Job, RunResult
from tui.protocol.events import Event


class Face:
    """Everything it gets is cleaned, and keys in it are masked."""

    def began(self, job: Job) -> None:
        """A run begins."""

    def advanced(self, job: Job, steps: Sequence[Step]) -> None:
        """Something happened in a run; consecutive deltas are joined."""

    def received(self, job: Job, batch: Sequence[Event]) -> None:
        """The same as plain events, each delta apart."""

    def connected(self, counts: ConnectionCounts) -> None:
        """Connections were opened or closed, or answers began or ended, in any worker."""

    def aside(self, event: Event) -> None:
        """Something happened in a worker that belongs to no single run."""

    def ended(self, result: RunResult) -> None:
        """A run has ended."""
