"""Asks above the prompt whether a tool may run, and shows all that it would run with."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, Literal, NamedTuple

import msgspec
from rich.text import Text
from textual import events as textual_events
from textual.binding import BindingType
from textual.geometry import Size
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget

from tui.core.formatting import counted
from tui.dashboard.chat.argument_lines import LaidOut, argument_lines
from tui.dashboard.commands.bindings import bindings_for, commands_of, key_of
from tui.dashboard.commands.command_table import command_of
from tui.dashboard.controllers.approval_answers import Way
from tui.dashboard.messages import ApprovalDecided
from tui.protocol import events

LOW = 14
"""Rows of a terminal below which the question has three lines (`.-low` in the stylesheet)."""

IGNORE_KEYS = 0.3
"""Seconds in which keys do not answer: they were typed before the question could be read."""

HOLD = 0.25
"""Seconds in which no other letter may follow an answer: it would be the first one of a message."""

Answer = Literal["once", "always", "reject", Way]
ANSWERS: tuple[Answer, ...] = (
    "once", "always", "reject", "reason", "edit", "all", "none",
)  # fmt: skip
"""The commands ``approval.*``."""


class _Held(NamedTuple):
    """An answer that may be the first letter of a message."""

    letter: str
    timer: Timer


MOST_SHOWN_FIRST = 2_000
"""Characters of longer ones that are shown until all of them are laid out."""


_WORDLESS = (("always", " "), ("reason", " "), ("edit", ""))
"""Keys that are only named where there is no room for words."""


class ApprovalBar(Widget, can_focus=True):
    """Asks about one call at a time. The screen acts on the answer, whatever has the focus.

    In the prompt, letters are text. The bar then names the key that leaves it.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings_for("approval")

    class Changed(Message):
        """The bar has begun to ask, has another question, or asks no more."""

    def __init__(
        self,
        type_on: Callable[[str], object],
        answer_by: Callable[[Way], object],
        *,
        reach: Callable[[], str] | None = None,
        id: str | None = None,  # noqa: A002
    ) -> None:
        """``type_on`` gets the characters that do not answer.

        ``answer_by`` asks for what an answer needs besides a key; ``reach`` says how to get to the
        question from elsewhere, by default from the prompt.
        """
        super().__init__(id=id)
        self._type_on = type_on
        self._answer_by = answer_by
        self._hold = HOLD
        self._held: _Held | None = None
        self._clock = time.monotonic
        self._reach = reach or (lambda: f"{key_of(self, 'prompt.complete')} leaves the prompt")
        self._asked: deque[events.ApprovalRequested] = deque()
        self._shown_at = 0.0
        self._in_prompt = False
        self._top = 0
        """The first line of the arguments that is shown."""
        self._laid_out: LaidOut[str] = LaidOut(self, self._ignore_keys)
        """The arguments. No key answers before all of them can be read."""

    @property
    def asking(self) -> bool:
        return bool(self._asked)

    @property
    def pending(self) -> tuple[events.ApprovalRequested, ...]:
        """The questions, the one that is shown first."""
        return tuple(self._asked)

    @property
    def listens(self) -> bool:
        """Whether a key is an answer now."""
        return (
            self.asking
            and not self._ignores_keys
            and not self._in_prompt
            and not self._laid_out.reading
        )

    def allow_focus(self) -> bool:
        """Only while it asks: a question may be settled before the focus has moved to it."""
        return super().allow_focus() and self.asking

    def focus_moved(self, *, in_prompt: bool) -> None:
        """Say whether the prompt has the focus now, or what else keeps keys from the question."""
        if in_prompt != self._in_prompt:
            self._in_prompt = in_prompt
            self.refresh(layout=True)

    def typed(self) -> None:
        """The prompt was edited: the next letter may belong to the same words."""
        self._ignore_keys()

    def ask(
        self, request: events.ApprovalRequested, name: str = "", *, drafting: bool = False
    ) -> None:
        """Add a question to those that wait; ``name`` is the tool's as it is shown.

        ``drafting``: the user is writing a message or is elsewhere, and keeps the focus.
        """
        self._asked.append(msgspec.structs.replace(request, name=name or request.name))
        if len(self._asked) > 1:
            self.refresh(layout=True)
        else:
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
        else:
            self.refresh(layout=True)

    def dismiss_all(self) -> None:
        """The run has ended: drop all questions."""
        self._asked.clear()
        self._show()

    def check_consume_key(self, key: str, character: str | None) -> bool:  # noqa: ARG002
        """A letter that does not answer is meant for the prompt: see `on_key`."""
        return character is not None and character.isprintable()

    def on_key(self, event: textual_events.Key) -> None:
        page = self._room
        steps = {
            "up": -1, "down": 1, "pageup": -page, "pagedown": page, "home": -self._last,
            "end": self._last,
        }  # fmt: skip
        letter = event.character if event.is_printable else None
        # Here, not by the screen's bindings: in a burst those would overtake other letters.
        answer = next((one for one in ANSWERS if event.key in self._keys_of(one)), None)
        if answer is not None:
            self._pressed(answer, letter)
        elif event.key in steps and self._last:
            self._scroll(steps[event.key])
        elif letter:
            self._type(letter)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_mouse_scroll_down(self, event: textual_events.MouseScrollDown) -> None:
        event.stop()
        self._scroll(3)

    def on_mouse_scroll_up(self, event: textual_events.MouseScrollUp) -> None:
        event.stop()
        self._scroll(-3)

    @property
    def _ignores_keys(self) -> bool:
        return self._clock() - self._shown_at < IGNORE_KEYS

    def answer(self, answer: Answer) -> None:
        """Answer by a key that was pressed while something else had the focus."""
        key = key_of(self, f"approval.{answer}")
        # Letters before it may still wait here, in a burst of keys: go after them.
        self.call_later(self._pressed, answer, key if len(key) == 1 else None)

    def _keys_of(self, answer: Answer) -> tuple[str, ...]:
        return command_of(commands_of(self), f"approval.{answer}").keys

    def _pressed(self, answer: Answer, letter: str | None) -> None:
        """A letter is no answer amid other letters: then it belongs to a message."""
        listens = self.listens and self._held is None
        if letter is None or (listens and not self._hold):
            if listens:
                self._act(answer)
        elif listens:
            self._held = _Held(letter, self.set_timer(self._hold, partial(self._act, answer)))
        else:
            self._type(letter)

    def _type(self, letters: str) -> None:
        """They are words for the prompt, and so is the answer just before them."""
        self.typed()
        self._type_on(self._release() + letters)

    def _release(self) -> str:
        """The letter that was held, if one was."""
        held, self._held = self._held, None
        if held is None:
            return ""
        held.timer.stop()
        return held.letter

    def _act(self, answer: Answer) -> None:
        self._release()
        match answer:
            case _ if not self.asking:
                pass
            case "once" | "always":
                self.decide(self._asked[0].tool_call, approved=True, always=answer == "always")
            case "reject":
                self.decide(self._asked[0].tool_call, approved=False)
            case _:
                self._answer_by(answer)

    def decide(
        self,
        tool_call: str,
        *,
        approved: bool,
        always: bool = False,
        reason: str = "",
        arguments: str = "",
    ) -> None:
        """Answer one question; ``arguments``: JSON that the tool gets instead."""
        self.settle(tool_call)
        self.post_message(
            ApprovalDecided(
                tool_call, approved=approved, always=always, reason=reason, arguments=arguments
            )
        )

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's signature
        if not self._asked:
            return 0
        return len(self._head(width)) + self._shown_lines(width) + len(self._keys(width))

    def render(self) -> Text:
        if not self._asked:
            return Text()
        width = self.size.width
        lines = self._lines(width)
        count = self._shown_lines(width)
        self._top = max(0, min(self._top, len(lines) - count))
        shown = [Text(line) for line in lines[self._top : self._top + count]]
        return Text("\n", end="").join([*self._head(width), *shown, *self._keys(width)])

    def _show(self) -> None:
        self.set_class(self.asking, "-asking")
        self.post_message(self.Changed())
        self._top = 0
        self._release()
        if self._asked:
            self._ignore_keys()
        self.refresh(layout=True)

    def _ignore_keys(self) -> None:
        """A key that is pressed now was not meant for what is shown now."""
        self._shown_at = self._clock()

    def _scroll(self, by: int) -> None:
        self._top = max(0, min(self._top + by, self._last))
        self.refresh()

    @property
    def _room(self) -> int:
        """How many lines of arguments fit without taking the chat's room."""
        return 1 if self._low else max(2, self.app.size.height // 3 - 3)

    @property
    def _low(self) -> bool:
        """The terminal has three rows for all of this."""
        return self.app.size.height < LOW

    @property
    def _last(self) -> int:
        """The first line of the last page."""
        return max(0, len(self._lines(self.size.width)) - self._room)

    def _shown_lines(self, width: int) -> int:
        return min(len(self._lines(width)), self._room)

    def _lines(self, width: int) -> Sequence[str]:
        """All lines of the arguments, broken at the width."""
        text = self._asked[0].arguments if self._asked else ""
        lines = self._laid_out.lines((text, width), len(text), partial(argument_lines, text, width))
        if lines is not None:
            return lines
        more = counted(len(text) - MOST_SHOWN_FIRST, "more character")
        return [*argument_lines(text[:MOST_SHOWN_FIRST], width), f"… reading {more}"]

    def _head(self, width: int) -> list[Text]:
        request = self._asked[0]
        many = f"  (1 of {len(self._asked)})" if len(self._asked) > 1 else ""
        question = Text.assemble(
            "May ",
            (request.agent or "the agent", "bold"),
            " run ",
            (request.name, "bold"),
            "?",
            many,
        )
        if self._low:
            question.truncate(max(width, 8), overflow="ellipsis")
            return [question]
        head = [*question.wrap(self.app.console, max(width, 8))]
        if request.problem:
            problem = Text(f"Not run yet: {request.problem}", "bold")
            head += problem.wrap(self.app.console, max(width, 8))
        return head

    def _keys(self, width: int) -> list[Text]:
        """How to answer, and where in the arguments this is."""
        named = [
            ("once", "once"), ("always", "always for this tool"), ("reject", "reject"),
            ("reason", "reject with a reason"), ("edit", "edit"),
        ]  # fmt: skip
        if len(self._asked) > 1:
            named += [("all", "all"), ("none", "none")]
        line = Text()
        total, room = len(self._lines(width)), self._room
        if self._low:
            return [self._few_keys(total, width)]
        if total > room:
            last = min(total, self._top + room)
            line.append(f"lines {self._top + 1}-{last} of {total}, ↑ ↓ scroll\n", "bold")
        if self._in_prompt:
            line.append(f"{self._reach()}, then ")
        for place, (id_, word) in enumerate(named):
            line.append(" · " if place else "")
            line.append(key_of(self, f"approval.{id_}"), "bold")
            line.append(f" {word}")
        return [*line.wrap(self.app.console, max(width, 8))]

    def _few_keys(self, total: int, width: int) -> Text:
        """The same in one line."""
        line = Text(f"{self._top + 1}/{total}↕ " if total > 1 else "")
        if self._in_prompt:
            line.append(f"{key_of(self, 'prompt.complete')}, ")
        for id_, word in (("once", " once "), ("reject", " reject "), *_WORDLESS):
            line.append(key_of(self, f"approval.{id_}"), "bold")
            line.append(word)
        line.truncate(max(width, 8), overflow="ellipsis")
        return line
