"""What is said and done in a conversation, item by item."""

from itertools import count
from typing import Literal

from tui.core.conversation import Citation
from tui.dashboard.transcript.line_layout import LineLayout
from tui.dashboard.transcript.literal import literal, literal_line
from tui.dashboard.transcript.message_items import (
    AnswerItem,
    MessageItem,
    ReasoningItem,
    RefusalItem,
)
from tui.dashboard.transcript.text_intake import TextIntake
from tui.dashboard.transcript.transcript_items import (
    ErrorItem,
    HandoffItem,
    Item,
    NoticeItem,
    ToolItem,
    UserItem,
)

ToolState = Literal["ok", "failed", "cancelled", "interrupted", "rejected"]


class ItemList:
    """The items from top to bottom. Keys are of the caller's choosing; unknown ones are ignored.

    Times (``at``) are wall-clock seconds. Text is plain text or Markdown: no markup is executed,
    and no escape sequence reaches the terminal.
    """

    def __init__(self, layout: LineLayout, intake: TextIntake) -> None:
        self.items = layout.items
        self.by_key: dict[str, Item] = {}
        self.fold_key = "Space"
        self._layout = layout
        self._intake = intake
        self._show_times = False
        self._thinking = ""
        self._hint = ""
        self._numbers = count()
        self._aside: dict[str, list[Item]] = {}

    # Messages

    def add_user(self, key: str, text: str, at: float) -> None:
        """Add the user's own message."""
        self._intake.flush()
        self._add(UserItem(key, text, at))

    def start_answer(self, key: str, agent: str, at: float, *, as_json: bool = False) -> None:
        """Add an agent's message that will stream; ``as_json`` if it has an output_type."""
        self._add(AnswerItem(key, agent, at, as_json=as_json))

    def label(self, key: str, label: str) -> None:
        """Put a word beside the agent's name: what kind of message it is."""
        item = self._message(key)
        if item is not None and item.label != label:
            item.label = literal_line(label)
            self._layout.redraw(item, [0])

    def start_refusal(self, key: str, agent: str, at: float) -> None:
        """Add a message that will stream, in which an agent declines to answer."""
        self._add(RefusalItem(key, agent, at))

    def append(self, key: str, text: str) -> None:
        """Add text to an answer or to reasoning."""
        if (item := self._message(key)) is not None:
            self._intake.feed(item, text)

    def replace(self, key: str, text: str) -> None:
        """Set the final text of a message; does nothing if it is what was streamed."""
        if (item := self._message(key)) is not None:
            self._intake.replace(item, text)

    def cite(self, key: str, citations: tuple[Citation, ...]) -> None:
        """Set the sources of a message."""
        if (item := self._message(key)) is not None:
            item.cite(citations)
            self._layout.redraw(item, range(len(item.units)))
            self._layout.update(item)

    def finish(self, key: str, *, interrupted: str = "") -> None:
        """End a message; ``interrupted`` is why it was cut."""
        if (item := self._message(key)) is not None:
            self._intake.finish(item, interrupted=interrupted)

    def note(self, key: str, note: str) -> None:
        """Say something else below a message that was cut."""
        if (item := self._message(key)) is not None:
            item.note(note)
            self._intake.renew(item)

    def withdraw(self, key: str, reason: str) -> None:
        """Replace a message by the reason why a guardrail took it back."""
        if (item := self._message(key)) is not None:
            self._intake.withdraw(item, reason)

    def start_reasoning(self, key: str, at: float) -> None:
        """Add a model's reasoning: one line until it is opened."""
        self._add(ReasoningItem(key, at))

    def finish_reasoning(self, key: str, seconds: float) -> None:
        """End reasoning that took so long."""
        item = self._message(key)
        if isinstance(item, ReasoningItem):
            item.seconds = seconds
            self._layout.redraw(item, [0])
            self._intake.finish(item)

    def recast(self, key: str, text: str, seconds: float) -> None:
        """An answer turned out to be reasoning that took so long: put it in its place."""
        answer = self._message(key)
        if answer is None:
            return
        self._intake.drop(answer)
        reasoning = ReasoningItem(key, answer.at)
        reasoning.show_time = answer.show_time
        self.by_key[key] = reasoning
        self._layout.replace(answer, reasoning)
        self._intake.replace(reasoning, text)
        self.finish_reasoning(key, seconds)

    # Between messages

    def add_tool(self, key: str, name: str, at: float, parent: str = "") -> None:
        """Add a tool call; ``parent`` is the key of the call that made it."""
        self._add(ToolItem(key, name, at, parent))

    def set_tool_arguments(self, key: str, text: str, name: str = "", edited: str = "") -> None:
        """Set the arguments of a call, as far as they are known, and perhaps a better name.

        ``edited`` is what the tool gets instead, if the person has changed them.
        """
        item = self.by_key.get(key)
        if not isinstance(item, ToolItem):
            return
        shown = literal_line(name) or item.name
        if (item.arguments, item.name, item.edited) != (text, shown, edited):
            item.arguments, item.name, item.edited = text, shown, edited
            self._rebuild(item)

    def tool_waits(self, key: str, *, waits: bool) -> None:
        """Whether a call waits for the user's answer."""
        item, state = self.by_key.get(key), "waiting" if waits else "running"
        if isinstance(item, ToolItem) and item.state in {"waiting", "running"} - {state}:
            item.state = state
            self._rebuild(item)

    def finish_tool(
        self,
        key: str,
        *,
        state: ToolState,
        result: str,
        seconds: float | None,
        approximate: bool = False,
    ) -> None:
        """End a call; ``approximate``: its times are not its own."""
        item = self.by_key.get(key)
        if isinstance(item, ToolItem):
            item.state, item.result, item.seconds = state, result, seconds
            item.approximate = approximate
            self._rebuild(item)

    def add_handoff(self, source: str, target: str, at: float, call: str = "") -> None:
        """Add a handoff to another agent; it replaces the ``call`` that asked for it, if shown."""
        asked = self.by_key.get(call)
        if not isinstance(asked, ToolItem):
            self._add(HandoffItem(self._new_key(), source, target, at))
            return
        handoff = HandoffItem(call, source, target, at)
        handoff.show_time = asked.show_time
        self.by_key[call] = handoff
        self._layout.replace(asked, handoff)

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
        """Add a card: what happened, what to do, which keys; a key shows and hides the detail."""
        self._intake.flush()
        self._add(
            ErrorItem(
                key, title, what_to_do, keys_hint, detail, at,
                folded=folded, fold_key=self.fold_key,
            )
        )  # fmt: skip

    def add_notice(self, text: str, at: float, key: str = "") -> None:
        """Add a line from the program itself; ``key`` if it can end."""
        self._add(NoticeItem(key or self._new_key(), text, at))

    def end_notice(self, key: str) -> None:
        """Take a line away that is no longer true; what follows it stays."""
        notice = self.by_key.get(key)
        if notice is None:
            return
        if self.is_last(key):
            self.remove_from(key)
        else:
            gone = self.by_key[key] = NoticeItem(key, "", notice.at)
            self._layout.replace(notice, gone)

    # Below the end

    def show_thinking(self, text: str) -> None:
        """Show a live line at the end while nothing arrives: what is being waited for."""
        self._thinking = literal_line(text)
        self._show_live()

    def hide_thinking(self) -> None:
        """Remove the live line."""
        self.show_thinking("")

    def set_hint(self, text: str) -> None:
        """Set what an empty conversation shows."""
        self._hint = literal(text)
        self._show_live()

    # All of it

    def remove_from(self, key: str) -> None:
        """Remove an item and everything after it."""
        item = self.by_key.get(key)
        if item is not None:
            self._remove(item.index)

    def set_aside(self, key: str) -> None:
        """Remove an item and everything after it, for `bring_back`."""
        item = self.by_key.get(key)
        if item is not None:
            self._intake.flush()
            self._aside[key] = self.items[item.index :]
            self._remove(item.index)

    def bring_back(self, key: str) -> None:
        """Put at the end what was set aside with an item."""
        for item in self._aside.pop(key, ()):
            self._add(item)
            if isinstance(item, MessageItem):
                self._intake.renew(item)

    def forget_aside(self) -> None:
        """What was set aside does not come back."""
        self._aside.clear()

    def clear(self) -> None:
        """Remove all items."""
        self._remove(0)
        self.forget_aside()

    def is_last(self, key: str) -> bool:
        """Whether an item is the last one."""
        return bool(self.items) and self.items[-1] is self.by_key.get(key)

    def fold(self, key: str, *, folded: bool) -> None:
        """Fold an item to its first lines, or open it."""
        item = self.by_key.get(key)
        if item is None:
            return
        item.fold(folded=folded)
        self._layout.redraw(item, range(min(2, len(item.units))))
        if isinstance(item, MessageItem) and not folded:
            self._intake.renew(item)
        else:
            self._layout.update(item)

    def toggle_reasoning(self) -> None:
        """Open all reasoning, or fold it if some is open."""
        items = [item for item in self.items if item.kind == "reasoning"]
        folded = any(not item.folded for item in items)
        for item in items:
            self.fold(item.key, folded=folded)

    def toggle_times(self) -> None:
        """Show or hide when each item began."""
        self._show_times = not self._show_times
        for item in self.items:
            item.show_time = self._show_times
            self._layout.redraw(item, [0])
        self._layout.changed(0)

    def take_in_folded(self) -> None:
        """Take in all text of folded reasoning, which otherwise waits until it is opened."""
        self._intake.take_in_folded()

    def _add(self, item: Item) -> None:
        if item.key in self.by_key:
            return
        item.show_time = self._show_times
        self.by_key[item.key] = item
        self._layout.add(item)
        self._show_live()

    def _remove(self, index: int) -> None:
        for item in self.items[index:]:
            del self.by_key[item.key]
            if isinstance(item, MessageItem):
                self._intake.drop(item)
        self._layout.remove_from(index)
        self._show_live()

    def _rebuild(self, item: ToolItem) -> None:
        self._layout.redraw(item, range(len(item.units)))
        item.rebuild()
        self._layout.update(item)

    def _show_live(self) -> None:
        self._layout.set_live(self._thinking or ("" if self.items else self._hint))

    def _message(self, key: str) -> MessageItem | None:
        item = self.by_key.get(key)
        return item if isinstance(item, MessageItem) else None

    def _new_key(self) -> str:
        return f"\0{next(self._numbers)}"
