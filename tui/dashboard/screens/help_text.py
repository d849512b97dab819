"""What the help screen says, made from the command table and the glossary."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tui.core.metrics import Figure
from tui.core.metrics.figure import UNAVAILABLE
from tui.dashboard.command_table import ALIASES, COMMANDS, PROMPT_KEYS, Command, Commands, key_name
from tui.dashboard.performance.value_text import share_text
from tui.dashboard.screens.glossary import GLOSSARY


def help_body(
    estimate_error: Figure = UNAVAILABLE, commands: Commands = COMMANDS
) -> RenderableType:
    """Keys, slash commands and the meaning of every figure.

    ``estimate_error``: by which share the live estimates of tokens were off, where that is known;
    ``commands``: with the keys that they have now.
    """
    return Group(
        _heading("Keys"),
        _table([(_keys(command), command.help) for command in commands if command.keys]),
        _table(list(PROMPT_KEYS)),
        _heading("Commands in the prompt"),
        _table(
            [
                (f"/{command.slash} {command.argument}".strip(), command.help)
                for command in commands
                if command.slash
            ]
        ),
        _heading("Figures"),
        _table([*GLOSSARY, *_estimates(estimate_error)]),
    )


def _estimates(off: Figure) -> list[tuple[str, str]]:
    if not off.known:
        return []
    text = f"The live estimate was off by {share_text(off.value)} on average in this session."
    return [("estimates", text)]


def _keys(command: Command) -> str:
    others = [key for key, target in ALIASES.items() if target == command.id]
    return "  ".join(key_name(key) for key in (*command.keys, *others))


def _heading(text: str) -> Text:
    return Text(f"\n{text}", "bold underline")


def _table(rows: list[tuple[str, str]]) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=False, max_width=24)
    table.add_column(ratio=1)
    for name, meaning in rows:
        table.add_row(Text(name), Text(meaning))
    return table
