"""Conversations that tests feed with events, and the changes that panes are shown."""

from collections.abc import Iterable

from tui.core.conversation import Change, Conversation, Item, OutputLine, Request, fold
from tui.protocol.events import Event


class Folding:
    """A conversation that follows what it is fed."""

    def __init__(self) -> None:
        self.state = Conversation()

    def feed(self, *batch: Event | Request) -> tuple[Change, ...]:
        """Fold events and requests; everything that they have changed."""
        changes: tuple[Change, ...] = ()
        for event in batch:
            self.state = fold(self.state, event)
            changes += self.state.changes
        return changes


def printed(texts: Iterable[str]) -> list[Change]:
    """The changes of lines that code has printed."""
    return [Change("began", OutputLine(key="", text=text)) for text in texts]


def settled_items(changes: Iterable[Change]) -> list[tuple[Item, str]]:
    """Each item as it stood at last, in the order in which they began, with all of its text."""
    items: dict[tuple[type, str, int], Item] = {}
    texts: dict[tuple[type, str, int], str] = {}
    lives: dict[tuple[type, str], int] = {}
    for change in changes:
        kind = type(change.item), change.item.key
        if change.kind == "began":
            # A key may come again: of a call in a later run, of lines that have none.
            lives[kind] = lives.get(kind, 0) + 1
        key = (*kind, lives.get(kind, 0))
        items[key] = change.item
        if change.kind == "grew":
            texts[key] = texts.get(key, "") + change.text
        elif change.kind == "replaced":
            texts[key] = change.text
    return [(item, texts.get(key, "")) for key, item in items.items()]
