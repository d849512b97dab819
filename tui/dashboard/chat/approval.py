"""Asks above the prompt whether a tool may run."""

import time
from collections import deque
from collections.abc import Callable
from typing import ClassVar

import msgspec
from rich.text import Text
from textual import events as textual_events
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Static

from tui.core.formatting import brief_arguments, one_line
from tui.dashboard.commands.bindings import bindings_for, key_of
from tui.dashboard.messages import ApprovalDecided
from tui.protocol import events

DEAF = 0.3
"""Seconds in which keys do not answer: they were typed before the question could be read."""


class ApprovalBar(Static, can_focus=True):
    """Asks about one call at a time. The screen acts on the answer, whatever has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = bindings_for("approval")

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
        """Whether a key is an answer now."""
        return self.asking and not self._deaf

    def ask(self, request: events.ApprovalRequested, name: str = "") -> None:
        """Add a question to those that wait; ``name`` is the tool's as it is shown."""
        self._asked.append(msgspec.structs.replace(request, name=name or request.name))
        if len(self._asked) == 1:
            self._show()

    def settle(self, tool_call: str) -> None:
        """A question is answered, or its call has ended."""
        first = self._asked[0].tool_call if self._asked else ""
        self._asked = deque(asked for asked in self._asked if asked.tool_call != tool_call)
        if tool_call == first:
            self._show()

    def dismiss_all(self) -> None:
        """The run has ended: drop all questions."""
        self._asked.clear()
        self._show()

    class Typed(Message):
        """A character that does not answer: the person types and has not seen the question."""

        def __init__(self, character: str) -> None:
            self.character = character
            super().__init__()

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002
        """A letter that does not answer is meant for the prompt: see `on_key`."""
        return character is not None and character.isprintable()

    def on_key(self, event: textual_events.Key) -> None:
        if event.is_printable and event.character:
            event.stop()
            event.prevent_default()
            self._shown_at = self._clock()
            self.post_message(self.Typed(event.character))

    @property
    def _deaf(self) -> bool:
        return self._clock() - self._shown_at < DEAF

    def action_decide(self, approved: bool, always: bool = False) -> None:
        """Answer the question that is shown."""
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
        once, always, reject = (
            (key_of(self, f"approval.{answer}"), "bold") for answer in ("once", "always", "reject")
        )
        question = Text.assemble(
            "May ",
            (request.agent or "the agent", "bold"),
            " run ",
            (request.name, "bold"),
            f"({arguments})?{more}\n",
            once,
            " once · ",
            always,
            " always for this tool · ",
            reject,
            " reject",
        )
        self.update(question)
        self.focus()
