"""All notices, to be read."""

from collections.abc import Sequence
from time import localtime, strftime

from rich.table import Table
from rich.text import Text

from tui.dashboard.notices.notice_board import Notice


def notice_list(past: Sequence[Notice]) -> Table | Text:
    """``past``: the newest last; listed the newest first."""
    if not past:
        return Text("No notices yet.")
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(ratio=1)
    for notice in reversed(past):
        when = strftime("%H:%M:%S", localtime(notice.wall))
        table.add_row(Text(when, "dim"), Text(notice.mark, "bold"), Text(notice.text))
    return table
