"""The bottom line: the most important keys."""

from rich.text import Text

from tui.dashboard.commands.command import Commands
from tui.dashboard.commands.command_table import COMMANDS
from tui.dashboard.commands.key_names import key_name
from tui.dashboard.textual_internals.sizing import Words


class Hints(Words):
    """Key and word of each command that has a hint; dim if it cannot be used now."""

    def __init__(self, commands: Commands = COMMANDS, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, markup=False)
        self._commands = commands
        self._shown: tuple[bool, bool] | None = None

    def on_mount(self) -> None:
        self.show(running=False, can_retry=False)

    def show(self, *, running: bool, can_retry: bool) -> None:
        """Show what can be used in this state."""
        if (running, can_retry) == self._shown:
            return
        self._shown = (running, can_retry)
        line = Text(no_wrap=True, overflow="ellipsis")
        for command in self._commands:
            if command.hint:
                usable = {"escape": running, "retry": can_retry}.get(command.id, True)
                line.append(f" {key_name(command.keys[0])}", "bold" if usable else "dim")
                line.append(f" {command.hint} ", "" if usable else "dim")
        self.update(line)
