"""The layout of the panes: side by side, in two rows, or one pane with tabs."""

from rich.text import Text
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from tui.dashboard.commands.bindings import key_of
from tui.dashboard.textual_internals.sizing import Words

PANES = ("chat", "tools", "performance")

NARROW, WIDE = 80, 120
"""Columns: below ``NARROW`` one pane with tabs, from ``WIDE`` on three panes side by side."""

SMALLEST_WIDTH, SMALLEST_HEIGHT = 30, 8
"""Cells: a smaller terminal shows only that it is too small."""


TALL = 24
"""Rows: below it, notices have no line of their own."""


class PaneLayout:
    """Sets the style classes that choose the layout; ``pane`` is the current pane."""

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen
        words = f"too small: {SMALLEST_WIDTH}x{SMALLEST_HEIGHT} at least"
        self.too_small = Words(words, id="too-small", markup=False)
        self.pane = "chat"
        self.tabs = Words(id="tabs", markup=False)
        self.maximised = False

    def fit(self, size: Size) -> None:
        """Choose the layout for a size; called before the first frame, so that nothing moves."""
        width, height = size
        self._screen.update_classes(
            {
                "-narrow": width < NARROW,
                "-medium": NARROW <= width < WIDE,
                # The message covers the rest instead of hiding it: the prompt keeps the focus.
                "-short": height < TALL,
                "-too-small": width < SMALLEST_WIDTH or height < SMALLEST_HEIGHT,
                **self._only(width < NARROW),
            }
        )

    def go_to(self, name: str) -> None:
        """Focus a pane; if it is focused already, maximise or restore it."""
        narrow = self._screen.size.width < NARROW
        inside = self._screen.query_one(f"#{name}")
        if self.pane == name and (inside.has_focus_within or narrow):
            self.maximised = not self.maximised and not narrow
        else:
            self.maximised = self.maximised and self.pane == name
        self.pane = name
        self.show_tabs()
        self._screen.update_classes(self._only(narrow))
        # At once, so that the next key goes to the pane and a later click can move the focus.
        self._screen.set_focus(_focusable(inside))

    def restore(self) -> bool:
        """Restore a maximised pane; False if there is none."""
        was = self.maximised
        self.maximised = False
        self._screen.update_classes(self._only(self._screen.size.width < NARROW))
        return was

    def show_tabs(self) -> None:
        """Name the panes with their keys, as they are now."""
        line = Text(no_wrap=True)
        for name in PANES:
            look = "bold reverse" if name == self.pane else ""
            line.append(f" {key_of(self._screen, f'letter.show_{name}')} {name} ", look)
        self.tabs.update(line, layout=False)  # always one row

    def _only(self, narrow: bool) -> dict[str, bool]:
        alone = narrow or self.maximised
        return {f"-only-{name}": alone and self.pane == name for name in PANES}


def _focusable(widget: Widget) -> Widget:
    if widget.focusable:
        return widget
    return next((child for child in widget.query("*") if child.focusable), widget)
