"""The question whether a tool may run, above the prompt until it is answered."""

import time
from collections import deque
from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import events as textual_events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static

from tui.core.formatting import brief_arguments, one_line
from tui.dashboard.messages import ApprovalDecided
from tui.protocol import events

DEAF = 0.3
"""Seconds in which keys are no answer: they were typed before the question was seen."""


class ApprovalBar(Static, can_focus=True):
    """Asks for one call at a time: y once, a always for this tool, n reject."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "decide(True)", "Once", show=False, id="approval.once"),
        Binding("a", "decide(True, True)", "Always", show=False, id="approval.always"),
        Binding("n", "decide(False)", "Reject", show=False, id="approval.reject"),
    ]

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        id: str | None = None,  # noqa: A002
    ) -> None:
        super().__init__(id=id, markup=False)
        self._clock = clock
        self._asked: deque[events.ApprovalRequested] = deque()
        self._shown_at = 0.0

    @property
    def asking(self) -> bool:
        return bool(self._asked)

    @property
    def listens(self) -> bool:
        """It asks, and what is pressed now is an answer."""
        return self.asking and not self._deaf

    def ask(self, request: events.ApprovalRequested) -> None:
        """Put a question at the end of the row."""
        self._asked.append(request)
        if len(self._asked) == 1:
            self._show()

    def settle(self, tool_call: str) -> None:
        """A question is answered or has lost its meaning."""
        first = self._asked[0].tool_call if self._asked else ""
        self._asked = deque(asked for asked in self._asked if asked.tool_call != tool_call)
        if tool_call == first:
            self._show()

    def dismiss_all(self) -> None:
        """The run is over: nothing is asked any more."""
        self._asked.clear()
        self._show()

    class Typed(Message):
        """A character that was no answer: somebody is typing and has not seen the question."""

        def __init__(self, character: str) -> None:
            self.character = character
            super().__init__()

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002
        """Letters may be meant for the prompt: `on_key` decides."""
        return character is not None and character.isprintable()

    def on_key(self, event: textual_events.Key) -> None:
        answer = event.key in {"y", "a", "n"} and not self._deaf
        if event.is_printable and event.character and not answer:
            event.stop()
            event.prevent_default()
            self._shown_at = self._clock()
            self.post_message(self.Typed(event.character))

    @property
    def _deaf(self) -> bool:
        return self._clock() - self._shown_at < DEAF

    def action_decide(self, approved: bool, always: bool = False) -> None:
        if not self._asked or self._deaf:
            return
        request = self._asked[0]
        self.settle(request.tool_call)
        self.post_message(ApprovalDecided(request.tool_call, approved=approved, always=always))

    def _show(self) -> None:
        self.set_class(self.asking, "-asking")
        if not self._asked:
            return
        self._shown_at = self._clock()
        request = self._asked[0]
        more = f"  ({len(self._asked) - 1} more)" if len(self._asked) > 1 else ""
        arguments = one_line(brief_arguments(request.arguments))
        question = Text.assemble(
            ("May ", ""),
            (request.agent or "the agent", "bold"),
            " run ",
            (request.name, "bold"),
            f"({arguments})?{more}\n",
            ("y", "bold"),
            " once · ",
            ("a", "bold"),
            " always for this tool · ",
            ("n", "bold"),
            " reject",
        )
        self.update(question)
        self.focus()
