"""Asks above the prompt whether a tool may run."""

import time
from collections import deque
from collections.abc import Callable
from typing import ClassVar

import msgspec
from rich.text import Text
from textual import events as textual_events
from textual.binding import BindingType
from textual.widgets import Static

from tui.core.formatting import brief_arguments, one_line
from tui.dashboard.commands.bindings import bindings_for, key_of
from tui.dashboard.messages import ApprovalDecided
from tui.protocol import events

DEAF = 0.3
"""Seconds in which keys do not answer: they were typed before the question could be read."""


class ApprovalBar(Static, can_focus=True):
    """Asks about one call at a time. The screen acts on the answer, whatever has the focus.

    In the prompt, letters are text. The bar then names the key that leaves it.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings_for("approval")

    def __init__(
        self,
        type_on: Callable[[str], object],
        *,
        clock: Callable[[], float] = time.monotonic,
        reach: Callable[[], str] | None = None,
        id: str | None = None,  # noqa: A002
    ) -> None:
        """``type_on`` gets each character that does not answer.

        ``reach`` says how to get to the question from elsewhere, by default from the prompt.
        """
        super().__init__(id=id, markup=False)
        self._type_on = type_on
        self._clock = clock
        self._reach = reach or (lambda: f"{key_of(self, 'prompt.complete')} leaves the prompt")
        self._asked: deque[events.ApprovalRequested] = deque()
        self._shown_at = 0.0
        self._in_prompt = False

    @property
    def asking(self) -> bool:
        return bool(self._asked)

    @property
    def listens(self) -> bool:
        """Whether a key is an answer now."""
        return self.asking and not self._deaf and not self._in_prompt

    def allow_focus(self) -> bool:
        """Only while it asks: a question may be settled before the focus has moved to it."""
        return super().allow_focus() and self.asking

    def focus_moved(self, *, in_prompt: bool) -> None:
        """Say whether the prompt has the focus now, or what else keeps keys from the question."""
        if in_prompt != self._in_prompt:
            self._in_prompt = in_prompt
            self._write()

    def typed(self) -> None:
        """The prompt was edited: the next letter may belong to the same words."""
        self._shown_at = self._clock()

    def ask(
        self, request: events.ApprovalRequested, name: str = "", *, drafting: bool = False
    ) -> None:
        """Add a question to those that wait; ``name`` is the tool's as it is shown.

        ``drafting``: the user is writing a message or is elsewhere, and keeps the focus.
        """
        self._asked.append(msgspec.structs.replace(request, name=name or request.name))
        if len(self._asked) == 1:
            self._in_prompt = drafting
            self._show()
            if not drafting:
                self.focus()

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

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002
        """A letter that does not answer is meant for the prompt: see `on_key`."""
        return character is not None and character.isprintable()

    def on_key(self, event: textual_events.Key) -> None:
        if event.is_printable and event.character:
            event.stop()
            event.prevent_default()
            self.typed()
            self._type_on(event.character)

    @property
    def _deaf(self) -> bool:
        return self._clock() - self._shown_at < DEAF

    def action_decide(self, approved: bool, always: bool = False) -> None:
        """Answer the question that is shown."""
        if not self.listens:
            return
        request = self._asked[0]
        self.settle(request.tool_call)
        self.post_message(ApprovalDecided(request.tool_call, approved=approved, always=always))

    def _show(self) -> None:
        self.set_class(self.asking, "-asking")
        if not self._asked:
            return
        self._shown_at = self._clock()
        self._write()

    def _write(self) -> None:
        if not self._asked:
            return
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
            f"{self._reach()}, then " if self._in_prompt else "",
            once,
            " once · ",
            always,
            " always for this tool · ",
            reject,
            " reject",
        )
        self.update(question)
