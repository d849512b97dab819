"""What the palette offers: the commands of the table with their keys."""

from __future__ import annotations

from collections.abc import Iterable

from tui.dashboard.commands.command import Command, Commands
from tui.dashboard.commands.command_ranking import Choice
from tui.dashboard.commands.key_names import key_in_words
from tui.dashboard.windows.chooser import Chooser

RECENT_FILE = "recent-commands.json"


def palette(commands: Commands, recent: list[str]) -> Chooser:
    """The window; ``commands`` are those of the screen below it, with the keys in force."""
    return Chooser("Commands", list(command_choices(commands)), recent)


def command_choices(commands: Commands) -> Iterable[Choice]:
    """The commands that can be chosen by their name."""
    for command in commands:
        if command.palette:
            yield Choice(
                id=command.id,
                title=command.title,
                keys=_keys(command),
                help=command.help,
                aliases=(command.slash,) if command.slash else (),
            )


def _keys(command: Command) -> tuple[str, ...]:
    keys = tuple(map(key_in_words, command.keys))
    return (f"/{command.slash}", *keys) if command.slash else keys
