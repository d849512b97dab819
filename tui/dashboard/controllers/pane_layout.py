"""Which panes stand where: three beside each other, in two rows, or one with tabs."""

from rich.text import Text
from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

from tui.dashboard.bindings import key_of
from tui.dashboard.textual_internals.sizing import Words

PANES = ("chat", "tools", "performance")

NARROW, WIDE = 80, 120
"""Columns: below ``NARROW`` one pane with tabs, from ``WIDE`` on all three beside each other."""

SMALLEST_WIDTH, SMALLEST_HEIGHT = 30, 8
"""Cells: in a smaller terminal one line says so."""


class PaneLayout:
    """Sets the classes that the stylesheet lays a screen out by; ``pane`` is the current one."""

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen
        words = f"too small: {SMALLEST_WIDTH}x{SMALLEST_HEIGHT} at least"
        self.too_small = Words(words, id="too-small", markup=False)
        self.pane = "chat"
        self.tabs = Words(id="tabs", markup=False)
        self.maximised = False

    def fit(self, size: Size) -> None:
        """Choose the layout for a size; before the first frame, so that it need not change."""
        width, height = size
        self._screen.update_classes(
            {
                "-narrow": width < NARROW,
                "-medium": NARROW <= width < WIDE,
                # It covers the rest, so that the prompt keeps taking what is typed.
                "-too-small": width < SMALLEST_WIDTH or height < SMALLEST_HEIGHT,
                **self._only(width < NARROW),
            }
        )

    def go_to(self, name: str) -> None:
        """Focus a pane; a second time makes it as large as the screen, a third time not."""
        narrow = self._screen.size.width < NARROW
        inside = self._screen.query_one(f"#{name}")
        if self.pane == name and (inside.has_focus_within or narrow):
            self.maximised = not self.maximised and not narrow
        else:
            self.maximised = self.maximised and self.pane == name
        self.pane = name
        self.show_tabs()
        self._screen.update_classes(self._only(narrow))
        # At once: the next key is the pane's, and a click after this one has the last word.
        self._screen.set_focus(_focusable(inside))

    def restore(self) -> bool:
        """End the maximised state; False when there was none."""
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
