"""Conversations that tests feed with events, and the changes that panes are shown."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from tui.core.conversation import (
    Change,
    Conversation,
    Item,
    OutputLine,
    Request,
    Speech,
    fold,
    missing_ends,
)
from tui.core.metrics import Thresholds
from tui.journal.resume import Now, read_back
from tui.protocol import events
from tui.protocol.events import Event

_ANCHORS = (events.RunStarted, events.WorkerStarted)


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
    """Each item as it stood at last, in the order in which they began, with all of its text.

    Speech without its times: what is too late for its run may come in one piece or in several.
    """
    items: dict[tuple[type, str, int], Item] = {}
    texts: dict[tuple[type, str, int], str] = {}
    lives: dict[tuple[type, str], int] = {}
    for change in changes:
        item = change.item
        kind = type(item), item.key
        if isinstance(item, Speech):
            item = replace(item, at=0, wall=0.0, ended=None)
        elif change.kind == "began":
            # A key may come again: of a call in a later run, of lines that have none.
            lives[kind] = lives.get(kind, 0) + 1
        key = (*kind, lives.get(kind, 0))
        items[key] = item
        if change.kind == "grew":
            texts[key] = texts.get(key, "") + change.text
        elif change.kind in {"replaced", "recast"}:
            texts[key] = change.text
    return [(item, texts.get(key, "")) for key, item in items.items()]


def assert_shown_again(session: Sequence[Event]) -> None:
    """A session leaves nothing open, and read from a journal it shows what it did live."""
    live = Folding()
    changes = live.feed(*session)
    changes += live.feed(*missing_ends(live.state))
    assert live.state.open_things == ()
    # On the clock of the session itself, no time is moved.
    anchors = (
        Now(at=one.at, wall=one.wall) for one in session if isinstance(one, _ANCHORS) and one.wall
    )
    now = next(anchors, Now(at=0, wall=0.0))
    stored = read_back([session], clean=lambda event: event, thresholds=Thresholds(), now=now)
    replayed = [change for step in stored.steps for change in step.changes]
    assert settled_items(replayed) == settled_items(changes)
