"""A text to be written on top of the dashboard: a reason, or a tool call's arguments."""

from typing import ClassVar

from rich.text import Text
from textual import events as textual_events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.widgets import Static, TextArea

from tui.dashboard.commands.bindings import bindings_for, key_of
from tui.dashboard.textual_internals.key_bindings import run_own_binding
from tui.dashboard.windows.modal import Modal


class EntryArea(TextArea):
    """With ``one_line``, Enter sends the text."""

    def __init__(self, text: str, *, one_line: bool) -> None:
        super().__init__(
            text, id="entry-text", soft_wrap=True, compact=True, show_line_numbers=not one_line
        )
        self.cursor_blink = False
        self._one_line = one_line

    async def on_key(self, event: textual_events.Key) -> None:
        if self._one_line and event.key == "enter":
            await self.run_action("screen.send")
        elif not await run_own_binding(self, event.key):
            # Textual would do what a key is bound to only after the characters behind it.
            return
        event.stop()
        event.prevent_default()


class TextEntry(Modal[str]):
    """Answers with the text, or with None where it was left."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_for("text entry")

    def __init__(
        self,
        title: str,
        text: str = "",
        *,
        problem: str = "",
        place: tuple[int, int] = (0, 0),
        one_line: bool = False,
        uses: str = "uses it",
    ) -> None:
        """``problem`` is what is wrong at ``place``, a line and a column from 0.

        ``one_line``: Enter sends it. ``uses`` says what sending does.
        """
        super().__init__()
        self._title = title
        self._problem = problem
        self._place = place
        self._one_line = one_line
        self._uses = uses
        self.area = EntryArea(text, one_line=one_line)

    def compose(self) -> ComposeResult:
        with Vertical(id="entry", classes="-one-line" if self._one_line else ""):
            yield Static(Text(self._title, "bold"), id="entry-title", markup=False)
            yield self.area
            yield Static(id="entry-problem", markup=False)
            send = key_of(self, "entry.send")
            send = f"{key_of(self, 'prompt.send')} or {send}" if self._one_line else send
            leave = key_of(self, "escape")
            yield Static(f"{send} {self._uses} · {leave} goes back", id="entry-keys", markup=False)

    def on_mount(self) -> None:
        self.say(self._problem, self._place)
        self.area.focus()

    def say(self, problem: str, place: tuple[int, int]) -> None:
        """Say what is wrong, and go to where it is."""
        line = f"line {place[0] + 1}, column {place[1] + 1}: {problem}" if problem else ""
        self.query_one("#entry-problem", Static).update(line)
        if problem:
            self.area.move_cursor(place)

    def problem_of(self, text: str) -> tuple[str, tuple[int, int]]:  # noqa: ARG002 - for those that check it
        """Why the text cannot be used, and where; "" if it can."""
        return "", (0, 0)

    def action_send(self) -> None:
        # What was typed before the key may still be queued in the text: go after it.
        self.area.call_later(self.area.call_later, self.call_later, self._send)

    def _send(self) -> None:
        problem, place = self.problem_of(self.area.text)
        if problem:
            self.say(problem, place)
        else:
            self.dismiss(self.area.text)
