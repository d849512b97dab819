"""Supervisors for tests of the screen."""

from collections.abc import Sequence

from tui.protocol.commands import Command
from tui.stream.supervisor import Supervisor


class RecordingSupervisor(Supervisor):
    """Starts its worker, and keeps the commands for the test instead of sending them."""

    def __init__(self, argv: Sequence[str]) -> None:
        super().__init__(argv)
        self.sent: list[Command] = []

    def send(self, command: Command) -> bool:
        self.sent.append(command)
        return True
