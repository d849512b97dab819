"""The prompt: several lines, earlier messages, and completion of slash commands."""

import time
import unicodedata
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events as textual_events
from textual.binding import BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult

from tui.dashboard.commands.bindings import bindings_for, commands_of, key_of
from tui.dashboard.commands.command_table import command_for, completions
from tui.dashboard.messages import PromptSubmitted
from tui.dashboard.textual_internals.key_bindings import run_own_binding

MOST_KEPT = 500
"""Earlier messages."""


_CONTROLS = frozenset(("Cc", "Cs"))
"""Unicode categories of characters that are no text."""

_STEPS = {"prompt.earlier": -1, "prompt.later": 1}


class Prompt(TextArea):
    """Sends a message, and brings earlier ones back while it is empty.

    It reads the keys for that itself: they keep their meaning for the cursor in a draft.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings_for("prompt")

    class QueuedRecalled(Message):
        """An earlier message was asked for in an empty prompt: a queued one may come back."""

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
        )
        # Nothing moves while nothing happens.
        self.cursor_blink = False
        self._paint = paint
        """Paints the typed text at once."""
        self.earlier: list[str] = []
        self._place: int | None = None

    def on_mount(self) -> None:
        self.placeholder = self.invitation()

    def invitation(self) -> str:
        """What the empty prompt shows."""
        return f"Ask the agent · {key_of(self, 'prompt.send')} sends · / for commands"

    def take(self) -> str:
        """Empty the prompt and return its text, which is kept as an earlier message."""
        text = self.text
        self.remember([text])
        self._place = None
        self.clear()
        return text

    def remember(self, prompts: Sequence[str]) -> None:
        """Keep earlier messages; one that is repeated is kept once."""
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
        fitting = completions(self.text, commands_of(self))
        self.suggestion = fitting[0][len(self.text) :] if fitting else ""

    async def on_key(self, event: textual_events.Key) -> None:
        command = command_for(commands_of(self), "prompt", event.key)
        if command == "prompt.send":
            self._submit()
        elif command in _STEPS and (not self.text or self._browsing):
            self._step(_STEPS[command])
        elif _is_other_text(event.character):
            # Textual types only what Python calls printable: no joiners, icons or new emoji.
            self.replace(event.character or "", *self.selection)
        elif not await run_own_binding(self, event.key):
            return
        event.stop()
        event.prevent_default()

    @property
    def _browsing(self) -> bool:
        """The prompt holds an earlier message, unchanged."""
        return self._place is not None and self.text == self.earlier[self._place]

    def action_new_line(self) -> None:
        self.insert("\n")

    def action_complete_or_next(self) -> None:
        if self.suggestion:
            self.insert(self.suggestion)
        else:
            self.screen.focus_next()

    def _submit(self) -> None:
        # Taken at once: later keys belong to the next message.
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


def _is_other_text(character: str | None) -> bool:
    return (
        character is not None
        and not character.isprintable()
        and all(unicodedata.category(one) not in _CONTROLS for one in character)
    )
