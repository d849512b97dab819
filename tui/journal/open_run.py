"""How a run ends that a killed dashboard left open."""

from collections.abc import Iterable, Iterator

from tui.protocol import events
from tui.protocol.events import Event, Problem

ENDED_HERE = Problem(kind="cancelled", message="the dashboard ended here")
"""Of a run that has no end of its own."""


def mended(session: Iterable[Event], *, held: bool = False) -> Iterator[Event]:
    """A session with the ends that killed dashboards left out; one that is ``held`` goes on."""
    open_run = OpenRun()
    for event in session:
        yield from open_run.ends_before(event)
        open_run.observe(event)
        yield event
    if not held:
        yield from open_run.ends()


class OpenRun:
    """Follow a session's events; deltas need only be told as ``last``, the time of the newest one.

    A run was open when its dashboard was killed where another worker or another run begins without
    its end, or where the session ends: it is cancelled there.
    """

    def __init__(self) -> None:
        self.last = 0
        self._started: events.RunStarted | None = None
        self._tools: dict[str, tuple[str, bool]] = {}
        """Tools without an end, by call: their names, and whether their own code had begun."""
        self._agent = ""
        self._kept = False

    def ends_before(self, event: Event) -> Iterator[Event]:
        """What must have ended before this event."""
        if isinstance(event, events.WorkerStarted | events.RunStarted):
            yield from self.ends()

    def observe(self, event: Event) -> None:
        self.last = event.at
        match event:
            case events.RunStarted():
                self._started, self._agent, self._kept = event, event.agent, False
            case events.RunFinished() | events.WorkerExited():
                self._started = None
                self._tools.clear()
            case events.HistoryChanged(agent=agent):
                self._kept = True
                self._agent = agent or self._agent
            case events.ToolCalled():
                self._tools[event.tool_call] = event.name, event.hosted
            case events.ToolStarted():
                self._tools[event.tool_call] = event.name, True
            case events.ToolFinished():
                self._tools.pop(event.tool_call, None)
            case _:
                pass

    def ends(self) -> Iterator[Event]:
        """The ends of everything that is open; nothing is, afterwards."""
        if self._started is None:
            return
        run, mode = self._started.run, self._started.mode
        for tool_call, (name, began) in self._tools.items():
            yield events.ToolFinished(
                at=self.last,
                run=run,
                tool_call=tool_call,
                name=name,
                outcome="unknown" if began else "cancelled",
            )
        # The person's message is in the ledger as soon as the worker has told of a change.
        kept = self._kept or mode == "continue"
        self._started = None
        self._tools.clear()
        yield events.RunFinished(
            at=self.last,
            run=run,
            outcome="cancelled",
            problem=ENDED_HERE,
            agent=self._agent,
            kept=kept,
            can_continue=kept,
        )
