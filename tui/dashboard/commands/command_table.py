"""Everything a person can do, in one table.

Key bindings, the line of hints, the palette, slash commands, the help and the settings are all made
from it. Importable without Textual.
"""

import msgspec

from tui.dashboard.commands.command import Command, Commands, Scope
from tui.dashboard.commands.key_names import key_in_words
from tui.dashboard.commands.pane_commands import PANE_COMMANDS
from tui.dashboard.commands.screen_commands import SCREEN_COMMANDS

COMMANDS: Commands = (*SCREEN_COMMANDS, *PANE_COMMANDS)


def command_of(commands: Commands, id: str) -> Command:  # noqa: A002
    """The command with this id. Raise KeyError."""
    for command in commands:
        if command.id == id:
            return command
    raise KeyError(id)


def command_for(commands: Commands, scope: Scope, key: str) -> str:
    """The id of the command that a key starts in a scope; "" for none."""
    found = (one.id for one in commands if one.scope == scope and key in one.keys)
    return next(found, "")


def key_words(commands: Commands, id: str) -> str:  # noqa: A002
    """The first key of a command as it is written in a sentence: "ctrl+r" → "Ctrl+R"."""
    return key_in_words(command_of(commands, id).keys[0])


class Entered(msgspec.Struct, frozen=True):
    """What the person typed after "/": a known command with its argument, or an unknown word."""

    word: str
    argument: str
    command: Command | None


def parse_slash(text: str, commands: Commands = COMMANDS) -> Entered | None:
    """None when the text is a message for the agent: no "/", or a path such as /etc/hosts."""
    if not text.startswith("/") or "\n" in text.strip():
        return None
    word, _, argument = text[1:].strip().partition(" ")
    if not word or "/" in word or text[1].isspace():
        return None
    return Entered(
        word=word, argument=argument.strip(), command=by_slash(commands).get(word.lower())
    )


def by_slash(commands: Commands = COMMANDS) -> dict[str, Command]:
    """The commands that the prompt offers, by the word after "/"."""
    return {command.slash: command for command in commands if command.slash}


def message_in(text: str) -> str:
    """What a typed text says as a message: in front of what reads as a command, "//" is "/"."""
    doubled = text.startswith("//") and parse_slash(text[1:]) is not None
    return text[1:] if doubled else text


def as_typed(message: str) -> str:
    """A message as it has to be typed."""
    return f"/{message}" if parse_slash(message) is not None else message
