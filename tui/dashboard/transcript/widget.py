"""The transcript: the widget that the chat pane tells what is said."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import count
from time import monotonic
from typing import Literal

from tui.dashboard.bindings import key_of
from tui.dashboard.transcript.drawn_line import Line
from tui.dashboard.transcript.leaves import literal_lines
from tui.dashboard.transcript.literal import literal, literal_line
from tui.dashboard.transcript.message import AnswerItem, MessageItem, ReasoningItem
from tui.dashboard.transcript.pace import Pace, Pacer
from tui.dashboard.transcript.reader import Reader
from tui.dashboard.transcript.transcript_items import (
    ErrorItem,
    HandoffItem,
    Item,
    NoticeItem,
    ToolItem,
    UserItem,
)

ToolState = Literal["ok", "failed", "cancelled", "rejected"]


class Transcript(Reader):
    """A conversation that streams. Verbs take keys of the caller's choosing and plain text.

    Times (``at``) are wall-clock seconds. Text means nothing but what Markdown says: no markup
    is executed and no escape reaches the terminal. Unknown keys are ignored.
    """

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        clock: Callable[[], float] = monotonic,
    ) -> None:
        super().__init__(id=id, clock=clock)
        self._pace: Pace = "instant"
        self._pacers: dict[str, Pacer] = {}
        self._work: dict[str, None] = {}
        self._unread: dict[str, None] = {}
        """Folded messages with text that is not taken in."""
        # In the order in which they came: a set that remembers.
        self._finishing: set[str] = set()
        """Messages that are complete, but not yet all shown."""
        self._thinking = ""
        self._hint = ""
        self._numbers = count()

    # What people and agents say

    def add_user(self, key: str, text: str, at: float) -> None:
        """The person's own message."""
        self._flush()
        self._add(UserItem(key, text, at))

    def start_answer(self, key: str, agent: str, at: float, *, as_json: bool = False) -> None:
        """An agent begins to speak; ``as_json`` for an output_type's JSON."""
        self._add(AnswerItem(key, agent, at, as_json=as_json))

    def append(self, key: str, text: str) -> None:
        """More of an answer, or of any message that streams."""
        item = self._message(key)
        if item is None or not text or item.finished or key in self._finishing:
            return
        if self._pace == "instant" and key not in self._pacers:
            item.feed(text)
        else:
            pacer = self._pacers.setdefault(key, Pacer(self._pace, self._clock()))
            pacer.arrive(text, self._clock())
        self._work[key] = None
        self.changed()

    def replace(self, key: str, text: str) -> None:
        """The final text of a message, where it differs from what was streamed."""
        item = self._message(key)
        if item is None:
            return
        pacer = self._pacers.get(key)
        if pacer is not None and item.source() + pacer.held == text:
            return
        self._pacers.pop(key, None)
        if item.replace(text):
            self.conversation.stale(item, range(1, len(item.units)))
            self._renew(item)

    def finish(self, key: str, *, interrupted: str = "") -> None:
        """A message is complete, or was cut for the reason given."""
        item = self._message(key)
        if item is None or item.finished:
            return
        if key in self._pacers and not interrupted:
            self._finishing.add(key)
            return
        self._finishing.discard(key)
        self._release(key)
        item.finish(f"interrupted: {interrupted}" if interrupted else "")
        if self._told_at_once and not (item.folded and item.header_only):
            # Else the whole would be as high as its headings, and the scrollbar as wrong.
            item.stand_in()
        self._renew(item)

    def withdraw(self, key: str, reason: str) -> None:
        """A guardrail took back what was shown."""
        item = self._message(key)
        if item is None:
            return
        self._pacers.pop(key, None)
        self._finishing.discard(key)
        self._work.pop(key, None)
        item.withdraw(reason)
        self.conversation.stale(item, range(len(item.units)))
        self._renew(item)

    # What models think

    def start_reasoning(self, key: str, at: float) -> None:
        """A model begins to think; shown as one line until it is opened."""
        self._add(ReasoningItem(key, at))

    def append_reasoning(self, key: str, text: str) -> None:
        """More of what it thinks."""
        self.append(key, text)

    def finish_reasoning(self, key: str, seconds: float) -> None:
        """It has thought for so long."""
        item = self._message(key)
        if isinstance(item, ReasoningItem):
            item.seconds = seconds
            self.conversation.stale(item, [0])
            self.finish(key)

    def toggle_reasoning(self) -> None:
        """Show or fold all reasoning."""
        items = [item for item in self.conversation.items if item.kind == "reasoning"]
        folded = any(not item.folded for item in items)
        for item in items:
            self.fold(item.key, folded=folded)

    # What happens between messages

    def add_tool(self, key: str, name: str, at: float, parent: str = "") -> None:
        """A tool is called; ``parent`` is the key of the call that it happens in."""
        self._add(ToolItem(key, name, at, parent))

    def set_tool_arguments(self, key: str, text: str) -> None:
        """The arguments of a call, as far as they are known."""
        item = self.conversation.by_key.get(key)
        if isinstance(item, ToolItem) and item.arguments != text:
            item.arguments = text
            self._rebuilt(item)

    def finish_tool(
        self, key: str, *, state: ToolState, result: str, seconds: float | None
    ) -> None:
        """A call is over."""
        item = self.conversation.by_key.get(key)
        if isinstance(item, ToolItem):
            item.state, item.result, item.seconds = state, result, seconds
            self._rebuilt(item)

    def add_handoff(self, source: str, target: str, at: float, call: str = "") -> None:
        """Another agent takes over; ``call`` is the key of the call that asked for it, if shown.

        The line of that call becomes the one of the handoff.
        """
        asked = self.conversation.by_key.get(call)
        if isinstance(asked, ToolItem):
            handoff = HandoffItem(call, source, target, at)
            handoff.show_time = asked.show_time
            self.conversation.replace(asked, handoff)
            self._touched(handoff)
        else:
            self._add(HandoffItem(self._key(), source, target, at))

    def add_error(  # noqa: PLR0917 - the card's parts from top to bottom
        self,
        key: str,
        title: str,
        what_to_do: str,
        keys_hint: str,
        detail: str,
        at: float,
        *,
        folded: bool = True,
    ) -> None:
        """A card: what happened, what to do, which keys; a key shows or hides the detail."""
        self._flush()
        fold_key = key_of(self, "transcript.fold")
        self._add(
            ErrorItem(
                key, title, what_to_do, keys_hint, detail, at, folded=folded, fold_key=fold_key
            )
        )

    def add_notice(self, text: str, at: float) -> None:
        """A line of the program's own."""
        self._add(NoticeItem(self._key(), text, at))

    # What is live at the end

    def show_thinking(self, text: str) -> None:
        """One live line at the end: nothing has come yet, and why."""
        text = literal_line(text)
        if text != self._thinking:
            self._thinking = text
            self.changed(self.conversation.total)

    def hide_thinking(self) -> None:
        """Something came."""
        self.show_thinking("")

    def trailer(self) -> list[Line]:
        palette = self.conversation.palette
        text = self._thinking or ("" if self.conversation.items else self._hint)
        return [[], *literal_lines(text, self.conversation.width, palette, "dim")] if text else []

    def set_hint(self, text: str) -> None:
        """What an empty conversation says; it goes with the first thing that happens."""
        self._hint = literal(text)
        self.changed(self.conversation.total)

    # The conversation as a whole

    def remove_from(self, key: str) -> None:
        """Take back an item and everything after it."""
        item = self.conversation.by_key.get(key)
        if item is not None:
            self._remove(item.index)

    def is_last(self, key: str) -> bool:
        """Whether nothing stands below the item."""
        item = self.conversation.by_key.get(key)
        return item is not None and item is self.conversation.items[-1]

    def clear(self) -> None:
        """Forget the conversation."""
        self._remove(0)

    @property
    def pace(self) -> Pace:
        """How fast arrived text is shown."""
        return self._pace

    def set_pace(self, pace: Pace) -> None:
        """How fast arrived text is shown, from the next text on."""
        self._flush()
        self._pace = pace

    def opened(self, item: Item) -> None:
        if isinstance(item, MessageItem):
            self._renew(item)

    def read_folded(self) -> None:
        for key in list(self._unread):
            item = self._message(key)
            if item is not None:
                for stale in item.steps():
                    self.conversation.stale(item, stale)
                self.conversation.changed(item)
        self._unread.clear()

    # Doing it

    def work(self, deadline: float) -> bool:
        """Take in text, a step at a time, until the deadline."""
        now = self._clock()
        for key, pacer in list(self._pacers.items()):
            item = self._message(key)
            if item is not None and (text := pacer.release(now)):
                item.feed(text)
                self._work[key] = None
            if pacer.is_empty:
                del self._pacers[key]
                if key in self._finishing:
                    self.finish(key)
        # The newest first: it is what is looked at when a whole conversation is told at once.
        for key in list(self._work)[::-1]:
            item = self._message(key)
            if item is not None and not self._advance(item, deadline):
                return True
            self._work.pop(key, None)
        return bool(self._pacers)

    def take_in_end(self, lines: int) -> None:
        """Do what is due for so many lines at the end, however long it takes."""
        for key in list(self._work)[::-1]:
            item = self._message(key)
            if item is not None:
                self._advance(item, math.inf)
            del self._work[key]
            if item is not None and self._lines_from(item) >= lines:
                return

    def take_in_colours(self) -> None:
        for item in self.conversation.items:
            if isinstance(item, MessageItem) and item.awaits_colours:
                self._work[item.key] = None

    def _lines_from(self, item: Item) -> int:
        return self.conversation.total - self.conversation.heights.start(item.index)

    def _advance(self, item: MessageItem, deadline: float) -> bool:
        """Work on a message; False if time ran out before it was done."""
        start = self.conversation.heights.start(item.index)
        if item.folded and item.header_only:
            self._unread[item.key] = None
            self._touched(item)
            return True
        self.changed(start + item.heights.start(min(item.tail_index, len(item.heights))))
        steps = item.steps()
        for stale in steps:
            if stale:
                self.conversation.stale(item, stale)
                self.changed(start)
            if self._clock() >= deadline:
                self.conversation.changed(item)
                return False
        self.conversation.stale(item, [item.tail_index])
        self.conversation.changed(item)
        return True

    def _add(self, item: Item) -> None:
        if item.key in self.conversation.by_key:
            return
        self.changed(self.conversation.total)
        item.show_time = self._times
        self.conversation.add(item)

    def _remove(self, index: int) -> None:
        for item in self.conversation.items[index:]:
            self._work.pop(item.key, None)
            self._unread.pop(item.key, None)
            self._pacers.pop(item.key, None)
            self._finishing.discard(item.key)
        self.changed(self.conversation.heights.start(index))
        self.conversation.remove_from(index)

    def _renew(self, item: MessageItem) -> None:
        self._work[item.key] = None
        self._touched(item)

    def _rebuilt(self, item: ToolItem) -> None:
        self.conversation.stale(item, range(len(item.units)))
        item.rebuild()
        self._touched(item)

    def _touched(self, item: Item) -> None:
        self.conversation.changed(item)
        self.changed(self.conversation.heights.start(item.index))

    def _release(self, key: str) -> None:
        pacer = self._pacers.pop(key, None)
        item = self._message(key)
        if pacer is not None and item is not None:
            item.feed(pacer.flush())

    def _flush(self) -> None:
        for key in list(self._pacers):
            self._release(key)
            self._work[key] = None
        for key in list(self._finishing):
            self.finish(key)

    def _message(self, key: str) -> MessageItem | None:
        item = self.conversation.by_key.get(key)
        return item if isinstance(item, MessageItem) else None

    def _key(self) -> str:
        return f"\0{next(self._numbers)}"
