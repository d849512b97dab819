"""Textual's bindings, made from the table of commands."""

from typing import Protocol, runtime_checkable

from textual.binding import Binding, BindingType
from textual.dom import DOMNode

from tui.dashboard.commands.command import Command, Commands, Scope
from tui.dashboard.commands.command_table import COMMANDS, command_of, key_words

MAIN_SCOPES: tuple[Scope, ...] = ("everywhere", "approval", "outside the prompt")
"""What the main screen's own keys do."""

_AFTER_THE_WIDGET: frozenset[Scope] = frozenset(
    ("outside the prompt", "replay", "prompt", "chat", "tools", "performance")
)
"""Scopes whose keys the widget with the focus may use for itself."""


def bindings_for(scope: Scope, table: Commands = COMMANDS) -> list[BindingType]:
    """The bindings of the widget or screen that has this scope."""
    return [
        _binding(one, action_of(one))
        for one in table
        if one.scope == scope and one.keys and one.action != "-"
    ]


def bindings_of(*ids: str) -> list[BindingType]:
    """Bindings of some commands of the whole dashboard, for a screen on top of it."""
    return [_binding(command_of(COMMANDS, one), one) for one in ids]


def main_bindings(table: Commands = COMMANDS) -> list[BindingType]:
    """The bindings of a program's screen. `check_action` says when an approval can be answered."""
    return [binding for scope in MAIN_SCOPES for binding in bindings_for(scope, table)]


def keymap(commands: Commands, table: Commands = COMMANDS) -> dict[str, str]:
    """For Textual: binding id → keys in force, for bindings that are not as in the table.

    It also names those that share a key with them: Textual drops all bindings of a key when one of
    them moves. No others, since Textual goes through all of these at each key.
    """
    pairs = list(zip(commands, table, strict=True))
    moved = {now.id for now, default in pairs if now.keys != default.keys}
    size = -1
    while len(moved) > size:
        size = len(moved)
        keys = {key for pair in pairs for one in pair if one.id in moved for key in one.keys}
        moved |= {one.id for pair in pairs for one in pair if keys & {*one.keys} and not one.fixed}
    return {one.id: ",".join(one.keys) for one in commands if one.id in moved}


@runtime_checkable
class HasCommands(Protocol):
    """An app that knows the keys in force."""

    commands: Commands


def commands_of(node: DOMNode) -> Commands:
    """The table with the keys in force around a widget."""
    return node.app.commands if isinstance(node.app, HasCommands) else COMMANDS


def key_of(node: DOMNode, id: str) -> str:  # noqa: A002
    """The key of a command, to be named in a sentence on the screen."""
    return key_words(commands_of(node), id)


def action_of(command: Command) -> str:
    """The Textual action that a command's keys are bound to."""
    action = command.action or command.id
    if (
        command.scope in (*MAIN_SCOPES, "replay")
        and action.replace(".", "_").isidentifier()
        and (not action.startswith(("app.", "screen.")))
    ):
        return f"command('{action}')"
    return action


def _binding(command: Command, action: str) -> Binding:
    return Binding(
        ",".join(command.keys),
        action,
        command.title,
        show=False,
        priority=command.scope not in _AFTER_THE_WIDGET,
        id=command.id,
    )
