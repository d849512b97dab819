"""All messages between the stream, the screen and the widgets.

`wiring.py` posts those of the stream; widgets post what the user does.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.message import Message

from tui.protocol.commands import Approve, Reject

if TYPE_CHECKING:
    from tui.core.conversation import Step
    from tui.core.metrics import Figures
    from tui.dashboard.tools.tool_rows import Row


class StreamAdvanced(Message):
    """Events in order, each with what it changed; ``live`` is False for a stored session."""

    def __init__(self, steps: "tuple[Step, ...]", *, live: bool = True) -> None:
        self.steps = steps
        self.live = live
        super().__init__()


class FiguresChanged(Message, bubble=False):
    """The current figures."""

    def __init__(self, figures: "Figures") -> None:
        self.figures = figures
        super().__init__()


class PromptSubmitted(Message):
    """Enter was pressed in the prompt, at ``entered_at``: `time.monotonic_ns()`.

    ``literal``: a message, although it begins like a command.
    """

    def __init__(self, text: str, entered_at: int, *, literal: bool = False) -> None:
        self.text = text
        self.literal = literal
        self.entered_at = entered_at
        super().__init__()


class ThresholdCrossed(Message):
    """A threshold was crossed; ``text`` says which one, and by how much."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__()


class PersonNeeded(Message):
    """A long turn has ended, or a tool asks: ``text`` says so to a person who looks elsewhere."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__()


class LinkClicked(Message):
    """A web address (http or https only) was clicked: ask before opening it."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()


class HitsChanged(Message):
    """A search found ``count`` hits and shows number ``current``, from 1; 0 for none.

    ``folded`` of them were in parts that are not shown, before this one was opened.
    """

    def __init__(self, pattern: str, current: int, count: int, folded: int = 0) -> None:
        self.pattern = pattern
        self.current = current
        self.count = count
        self.folded = folded
        super().__init__()


class ApprovalDecided(Message):
    """The user approved or rejected a tool call; the model gets the ``reason``.

    ``arguments``: JSON that the tool gets instead of the model's.
    """

    def __init__(
        self,
        tool_call: str,
        *,
        approved: bool,
        always: bool,
        reason: str = "",
        arguments: str = "",
    ) -> None:
        self.tool_call = tool_call
        self.approved = approved
        self.always = always
        self.reason = reason
        self.arguments = arguments
        super().__init__()

    def command(self, run: str = "") -> Approve | Reject:
        """What to send to the worker."""
        if self.approved:
            return Approve(
                tool_call=self.tool_call, always=self.always, run=run, arguments=self.arguments
            )
        return Reject(tool_call=self.tool_call, always=self.always, reason=self.reason, run=run)


class Copied(Message):
    """A pane copies text; ``what`` describes it in a few words."""

    def __init__(self, text: str, what: str) -> None:
        self.text = text
        self.what = what
        super().__init__()


class PagerWanted(Message):
    """A pane asks for a text to be shown in the user's pager."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__()


class ResultWanted(Message):
    """The tool log asks for the rest of a long result, which only the journal has now."""

    def __init__(self, row: "Row", then: Callable[[], object]) -> None:
        """``then`` is called when the row has it."""
        self.row = row
        self.then = then
        super().__init__()
