"""The layout of the panes: side by side, in two rows, or one pane with tabs."""

from typing import Literal
from weakref import WeakKeyDictionary

from msgspec.structs import replace
from rich.text import Text
from textual.geometry import Offset, Region, Size
from textual.screen import Screen
from textual.widget import Widget

from tui.dashboard.commands.bindings import key_of
from tui.dashboard.terminal.screen_memory import PaneSizes, ScreenMemory
from tui.dashboard.textual_internals.sizing import Words

PANES = ("chat", "tools", "performance")

NARROW, WIDE = 80, 120
"""Columns: below ``NARROW`` one pane with tabs, from ``WIDE`` on three panes side by side."""

TALL, LOW, FLAT = 24, 14, 8
"""Rows: below them, notices have no line of their own; there is one pane without a border; and the
tabs are left out."""

SMALLEST_WIDTH, SMALLEST_HEIGHT = 20, 5
"""Cells: a smaller terminal shows only that it is too small."""

CHAT, TOOLS = 0.6, 0.5
"""Shares until a divider is moved."""

STEP = 0.04
LEAST_WIDTH, LEAST_HEIGHT = 32, 4
"""Cells that a divider leaves to a pane."""

QUIET_HEIGHT, QUIET_WIDTH = 4, 24
"""Cells of a tool log without a call."""

Divider = Literal["chat", "tools"]
"""Between the chat and the rest; between the tool log and the figures."""


