"""The prompt: several lines, earlier messages, and menus of what can be typed."""

import time
import unicodedata
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events as textual_events
from textual.binding import BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets.text_area import Edit, EditResult

from tui.dashboard.commands.bindings import bindings_for, commands_of, key_of
from tui.dashboard.commands.command_table import command_for, command_of, message_in
from tui.dashboard.messages import PromptSubmitted
from tui.dashboard.prompt.completion import Completion
from tui.dashboard.prompt.folds import Folds, is_long
from tui.dashboard.prompt.line_editing import LineEditing
from tui.dashboard.textual_internals.key_bindings import run_binding, run_own_binding

MOST_KEPT = 2_000
"""Earlier messages."""


OLDER_KEY = "ctrl+r"
"""In a search it goes to the next older message, as in a shell; otherwise it is for a retry."""

_CONTROLS = frozenset(("Cc", "Cs"))
"""Unicode categories of characters that are no text."""

_STEPS = {"prompt.earlier": -1, "prompt.later": 1}


class Prompt(LineEditing):
    """Sends a message, and brings earlier ones back while it is empty.

    It reads the keys for that itself: they keep their meaning for the cursor in a draft.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings_for("prompt")

    class QueuedRecalled(Message):
        """An earlier message was asked for in an empty prompt: a queued one may come back.

        ``shown``: what the prompt shows for the moment. `recalled` and `recall_over` answer.
        """

        def __init__(self, shown: str) -> None:
            self.shown = shown
            super().__init__()

    class NothingSubmitted(Message):
        """Enter was pressed in an empty prompt: a queued message may be sent."""

    class EditorAsked(Message):
        """The text is to be edited in the user's editor."""

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
        self.folds = Folds()
        self.completion = Completion(self)
        self._acts: dict[str, Callable[[], object]] = {
            "prompt.send": self._submit,
            "prompt.unfold": self._unfold,
            "prompt.search": self.completion.search,
            "prompt.editor": lambda: self.post_message(self.EditorAsked()),
        }
        self._begun = ""
        """The first key of two in a row."""
        self.answers_recalls = False
        """The screen calls `recall_over` after each `QueuedRecalled`."""
        self._recalling = False
        """A queued message may be about to take the place of what is shown."""
        self._submitted: list[PromptSubmitted] = []
        """What was entered meanwhile."""

    def on_mount(self) -> None:
        self.placeholder = self.invitation()

    def invitation(self) -> str:
        """What the empty prompt shows."""
        return f"Ask the agent · {key_of(self, 'prompt.send')} sends · / for commands"

    @property
    def draft(self) -> str:
        """What was typed and not sent, as it is shown; a search hides it."""
        return self.completion.draft if self.completion.is_searching else self.text

    @property
    def whole(self) -> str:
        """The draft with what is folded in it."""
        return self.folds.whole(self.draft)

    def take(self) -> str:
        """Empty the prompt and return its text, which is kept as an earlier message."""
        text = self.whole
        self.remember([text])
        self._place = None
        self.completion.forget_search()
        self.clear()
        return text

    def set_aside(self, text: str) -> None:
        """Keep words whose place something else takes as the newest earlier message, and say so."""
        if text.strip():
            self.remember([text])
            key = key_of(self, "prompt.earlier")
            self.notify(f"Your words are kept: {key} in an empty prompt shows them.", markup=False)

    def give_back(self, text: str) -> bool:
        """Make a message that was not sent the draft; False if there is one.

        Then it is the newest earlier message.
        """
        if not text or text == self.whole:
            return True
        if self.draft:
            self.remember([text])
            return False
        self.give_back_folded(self._folded(text))
        return True

    def give_back_folded(self, text: str) -> None:
        """Make a text, with labels for what is folded in it, the draft."""
        if self.completion.is_searching:
            self.completion.draft = text
        else:
            self.put_folded(text)

    def remember(self, prompts: Sequence[str]) -> None:
        """Keep earlier messages, the newest last; one that is repeated is kept once."""
        shown = self.earlier[self._place] if self._place is not None else ""
        newest_first = reversed([one for one in [*self.earlier, *prompts] if one.strip()])
        self.earlier = [*dict.fromkeys(newest_first)][:MOST_KEPT][::-1]
        self._place = self.earlier.index(shown) if shown in self.earlier else None

    def recall(self, prompts: Sequence[str]) -> None:
        """Keep messages that are older than all others."""
        shown = self.earlier[self._place] if self._place is not None else ""
        newer, self.earlier, self._place = self.earlier, [], None
        self.remember([*prompts, *newer])
        self._place = self.earlier.index(shown) if shown in self.earlier else None

    def recalled(self, shown: str, text: str) -> bool:
        """Put a queued message in the place of what was shown for the moment.

        What was typed behind that stays. False if the prompt holds something else by now.
        """
        if self.completion.is_searching:
            return False
        if shown == text and (self._submitted or self.whole):
            return True
        if self._submitted or not self.whole.startswith(shown):
            return False
        typed = self.whole.removeprefix(shown)
        self.put(text)
        self.replace(typed, *self.selection, maintain_selection_offset=False)
        return True

    def recall_over(self) -> Sequence[PromptSubmitted]:
        """The queued message is there, or none is; what was entered meanwhile."""
        self._recalling = False
        submitted, self._submitted = self._submitted, []
        return submitted

    def put(self, text: str) -> None:
        """Show a text, a long one folded, with the cursor at its end; a search is over then."""
        self.put_folded(self._folded(text))

    def _folded(self, text: str) -> str:
        return self.folds.fold(text, self.draft) if is_long(text) else text

    def put_folded(self, text: str) -> None:
        self.completion.forget_search()
        self.replace(text, self.document.start, self.document.end, maintain_selection_offset=False)
        self.move_cursor(self.document.end)
        self.completion.was_put()

    def edit(self, edit: Edit) -> EditResult:
        result = super().edit(edit)
        self.after_undo()
        return result

    def after_undo(self) -> None:
        self.completion.refresh()
        if self._paint is not None:
            self._paint(self)

    def watch_has_focus(self, has_focus: bool) -> None:
        super().watch_has_focus(has_focus)
        self.completion.refresh()

    def wants(self, key: str) -> bool:
        """Whether a key is the prompt's, whatever else it is bound to."""
        table, completion = commands_of(self), self.completion
        if completion.is_searching and key in command_of(table, "interrupt").keys:
            return True
        if key in command_of(table, "escape").keys:
            return completion.is_open or completion.is_searching or bool(self._begun)
        return (key == OLDER_KEY and completion.is_searching) or bool(self._begun)

    async def on_key(self, event: textual_events.Key) -> None:
        if await self._does(event):
            event.stop()
            event.prevent_default()

    async def _does(self, event: textual_events.Key) -> bool:
        """Do what a key is for; False if that is left to Textual."""
        table = commands_of(self)
        command = command_for(table, "prompt", f"{self._begun} {event.key}".strip())
        command = command or command_for(table, "prompt", event.key)
        self._begun = ""
        opened = self.completion.is_open or self.completion.is_searching
        if opened and self._in_menu(event.key, command):
            return True
        if event.key in command_of(table, "escape").keys:
            # The menu was open when the key came. Keys before it have closed it, and keys after it
            # may have opened something else.
            return self.app.screen is not self.screen
        if event.key == OLDER_KEY and self.completion.is_searching:
            command = "prompt.search"
        if command in self._acts:
            self._acts[command]()
        elif command in _STEPS and (not self.text or self.browsing):
            self._step(_STEPS[command])
        elif not command and self._begins(event.key):
            self._begun = event.key
        elif _is_other_text(event.character):
            # Textual types only what Python calls printable: no joiners, icons or new emoji.
            self.replace(event.character or "", *self.selection, maintain_selection_offset=False)
        elif event.key.startswith("alt+"):
            # Without a command it types nothing.
            await run_own_binding(self, event.key) or await run_binding(self.app, event.key)
        else:
            return await run_own_binding(self, event.key)
        return True

    def _in_menu(self, key: str, command: str) -> bool:
        """Do what a key does in the menu; False if it does nothing there."""
        if command in _STEPS:
            self.completion.move(_STEPS[command])
        elif command == "prompt.send":
            return self.completion.entered()
        elif any(key in command_of(commands_of(self), one).keys for one in ("escape", "interrupt")):
            return self.completion.close()
        else:
            return False
        return True

    def _begins(self, key: str) -> bool:
        """Whether a key is the first of two in a row; with text selected, it is for that."""
        both = (keys for one in commands_of(self) if one.scope == "prompt" for keys in one.keys)
        return not self.selected_text and any(keys.startswith(f"{key} ") for keys in both)

    def on_paste(self, event: textual_events.Paste) -> None:
        """Fold a long text; a text that is folded already is shown when it is pasted again."""
        event.stop()
        text = event.text.replace("\r\n", "\n").replace("\r", "\n")
        if is_long(text):
            event.prevent_default()
            label = self.folds.fold(text, self.text)
            self.replace(label, *self.selection, maintain_selection_offset=False)

    def units(self, row: int) -> Sequence[tuple[int, int]]:
        return [*self.folds.spans(self.document[row])]

    def _unfold(self) -> None:
        """Show the whole text of the label at the cursor, or of the last one."""
        row, column = self.cursor_location
        spans = self.units(row)
        at = [(start, end) for start, end in spans if start <= column <= end] or spans[-1:]
        for start, end in at[:1]:
            text = self.folds.whole(self.document[row][start:end])
            self.replace(text, (row, start), (row, end), maintain_selection_offset=False)

    @property
    def browsing(self) -> bool:
        """The prompt holds an earlier message, unchanged."""
        return self._place is not None and self.whole == self.earlier[self._place]

    def action_new_line(self) -> None:
        self.replace("\n", *self.selection, maintain_selection_offset=False)

    def action_complete_or_next(self) -> None:
        if not self.completion.complete():
            self.screen.focus_next()

    def _submit(self) -> None:
        # Taken at once: later keys belong to the next message.
        if self.text.strip():
            text = self.take()
            literal = message_in(text) != text
            message = PromptSubmitted(message_in(text), time.monotonic_ns(), literal=literal)
            if self._recalling:
                self._submitted.append(message)
            else:
                self.post_message(message)
        else:
            self.post_message(self.NothingSubmitted())

    def _step(self, by: int) -> None:
        if not self.browsing:
            self._place = None
        asks = by < 0 and self._place is None
        place = len(self.earlier) if self._place is None else self._place
        place = max(0, place + by)
        if place >= len(self.earlier):
            self._place = None
            self.clear()
        elif self.earlier:
            self._place = place
            self.put(self.earlier[place])
        if asks:
            self._recalling = self.answers_recalls
            self.post_message(self.QueuedRecalled(self.whole))


def _is_other_text(character: str | None) -> bool:
    return (
        character is not None
        and not character.isprintable()
        and all(unicodedata.category(one) not in _CONTROLS for one in character)
    )
