"""What every screen on top of the dashboard leaves to the person: to get away, and to quit."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen, ScreenResultType


class Modal(ModalScreen[ScreenResultType]):
    """Ctrl+C closes it, Ctrl+Q quits as everywhere, Ctrl+Z suspends."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "put_away", "Close", show=False, priority=True),
        Binding("ctrl+q", "quit_program", "Quit", show=False, priority=True),
        Binding("ctrl+z", "app.suspend_process", "Suspend", show=False, priority=True),
    ]

    def action_put_away(self) -> None:
        """Close without an answer."""
        self.dismiss(None)

    async def action_quit_program(self) -> None:
        """Put this away and do what the key does on the dashboard."""
        await self.dismiss(None)
        await self.app.run_action("screen.command('quit')")
