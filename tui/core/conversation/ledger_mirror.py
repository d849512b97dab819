"""The dashboard's copy of the ledger, from which a new worker resumes."""

from typing import NamedTuple

import msgspec

from tui.core.answers_aside import brought_back, put_aside
from tui.core.conversation.call_starts import CallStarts
from tui.protocol import events
from tui.protocol.commands import RestoreHistory
from tui.protocol.events.worker_events import LEFT


class _Ledger(NamedTuple):
    """The ledger at one moment."""

    items: tuple[msgspec.Raw, ...]
    agent: str
    marks: tuple[events.ServerMark, ...]


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
        self._taken_back: tuple[_Ledger, ...] = ()
        """As in the conversation (`Conversation.taken_back`)."""
        self._fork = ""
        """The id of the session if it is a copy of another one."""
        self.standing: dict[tuple[str, str, str], events.StandingAnswer] = {}
        """Answers for always, by agent, server and tool: not of this conversation alone."""

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
        self._taken_back = ()
        self._fork = ""

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
            case events.RunStarted() | events.RetryUndone():
                self._partial.clear()
                self._starts.observe(event)
                self._keep_aside(event)
            case events.RunFinished():
                self._partial.clear()
                self._nested.clear()
            case _:
                self._observe_rare(event)

    def _observe_rare(self, event: events.Event) -> None:
        self._starts.observe(event)
        if isinstance(event, events.ApprovalAnswered) and event.standing is not None:
            answer = event.standing
            self.standing[answer.agent, answer.server, answer.tool] = answer
        elif isinstance(event, events.SessionForked):
            self._fork = event.session
            # Any number can continue from a response; a server's conversation is the other's.
            own = (mark for mark in self._marks if not mark.conversation and mark != LEFT)
            self._marks = (LEFT, *own)

    def before_retry(self) -> RestoreHistory | None:
        """The ledger that `RetryUndone` brings back; None if there is none."""
        if not self._taken_back:
            return None
        items, agent, marks = self._taken_back[-1]
        return RestoreHistory(items=items, agent=agent, calls=tuple(self._calls), marks=marks)

    def _keep_aside(self, event: events.RunStarted | events.RetryUndone) -> None:
        if isinstance(event, events.RetryUndone):
            if self._taken_back:
                back, self._taken_back = brought_back(self._taken_back, self._now())
                self._items, self._agent, self._marks = list(back.items), back.agent, back.marks
        elif event.mode == "rewind":
            self._taken_back = put_aside(self._taken_back, self._now())
        elif event.mode == "send":
            self._taken_back = ()

    def _now(self) -> _Ledger:
        return _Ledger(tuple(self._items), self._agent, self._marks)

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
            fork=self._fork,
        )
