"""The keys that every screen on top of the dashboard has: close, quit, suspend."""

from typing import ClassVar

from textual.binding import BindingType
from textual.screen import ModalScreen, ScreenResultType

from tui.dashboard.commands.bindings import bindings_of
from tui.dashboard.commands.command import ON_TOP
from tui.dashboard.notices.notice_line import NoticeLine


class Modal(ModalScreen[ScreenResultType]):
    """The keys for cancel and for interrupt close it, and cancel nothing behind it.

    Those for quit and suspend do as always.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings_of(*ON_TOP)

    def on_mount(self) -> None:
        self.mount(NoticeLine())

    def action_escape(self) -> None:
        """Close without an answer."""
        self.dismiss(None)

    def action_interrupt(self) -> None:
        self.dismiss(None)

    async def action_quit(self) -> None:
        """Close this, then quit as on the dashboard."""
        await self.dismiss(None)
        await self.app.run_action("screen.command('quit')")

    def action_suspend(self) -> None:
        self.app.action_suspend_process()