class PaneLayout:
    """Sets the style classes and sizes of the panes; ``pane`` is the current pane."""

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen
        self.memory = ScreenMemory(None)
        words = f"too small: {SMALLEST_WIDTH}x{SMALLEST_HEIGHT} at least"
        self.too_small = Words(words, id="too-small", markup=False)
        self.pane = "chat"
        self.tabs = Words(id="tabs", markup=False)
        self._tabs = Text()
        self.maximised = False
        self.size_class = "wide"
        self.sizes = PaneSizes()
        """For terminals of this class."""
        self._given: WeakKeyDictionary[Widget, tuple[str | int | None, str | int | None]] = (
            WeakKeyDictionary()
        )
        self.has_tools = False
        """Whether the tool log has its room."""

    @property
    def alone(self) -> bool:
        """Whether only one pane fits."""
        return self.size_class == "narrow"

    @property
    def focused(self) -> str:
        """The name of the pane that has the focus; "" for the prompt."""
        return next((name for name in PANES if self._has_focus(name)), "")

    def fit(self, size: Size) -> None:
        """Choose the layout for a size; called before the first frame, so that nothing moves."""
        width, height = size
        narrow = width < NARROW or height < LOW
        self.size_class = "narrow" if narrow else "medium" if width < WIDE else "wide"
        self.sizes = self.memory.kept.panes.get(self.size_class, PaneSizes())
        self._screen.update_classes(
            {
                "-narrow": narrow,
                "-medium": self.size_class == "medium",
                "-short": height < TALL,
                "-low": height < LOW,
                "-flat": height < FLAT,
                # The message covers the rest instead of hiding it: the prompt keeps the focus.
                "-too-small": width < SMALLEST_WIDTH or height < SMALLEST_HEIGHT,
                **self._shown(),
            }
        )
        self._apply()

    def style(self, widget: Widget) -> None:
        """Give a pane, or its frame, its size."""
        # None: as the stylesheet says.
        width: str | int | None = None
        height: str | int | None = None
        chat = self.sizes.chat if self.sizes.chat is not None else CHAT
        tools = self.sizes.tools if self.sizes.tools is not None else TOOLS
        share = {"chat": chat, "side": 1 - chat, "tools": tools, "performance": 1 - tools}
        size: str | int = f"{share.get(widget.id or '', 1) * 100:.0f}fr"
        if widget.id == "tools" and not self.has_tools and not self._is_folded("performance"):
            size = QUIET_HEIGHT if self.size_class == "wide" else QUIET_WIDTH
        beside = (self.size_class == "wide") == (widget.id in {"chat", "side"})
        if self.alone or self.maximised:
            pass
        elif beside:
            width = size
        else:
            height = size
        if self._given.get(widget) != (width, height):  # the same again would be laid out again
            self._given[widget] = width, height
            widget.styles.width, widget.styles.height = width, height

    def settle(self, *, has_tools: bool) -> None:
        """A tool log without a call gives its room to the figures."""
        if has_tools != self.has_tools:
            self.has_tools = has_tools
            self._apply()

    def go_to(self, name: str) -> None:
        """Focus a pane, unfolded; if it is focused already, maximise or restore it."""
        inside = self._screen.query_one(f"#{name}")
        if self.pane == name and (inside.has_focus_within or self.alone):
            self.maximised = not self.maximised and not self.alone
        else:
            self.maximised = self.maximised and self.pane == name
        self.pane = name
        self.show_tabs()
        # Anyone who opens the tool log wants to see it, even without a call.
        self.has_tools = self.has_tools or name == "tools"
        if name in self.sizes.folded:
            folded = tuple(one for one in self.sizes.folded if one != name)
            self._keep(replace(self.sizes, folded=folded))
        self._update()
        # At once, so that the next key goes to the pane and a later click can move the focus.
        self._screen.set_focus(_focusable(inside))

    def restore(self) -> bool:
        """Restore a maximised pane; False if there is none."""
        was = self.maximised
        self.maximised = False
        self._update()
        return was

    def fold(self) -> str:
        """Fold away the tool log or the figures, wherever the focus is; returns what to say."""
        if self.alone:
            return "There is one pane at a time here: nothing to fold."
        name = next((one for one in PANES[1:] if self._has_focus(one)), "")
        if not name:
            return "Go to the tool calls or the figures to fold them away."
        self._keep(replace(self.sizes, folded=(*self.sizes.folded, name)))
        self.maximised, self.pane = False, "chat"
        self._update()
        self._screen.set_focus(_focusable(self._screen.query_one("#chat")))
        return f"Folded away: {key_of(self._screen, f'show_{name}')} shows it again."

    def move(self, divider: Divider, by: int) -> None:
        """Move a divider by so many steps to the right or down."""
        now = self._share(divider)
        if now is not None:
            self._set(divider, now + by * STEP)
            self.keep()

    def reset(self) -> None:
        """Sizes as they were at first, and nothing folded."""
        self.maximised = False
        self._keep(PaneSizes())
        self._update()

    # With the mouse

    def divider_at(self, place: Offset) -> Divider | None:
        """The divider that is drawn in a cell of the screen: two borders side by side."""
        for divider in ("chat", "tools"):
            first, second = self._sides(divider)
            if first is None or second is None:
                continue
            if first.right == second.x:
                if place.x in {second.x - 1, second.x} and second.y <= place.y < second.bottom:
                    return divider
            elif place.y in {second.y - 1, second.y} and second.x <= place.x < second.right:
                return divider
        return None

    def drag(self, divider: Divider, place: Offset) -> None:
        """Put a divider into a cell of the screen."""
        first, second = self._sides(divider)
        if first is None or second is None:
            return
        if first.right == second.x:
            self._set(divider, (place.x + 1 - first.x) / (second.right - first.x))
        else:
            self._set(divider, (place.y + 1 - first.y) / (second.bottom - first.y))

    def show_tabs(self) -> None:
        """Name the panes with their keys, as they are now."""
        line = Text(no_wrap=True)
        for name in PANES:
            look = "bold reverse" if name == self.pane else ""
            shown = name if self._screen.app.size.width >= SMALLEST_TABS else name[:4]
            line.append(f" {key_of(self._screen, f'letter.show_{name}')} {shown} ", look)
        if line != self._tabs:
            self._tabs = line
            self.tabs.update(line, layout=False)  # always one row

    def _sides(self, divider: Divider) -> tuple[Region | None, Region | None]:
        """The regions on both sides of a divider, if it can be moved."""
        if self.alone or self.maximised:
            return None, None
        if divider == "tools" and (not self.has_tools or self._folded_any("tools", "performance")):
            return None, None
        if divider == "chat" and self._side_is_folded:
            return None, None
        names = ("#chat", "#side") if divider == "chat" else ("#tools", "#performance")
        first, second = (self._screen.query(name).first() for name in names)
        return first.region, second.region

    def _share(self, divider: Divider) -> float | None:
        first, second = self._sides(divider)
        if first is None or second is None:
            return None
        if first.right == second.x:
            return first.width / (second.right - first.x)
        return first.height / (second.bottom - first.y)

    def _set(self, divider: Divider, share: float) -> None:
        first, second = self._sides(divider)
        if first is None or second is None:
            return
        if first.right == second.x:
            room, least = second.right - first.x, LEAST_WIDTH
        else:
            room, least = second.bottom - first.y, LEAST_HEIGHT
        edge = min(least / max(room, 1), 0.5)
        share = round(min(max(share, edge, 0.05), 1 - edge, 0.95), 3)
        if divider == "chat":
            self.sizes = replace(self.sizes, chat=share)
        else:
            self.sizes = replace(self.sizes, tools=share)
        self._apply()

    def keep(self) -> None:
        """Remember the sizes for terminals of this class."""
        self.memory.keep_panes(self.size_class, self.sizes)

    def _keep(self, sizes: PaneSizes) -> None:
        self.sizes = sizes
        self.keep()

    def _update(self) -> None:
        self._screen.update_classes(self._shown())
        self._apply()

    def _apply(self) -> None:
        for name in ("chat", "side", "tools", "performance"):
            for widget in self._screen.query(f"#{name}"):
                self.style(widget)

    def _has_focus(self, name: str) -> bool:
        return self._screen.query_one(f"#{name}").has_focus_within

    def _is_folded(self, name: str) -> bool:
        return name in self.sizes.folded

    def _folded_any(self, *names: str) -> bool:
        return any(map(self._is_folded, names))

    @property
    def _side_is_folded(self) -> bool:
        return self._is_folded("tools") and self._is_folded("performance")

    def _shown(self) -> dict[str, bool]:
        alone = self.alone or self.maximised
        folds = not alone
        return {
            **{f"-only-{name}": alone and self.pane == name for name in PANES},
            "-folded-tools": folds and self._is_folded("tools"),
            "-folded-performance": folds and self._is_folded("performance"),
            "-folded-side": folds and self._side_is_folded,
        }


SMALLEST_TABS = 38
"""Columns: with fewer, the names on the tabs are shortened."""


def _focusable(widget: Widget) -> Widget:
    if widget.focusable:
        return widget
    return next((child for child in widget.query("*") if child.focusable), widget)
