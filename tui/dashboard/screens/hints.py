"""The bottom line: the most important keys; in a low terminal, notices take their place."""

from functools import cached_property

from rich.cells import cell_len
from rich.text import Text

from tui.dashboard.commands.command import Command, Commands, Scope
from tui.dashboard.commands.command_table import COMMANDS
from tui.dashboard.commands.key_names import key_name
from tui.dashboard.textual_internals.sizing import Words

_STATE = ("escape", "retry")
"""Ids of commands that come first, and are left out if they cannot be used now."""

_PANES: tuple[Scope, ...] = ("chat", "tools", "performance")
"""Scopes whose commands are shown only while their pane has the focus."""


class Hints(Words):
    """Key and word of each command that has a hint, as far as they can be used here.

    What does not fit is left out whole.
    """

    def __init__(self, commands: Commands = COMMANDS, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, markup=False)
        self._commands = commands
        self._shown: tuple[bool, bool] | None = None
        self._pane = ""
        self._asks = False
        self._line = Text()
        self._notice = Text()

    def on_mount(self) -> None:
        self.show(running=False, can_retry=False)

    def show(self, *, running: bool, can_retry: bool) -> None:
        """Show what can be used in this state."""
        if (running, can_retry) == self._shown:
            return
        self._shown = (running, can_retry)
        self._write()

    def go_to(self, pane: str) -> None:
        """Show what can be done in this pane, which has the focus now; "": in the prompt."""
        if pane != self._pane:
            self._pane = pane
            self._write()

    def ask(self, *, asks: bool) -> None:
        """Say whether a tool asks for approval: its keys mean nothing else then."""
        if asks != self._asks:
            self._asks = asks
            self._write()

    def notice(self, line: Text) -> None:
        """Show a line of the notices instead, if they have no line of their own."""
        self._notice = line
        self._write()

    def on_resize(self) -> None:
        self._write()

    def _write(self) -> None:
        line = self._notice if self._notice and self.screen.has_class("-short") else self._keys()
        if line != self._line:
            self._line = line
            self.update(line, layout=False)

    def _keys(self) -> Text:
        line = Text(no_wrap=True)
        # Before the first layout there is no width yet, and all are drawn.
        room = self.size.width or 10_000
        for command in sorted(self._commands, key=self._rank):
            if not self._is_usable(command):
                continue
            key, word = key_name(command.keys[0]), f" {command.hint} "
            if line.cell_len + cell_len(f" {key}{word}") > room:
                continue
            line.append(f" {key}", "bold").append(word)
            if command.id in _STATE:
                # One takes the place of the other: what follows stays where it is.
                line.pad_right(self._widest - line.cell_len)
        return line

    def _is_usable(self, command: Command) -> bool:
        if not command.hint or not command.keys:
            return False
        running, can_retry = self._shown or (False, False)
        if command.scope in _PANES:
            taken = self._asks and any(
                command.keys[0] in one.keys for one in self._commands if one.scope == "approval"
            )
            return command.scope == self._pane and not taken
        return {"escape": running, "retry": can_retry}.get(command.id, True)

    @cached_property
    def _widest(self) -> int:
        """The columns of the widest key that depends on the state, with its word."""
        return max(
            cell_len(f" {key_name(one.keys[0])} {one.hint} ")
            for one in self._commands
            if one.id in _STATE and one.keys
        )

    def _rank(self, command: Command) -> int:
        """What can be done now, then here, then anywhere."""
        return 0 if command.id in _STATE else 1 if command.scope in _PANES else 2
