"""Events of streamtui's own that another streamtui sends beside those of AG-UI.

They hold everything, with all figures: what AG-UI says besides is then only for the conversation.
"""

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec.structs import replace

from tui.journal.resume import SAME_CLOCK, shifted
from tui.protocol import events
from tui.protocol.agui.agui_events import Custom, RunStarted
from tui.protocol.agui.own_events import OWN_EVENT, sends_own_events
from tui.protocol.events import Event
from tui.remote.reading.lanes import ServerNames

_NOT_OURS = (
    events.RunStarted, events.HistoryChanged, events.ClockRead, events.SecretsLearned,
    events.WorkerStarted, events.WorkerExited, events.CodeChanged,
    events.RetryUndone, events.UndoRefused,
)  # fmt: skip
"""What is about the server's process, or is reported here in another way."""


class OwnEvents:
    """``emit`` takes the events, with the times of this machine's clock and the id of our run."""

    def __init__(self, run: str, names: ServerNames, emit: Callable[[Event], object]) -> None:
        self.active = False
        """The server of the current request sends them."""
        self.finished: events.RunFinished | None = None
        self.spoke = False
        """Something of the agent's run was reported since the request was sent."""
        self._asked: dict[str, events.ApprovalRequested] = {}
        """By tool call, the questions on the screen. The interrupts that take their answers come
        later, at the end of the server's run."""
        self._run = run
        self._names = names
        self._emit = emit
        self._shift: int | None = None
        """From the server's clock to this one, as far as the first event tells."""

    def begin_request(self) -> None:
        self.active = self.spoke = False
        self.finished = None
        self._asked.clear()

    def asks(self, tool_call: str) -> bool:
        """Whether the server waits for an answer to this call, as far as it has reported."""
        return tool_call in self._asked

    def ask_again(self, tool_call: str, at: int) -> None:
        """Put a question on the screen once more: its answer cannot be sent."""
        self._emit(replace(self._asked[tool_call], at=at, run=self._run, more=0))

    def announced(self, event: RunStarted) -> bool:
        """Whether the run that starts sends them."""
        self.active = sends_own_events(event)
        return self.active

    def read(self, event: Custom, at: int) -> bool:
        """Whether it is one of them."""
        if event.name != OWN_EVENT or not self.active:
            return False
        try:
            own: Any = msgspec.convert(event.value, Event)
        except msgspec.ValidationError:
            # Of a newer version: AG-UI's own events have the text of it.
            return False
        if isinstance(own, events.AgentLoaded):
            self._load(own, at)
        elif not isinstance(own, _NOT_OURS):
            self._tell(own, at)
        return True

    def _load(self, own: events.AgentLoaded, at: int) -> None:
        loaded = replace(own, at=0, seq=0, notices=())
        if loaded != self._names.loaded:
            self._names.loaded = loaded
            self._emit(replace(loaded, at=at))

    def _tell(self, own: Event, at: int) -> None:
        if self._shift is None:
            apart = at - own.at
            # Less is the way that the event took, not another clock.
            self._shift = apart if abs(apart) > SAME_CLOCK else 0
        moved = shifted(own, self._shift) if self._shift else own
        self.spoke = True
        if isinstance(moved, events.ApprovalRequested):
            self._asked[moved.tool_call] = moved
        elif isinstance(moved, events.ApprovalAnswered | events.ToolFinished):
            self._asked.pop(moved.tool_call, None)
        if isinstance(moved, events.RunFinished):
            self.finished = moved
        else:
            self._emit(replace(moved, run=self._run) if moved.run else moved)
