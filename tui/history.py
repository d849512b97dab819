"""The UI's copy of the conversation, for the day its worker dies."""

import msgspec

from tui import events


class HistoryMirror:
    """The ledger as the worker last told it, and the visible text written since.

    The items are opaque: handed to the next worker as they came.
    """

    def __init__(self) -> None:
        self._items: list[msgspec.Raw] = []
        self._agent = ""
        self._partial: list[str] = []
        self._nested: set[str] = set()

    @property
    def empty(self) -> bool:
        return not self._items

    def clear(self) -> None:
        """Forget the conversation."""
        self._items.clear()
        self._partial.clear()

    def observe(self, event: events.Event) -> None:
        """Follow the stream; anything but what changes the conversation costs next to nothing."""
        match event:
            case events.TextDelta():
                if event.call not in self._nested:
                    self._partial.append(event.text)
            case events.HistoryChanged():
                del self._items[event.keep :]
                # A copy: a Raw that was decoded from a batch keeps the whole batch alive.
                self._items.extend(item.copy() for item in event.items)
                self._agent = event.agent or self._agent
                self._partial.clear()
            case events.ModelCallStarted(parent=parent, call=call) if parent:
                self._nested.add(call)
            case events.AttemptStarted(attempt=1, call=call) if call not in self._nested:
                # A later attempt goes on where the one before it was cut.
                self._partial.clear()
            case events.RunStarted():
                self._partial.clear()
            case events.RunFinished():
                self._partial.clear()
                self._nested.clear()
            case _:
                pass

    def take(self) -> tuple[tuple[msgspec.Raw, ...], str, str]:
        """Items, agent and partial answer, for a new worker."""
        partial = "".join(self._partial)
        self._partial.clear()
        return tuple(self._items), self._agent, partial
