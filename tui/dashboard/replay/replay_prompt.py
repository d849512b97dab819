"""The prompt of a replay: it takes commands, and no messages."""

from textual.message import Message
from textual.widgets.text_area import Edit, EditResult
from typing_extensions import override

from tui.dashboard.chat.prompt import Prompt
from tui.dashboard.commands.bindings import key_of


class ReplayPrompt(Prompt):
    """Only text that begins with "/" stays in it."""

    class Refused(Message):
        """Something else was typed or pasted."""

    @override
    def invitation(self) -> str:
        return f"Replay, read-only · / for commands · {key_of(self, 'quit')} quits"

    @override
    def edit(self, edit: Edit) -> EditResult:
        result = super().edit(edit)
        if self.text and not self.text.startswith("/"):
            self.clear()
            self.post_message(self.Refused())
        return result
