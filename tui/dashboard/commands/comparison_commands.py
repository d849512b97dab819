"""Everything a person can do in a comparison: a table of its own. Importable without Textual."""

from msgspec.structs import replace

from tui.dashboard.commands.command import Command, Commands
from tui.dashboard.commands.command_table import COMMANDS, command_of

COLUMN_KEYS = ("f2", "f3", "f4", "f6")
"""Of the columns from the left; F5 is a key of retry."""


def _column(number: int) -> Command:
    return Command(
        id=f"compare.column_{number}",
        title=f"Column {number}",
        keys=(COLUMN_KEYS[number - 1],),
        help=f"Go to column {number}. Press again to maximise or restore it.",
        palette=True,
    )


def _letter(number: int) -> Command:
    return Command(
        id=f"letter.compare.column_{number}",
        title=f"Column {number}",
        scope="outside the prompt",
        keys=(str(number),),
        action=f"compare.column_{number}",
        alias_of=f"compare.column_{number}",
        help=f"Go to column {number}.",
    )


def _shared(id: str, **changes: str) -> Command:  # noqa: A002
    """A command of the dashboard, perhaps with other words; its keys are set together."""
    command = command_of(COMMANDS, id)
    return replace(command, **changes) if changes else command


_NUMBERS = range(1, len(COLUMN_KEYS) + 1)

COMPARISON_COMMANDS: Commands = (
    _shared(
        "escape",
        title="Cancel all",
        hint="cancel all",
        help="Close what is open. Otherwise cancel the runs of all columns; when nothing runs, go "
        "to the prompt. If a tool does not stop, press it again to restart the agents' processes.",
    ),
    _shared(
        "interrupt",
        help="Copy the selected text. Without a selection: cancel the runs of all columns, or "
        "clear the prompt. Press it twice to quit.",
    ),
    _shared(
        "retry",
        help="In a column: retry its run, as in the dashboard. In the prompt: continue all columns "
        "that failed or were cancelled; if none did, undo the last prompt and run it again in all.",
    ),
    _shared(
        "reload",
        help="In a column: load its agent's code again in a new process. In the prompt: in all "
        "columns. The conversations stay.",
    ),
    Command(
        id="compare.cancel_column", title="Cancel this column", scope="outside the prompt",
        keys=("x",), hint="cancel column", palette=True,
        help="Cancel the run of the column that you are in. The others continue.",
    ),
    Command(
        id="compare.differences", title="Differences", scope="outside the prompt",
        keys=("d",), slash="differences", hint="differences", palette=True,
        help="Show the figures of the last prompt side by side.",
    ),
    Command(
        id="compare.report", title="Write the report", scope="outside the prompt",
        keys=("w",), slash="export", argument="path.md or path.json", hint="report", palette=True,
        help="Write what was compared to a new file: as Markdown, or as JSON.",
    ),
    Command(
        id="compare.pause", title="Pause recordings", scope="outside the prompt",
        keys=("p",), palette=True,
        help="Pause or resume the recordings.",
    ),
    _shared("help", help="Show the keys, the commands and what each mark and figure means."),
    _shared("palette"),
    _shared("quit"),
    *map(_column, _NUMBERS),
    _shared("previous_pane", title="Previous column", help="Go to the previous column."),
    _shared("toggle_reasoning"),
    _shared("theme"),
    _shared("pace"),
    _shared("redraw"),
    _shared("suspend"),
    _shared("letter.help"),
    *map(_letter, _NUMBERS),
    _shared("next_pane", title="Next column", help="Go to the next column."),
    _shared("scroll"),
    _shared("notices"),
    _shared("search", title="Search this column", help="Find words in the column that you are in."),
    _shared("next_hit"),
    _shared("previous_hit"),
    *(one for one in COMMANDS if one.scope in {"prompt", "chat", "approval", "text"}),
    *(one for one in COMMANDS if one.scope in {"text entry", "question", "bug report"}),
)  # fmt: skip
