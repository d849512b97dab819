"""What `/history`, `/stats` and `/faults` show."""

from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from tui.metrics import Heading
from tui.units import SECOND, clock_time, duration, one_line

_OUTCOMES = {"open": "running"}


def history_table(turns: Sequence[Heading]) -> Table | Text:
    """Turns with their time, outcome, how long they took and their first words."""
    if not turns:
        return Text("No turns yet.")
    table = _grid(4)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    for turn in turns:
        table.add_row(
            Text(str(turn.number), "dim"),
            Text(clock_time(turn.wall)),
            Text(_OUTCOMES.get(turn.outcome, turn.outcome), "" if turn.outcome == "ok" else "bold"),
            Text(duration(round(turn.seconds * SECOND)), justify="right"),
            Text(one_line(turn.words, 200)),
        )
    return table


def stats_table(rows: Iterable[tuple[str, str]]) -> Table:
    """Labels and figures."""
    table = _grid(1)
    table.add_column(ratio=1)
    for label, figure in rows:
        table.add_row(Text(label), Text(figure, "bold"))
    return table


def faults_table(faults: Iterable[tuple[str, str, str]]) -> Table:
    """What the demo can act out, and what to type for it."""
    table = _grid(1)
    table.add_column(ratio=1)
    for _, happens, prompt in faults:
        table.add_row(Text(prompt, "bold"), Text(happens))
    return table


def _grid(columns: int) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    for _ in range(columns):
        table.add_column(no_wrap=True)
    return table
