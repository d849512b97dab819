"""The prompt: several lines, its history, and completion of slash commands."""

import time
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events as textual_events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult

from tui.dashboard.command_table import completions
from tui.dashboard.messages import PromptSubmitted
from tui.dashboard.textual_internals.key_bindings import run_own_binding

MOST_KEPT = 500
"""Prompts that Up and Down step through."""


class Prompt(TextArea):
    """Enter sends, Ctrl+J begins a new line, Up and Down in an empty prompt bring earlier ones."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+j,shift+enter", "new_line", "New line", show=False, id="prompt.new_line"),
        Binding("tab", "complete_or_next", "Complete", show=False, id="prompt.complete"),
        Binding("ctrl+a", "nothing", show=False),
    ]

    class QueuedRecalled(Message):
        """Up was pressed in an empty prompt: a queued message may come back."""

    def __init__(
        self,
        paint: Callable[[Widget], object] | None = None,
        *,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(
            id=id,
            compact=True,
            highlight_cursor_line=False,
            placeholder="Ask the agent · Enter sends · / for commands",
        )
        # Nothing moves when nothing happens.
        self.cursor_blink = False
        self._paint = paint
        """Puts what was typed on the screen at once."""
        self.earlier: list[str] = []
        self._place: int | None = None

    def take(self) -> str:
        """What was typed; the prompt is empty afterwards and the text is kept for Up."""
        text = self.text
        self.remember([text])
        self._place = None
        self.clear()
        return text

    def remember(self, prompts: Sequence[str]) -> None:
        """Keep earlier prompts for Up; a repeated one stands once."""
        for prompt in prompts:
            if prompt.strip() and (not self.earlier or self.earlier[-1] != prompt):
                self.earlier.append(prompt)
        del self.earlier[:-MOST_KEPT]

    def put(self, text: str) -> None:
        """Show a text with the cursor at its end."""
        self.text = text
        self.move_cursor(self.document.end)

    def edit(self, edit: Edit) -> EditResult:
        result = super().edit(edit)
        if self._paint is not None:
            self._paint(self)
        return result

    def update_suggestion(self) -> None:
        fitting = completions(self.text)
        self.suggestion = fitting[0][len(self.text) :] if fitting else ""

    async def on_key(self, event: textual_events.Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self._submit()
        elif event.key in {"up", "down"} and (not self.text or self._browsing):
            event.stop()
            event.prevent_default()
            self._step(-1 if event.key == "up" else 1)
        elif await run_own_binding(self, event.key):
            event.stop()
            event.prevent_default()

    @property
    def _browsing(self) -> bool:
        """An earlier prompt stands there as it was."""
        return self._place is not None and self.text == self.earlier[self._place]

    def action_new_line(self) -> None:
        self.insert("\n")

    def action_complete_or_next(self) -> None:
        if self.suggestion:
            self.insert(self.suggestion)
        else:
            self.screen.focus_next()

    def action_nothing(self) -> None:
        """Ctrl+A belongs to GNU screen."""

    def _submit(self) -> None:
        # Taken at once: what is typed next, or a second Enter, belongs to the next message.
        if self.text.strip():
            self.post_message(PromptSubmitted(self.take(), time.monotonic_ns()))

    def _step(self, by: int) -> None:
        if not self._browsing:
            self._place = None
        if by < 0 and self._place is None:
            self.post_message(self.QueuedRecalled())
        place = len(self.earlier) if self._place is None else self._place
        place = max(0, place + by)
        if place >= len(self.earlier):
            self._place = None
            self.clear()
        elif self.earlier:
            self._place = place
            self.put(self.earlier[place])
