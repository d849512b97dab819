"""A line at the lower edge of a pane in which one types what to search for, or what to show."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, NamedTuple

from textual import events as textual_events
from textual import on
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input, Static

from tui.dashboard.commands.bindings import bindings_for
from tui.dashboard.textual_internals.window_screen import WindowScreen
from tui.dashboard.windows.modal import Modal
from tui.dashboard.windows.typed_line import TypedLine


class LineWanted(NamedTuple):
    """What a pane asks for."""

    pane: Widget
    """The line stands on its lower border."""
    label: str
    """What for, in a word."""
    text: str = ""
    """What is there already."""
    changed: Callable[[str], object] = str
    """Called with each change, and with "" if it was given up."""
    entered: Callable[[str], object] = str
    """Called at the end, with "" if it was given up."""
    words: Callable[[], str] = str
    """What came of it so far."""
    vocabulary: Sequence[str] = ()
    """What can be completed."""


def ask_line(app: App[Any], wanted: LineWanted) -> None:
    """Open the line at once, so that keys that were typed after this one go to it."""

    def entered(text: str | None) -> None:
        if text is None:
            wanted.changed("")
        wanted.entered(text or "")

    app.push_screen(PaneLine(wanted), entered)


class PaneLine(WindowScreen, Modal[str]):
    """Answers with what was typed; "" if it was given up. What is typed counts at once."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_for("pane line")

    def __init__(self, wanted: LineWanted) -> None:
        super().__init__()
        self._wanted = wanted
        self._line = TypedLine(
            wanted.text,
            compact=True,
            suggester=LastWord(wanted.vocabulary) if wanted.vocabulary else None,
        )
        self._found = Static(wanted.words(), id="pane-line-found", markup=False)

    def compose(self) -> ComposeResult:
        with Horizontal(id="pane-line") as self._box:
            yield Static(f"{self._wanted.label} ", id="pane-line-label", markup=False)
            yield self._line
            yield self._found
        self._fit()

    def on_mount(self) -> None:
        self._line.focus()

    def on_resize(self) -> None:
        # The panes are laid out for the new size after this.
        self.call_after_refresh(self._fit)

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        self._wanted.changed(message.value)
        self._found.update(self._wanted.words())

    @on(Input.Submitted)
    def _entered(self, message: Input.Submitted) -> None:
        self.dismiss(message.value)

    def on_key(self, event: textual_events.Key) -> None:
        """What is typed before the line has the focus belongs to it too."""
        if not self._line.has_focus and event.is_printable and event.character:
            self._line.value += event.character
            self._line.cursor_position = len(self._line.value)
            event.stop()
            event.prevent_default()

    def action_complete(self) -> None:
        """Complete the word, or leave it as it is."""
        self._line.action_cursor_right()

    def on_click(self, event: textual_events.Click) -> None:
        """A click elsewhere keeps what was typed."""
        if not self._box.region.contains(event.screen_x, event.screen_y):
            self.dismiss(self._line.value)

    def _fit(self) -> None:
        """Stand where the lower border of the pane is."""
        region = self._wanted.pane.region
        styles = self._box.styles
        styles.width = max(region.width - 2, 1)
        styles.offset = region.x + 1, max(region.bottom - 1, 0)


class LastWord(Suggester):
    """Completes the last word that is typed."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(case_sensitive=True)
        self._words = words

    async def get_suggestion(self, value: str) -> str | None:
        before, last = value[: value.rfind(" ") + 1], value[value.rfind(" ") + 1 :]
        bare = last.removeprefix("-")
        if not bare:
            return None
        for word in self._words:
            if word.casefold().startswith(bare.casefold()) and len(word) > len(bare):
                return f"{before}{last}{word[len(bare) :]}"
        return None
