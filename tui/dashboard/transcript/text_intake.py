"""Turns the text of messages that stream into units, a portion at a time."""

import math
from collections.abc import Callable

from tui.dashboard.transcript.line_layout import LineLayout
from tui.dashboard.transcript.message_items import MessageItem
from tui.dashboard.transcript.text_pace import Pace, Pacer

CANCELLED = "cancelled"
"""Why text was cut with its run."""


class TextIntake:
    """Text that has arrived and is not drawn yet: held back by a pace, or waiting for time."""

    def __init__(self, layout: LineLayout, clock: Callable[[], float]) -> None:
        self.pace: Pace = "instant"
        self.is_bulk = False
        """A whole conversation is being added: finished messages get their full height at once."""
        self._layout = layout
        self._clock = clock
        # Dictionaries as sets that keep their order.
        self._due: dict[MessageItem, None] = {}
        self._folded: dict[MessageItem, None] = {}
        """Messages that wait until they are opened or searched."""
        self._pacers: dict[MessageItem, Pacer] = {}
        self._finishing: set[MessageItem] = set()
        """Messages that are complete, but have text held back."""

    def feed(self, item: MessageItem, text: str) -> None:
        """More text of a message."""
        if not text or item.finished or item in self._finishing:
            return
        if self.pace == "instant" and item not in self._pacers:
            item.feed(text)
        else:
            now = self._clock()
            self._pacers.setdefault(item, Pacer(self.pace, now)).arrive(text, now)
        self._due[item] = None
        self._layout.changed(None)

    def replace(self, item: MessageItem, text: str) -> None:
        """The final text of a message, where it differs from what was streamed."""
        pacer = self._pacers.get(item)
        if pacer is not None and item.text() + pacer.held == text:
            return
        self._pacers.pop(item, None)
        if item.replace(text):
            self.renew(item)

    def finish(self, item: MessageItem, *, interrupted: str = "") -> None:
        """A message is complete, or was cut for the reason given."""
        if item.finished:
            return
        if item in self._pacers and not interrupted:
            self._finishing.add(item)
            return
        self._finishing.discard(item)
        self._release(item)
        # That the run was cancelled is said once, below it.
        why = "" if interrupted == CANCELLED else f": {interrupted}"
        item.finish(f"interrupted{why}" if interrupted else "")
        if self.is_bulk and not (item.folded and item.header_only):
            # Else its height would be that of its heading, and the scroll bar wrong.
            item.show_source()
        self.renew(item)

    def withdraw(self, item: MessageItem, reason: str) -> None:
        """Show a reason in place of a message's text."""
        self.drop(item)
        item.withdraw(reason)
        self.renew(item)

    def renew(self, item: MessageItem) -> None:
        """Work on a message again: it has another text, or more of it is needed."""
        self._due[item] = None
        self._layout.update(item)

    def drop(self, item: MessageItem) -> None:
        """Forget what waits for a message."""
        self._due.pop(item, None)
        self._folded.pop(item, None)
        self._pacers.pop(item, None)
        self._finishing.discard(item)

    def flush(self) -> None:
        """Hold no text back."""
        for item in list(self._pacers):
            self._release(item)
            self._due[item] = None
        for item in list(self._finishing):
            self.finish(item)

    def work(self, deadline: float) -> bool:
        """Take in text, a step at a time, until the deadline; True if more is left."""
        now = self._clock()
        for item, pacer in list(self._pacers.items()):
            if text := pacer.release(now):
                item.feed(text)
                self._due[item] = None
            if pacer.is_empty:
                del self._pacers[item]
                if item in self._finishing:
                    self.finish(item)
        # The newest first: its end is in view when a whole conversation is added.
        for item in list(self._due)[::-1]:
            if not self._advance(item, deadline):
                return True
            self._due.pop(item, None)
        return bool(self._pacers)

    def work_on_end(self, lines: int) -> None:
        """Take in the text of so many lines at the end, however long it takes."""
        for item in list(self._due)[::-1]:
            self._advance(item, math.inf)
            del self._due[item]
            if self._layout.lines_from(item) >= lines:
                return

    def take_in_folded(self) -> None:
        """Take in all text of messages that are folded."""
        for item in self._folded:
            for units in item.steps():
                self._layout.redraw(item, units)
            self._layout.measure(item)
        self._folded.clear()

    def colour_code(self) -> None:
        """Work on messages whose code was left plain until lexers are loaded."""
        for item in self._layout.items:
            if isinstance(item, MessageItem) and item.awaits_colours:
                self._due[item] = None

    def _advance(self, item: MessageItem, deadline: float) -> bool:
        """Work on a message; False if time ran out before it was done."""
        layout = self._layout
        if item.folded and item.header_only:
            self._folded[item] = None
            layout.update(item)
            return True
        start = layout.heights.start(item.index)
        layout.changed(start + item.heights.start(min(item.tail_index, len(item.heights))))
        for units in item.steps():
            if units:
                layout.redraw(item, units)
                layout.changed(start)
            if self._clock() >= deadline:
                layout.measure(item)
                return False
        layout.redraw(item, [item.tail_index])
        layout.measure(item)
        return True

    def _release(self, item: MessageItem) -> None:
        pacer = self._pacers.pop(item, None)
        if pacer is not None:
            item.feed(pacer.flush())
