"""The dashboard's copy of the ledger, from which a new worker resumes."""

import msgspec

from tui.core.conversation.call_starts import CallStarts
from tui.protocol import events
from tui.protocol.commands import RestoreHistory


class HistoryMirror:
    """The ledger as the worker last reported it, and the visible text streamed since.

    The items are opaque: the next worker gets them unchanged.
    """

    def __init__(self) -> None:
        self._items: list[msgspec.Raw] = []
        self._agent = ""
        self._marks: tuple[events.ServerMark, ...] = ()
        self._partial: list[str] = []
        self._nested: set[str] = set()
        self._calls: dict[str, None] = {}
        """Ids of all tool calls so far, in order: a new call must not reuse one."""
        self._starts = CallStarts()

    @property
    def empty(self) -> bool:
        return not self._items

    def clear(self) -> None:
        """Forget the conversation."""
        self._items.clear()
        self._marks = ()
        self._partial.clear()
        self._calls.clear()
        self._starts.clear()

    def observe(self, event: events.Event) -> None:
        """Follow the stream. Events that do not change the ledger cost next to nothing."""
        match event:
            case events.TextDelta():
                if event.call not in self._nested:
                    self._partial.append(event.text)
            case events.ToolArgumentsDelta() | events.ToolCalled():
                self._calls[event.tool_call] = None
                self._starts.observe(event)
            case events.HistoryChanged():
                del self._items[event.keep :]
                # Copied, since a Raw keeps the whole batch that it was decoded from alive.
                self._items.extend(item.copy() for item in event.items)
                self._agent = event.agent or self._agent
                self._marks = event.marks
                self._partial.clear()
            case events.ModelCallStarted(parent=parent, call=call) if parent:
                self._nested.add(call)
            case events.AttemptStarted(attempt=1, call=call) if call not in self._nested:
                # A later attempt may continue the text of the one before it.
                self._partial.clear()
            case events.ReasoningReplaced(said=True, call=call) if call not in self._nested:
                # It was no text after all.
                self._partial.clear()
            case events.RunStarted():
                self._partial.clear()
                self._starts.observe(event)
            case events.RunFinished():
                self._partial.clear()
                self._nested.clear()
            case _:
                self._starts.observe(event)

    def take(self) -> RestoreHistory:
        """Items, agent and partial answer, for a new worker."""
        # The partial answer stays until a worker reports it in the ledger: it may die before that.
        return RestoreHistory(
            items=tuple(self._items),
            agent=self._agent,
            partial="".join(self._partial),
            calls=tuple(self._calls),
            not_run=self._starts.not_started,
            marks=self._marks,
        )
