"""What the help says, made from the command table and the glossary."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tui.core.metrics import Figure
from tui.core.metrics.figure import UNAVAILABLE
from tui.core.metrics.figure_text import share_text
from tui.dashboard.commands.command import PLACES, Command, Commands
from tui.dashboard.commands.command_table import COMMANDS
from tui.dashboard.commands.key_names import key_name
from tui.dashboard.reports.glossary import GLOSSARY

Rows = list[tuple[str, str]]


def help_body(
    estimate_error: Figure = UNAVAILABLE, commands: Commands = COMMANDS
) -> RenderableType:
    """Keys, slash commands and the meaning of every figure.

    ``estimate_error``: the share by which live estimates of tokens were off, if known;
    ``commands``: with the keys in force.
    """
    words = [
        (f"/{command.slash} {command.argument}".strip(), command.help)
        for command in commands
        if command.slash
    ]
    return Group(
        *_keys(commands),
        *_section("Commands in the prompt", words),
        *_section("Figures", [*GLOSSARY, *_estimates(estimate_error)]),
    )


def _keys(commands: Commands) -> Iterator[RenderableType]:
    for scope, place in PLACES.items():
        rows = [
            (_keys_of(command, commands), command.help)
            for command in commands
            if command.scope == scope and command.keys and not command.alias_of
        ]
        if rows:
            yield from _section(f"Keys {place}", rows)


def _estimates(off: Figure) -> Rows:
    if not off.known:
        return []
    text = f"The live estimate was off by {share_text(off.value)} on average in this session."
    return [("estimates", text)]


def _keys_of(command: Command, commands: Commands) -> str:
    aliases = [one for one in commands if one.alias_of == command.id]
    return "  ".join(key_name(key) for one in (command, *aliases) for key in one.keys)


def _section(title: str, rows: Rows) -> tuple[RenderableType, RenderableType]:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="bold", min_width=11, max_width=24)
    table.add_column(ratio=1)
    for name, meaning in rows:
        table.add_row(Text(name), Text(meaning))
    return Text(f"\n{title}", "bold underline"), table
