"""Which columns are shown: as many as fit, the current one among them."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.geometry import Size

from tui.dashboard.comparison.column_pane import ColumnPane
from tui.dashboard.fitted_text import fitted
from tui.dashboard.textual_internals.sizing import Words

NARROWEST = 38
"""Cells of a column; with less room, not all of them are shown at once."""

_LABEL = 6
"""Cells of a label on a tab, at least."""

HIGH = 42
"""Rows of a terminal in which the differences have room below the columns."""


class ColumnLayout:
    """``current`` counts the columns from 0."""

    def __init__(self) -> None:
        self.tabs = Words(id="column-tabs", markup=False)
        self.panes: Sequence[ColumnPane] = ()
        self.current = 0
        self.maximised = False
        self._size = Size()

    def fit(self, size: Size) -> None:
        """Choose the columns to show for a size."""
        self._size = size
        self._show()

    def go_to(self, place: int) -> None:
        """Make a column the current one; if it is that and has the keys, maximise or restore it."""
        pane = self.panes[place]
        if place == self.current and pane.has_focus_within:
            self.maximised = not self.maximised and len(self.shown) > 1
        else:
            self.maximised = self.maximised and place == self.current
        self.choose(place)

    def choose(self, place: int) -> None:
        """Make a column the current one."""
        self.current = place
        self._show()

    def restore(self) -> bool:
        """Restore a maximised column; False if there is none."""
        was, self.maximised = self.maximised, False
        self._show()
        return was

    @property
    def shown(self) -> range:
        """The columns that are shown."""
        if self.maximised:
            return range(self.current, self.current + 1)
        fitting = max(1, min(len(self.panes), self._size.width // NARROWEST))
        first = min(max(self.current - fitting + 1, 0), len(self.panes) - fitting)
        return range(first, first + fitting)

    def show_tabs(self) -> None:
        """Name all columns with their keys, their states and who is ahead."""
        if not self.tabs.display:
            return
        line = Text(no_wrap=True)
        each = self._size.width // max(len(self.panes), 1)
        for place, pane in enumerate(self.panes):
            look = "bold reverse" if place == self.current else ""
            start = f" {pane.number} {'▲ ' if pane.ahead else ''}"
            # A long label leaves room for the state.
            room = max(each - cell_len(f"{start}: {pane.words} "), _LABEL)
            label = pane.label if cell_len(pane.label) <= room else fitted(pane.label, room)
            line.append(fitted(f"{start}{label}: {pane.words}", each), look)
        self.tabs.update(line, layout=False)

    def _show(self) -> None:
        shown = self.shown
        for place, pane in enumerate(self.panes):
            pane.display = place in shown
        self.tabs.display = len(shown) < len(self.panes)
        self.show_tabs()
