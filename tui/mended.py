"""Ends what a killed dashboard left open, so that whoever reads a session sees every run end."""

from collections.abc import Iterable, Iterator

from tui import events
from tui.events import Event, Problem

ENDED_HERE = Problem(kind="cancelled", message="the dashboard ended here")
"""Of a run that has no end of its own."""


def mended(session: Iterable[Event]) -> Iterator[Event]:
    """A session's events; a run that was open when its dashboard was killed is cancelled there.

    It was, where another worker or another run begins without its end, or where the session ends.
    """
    run = _OpenRun()
    for event in session:
        if isinstance(event, events.WorkerStarted | events.RunStarted):
            yield from run.ends()
            run = _OpenRun()
        run.observe(event)
        yield event
    yield from run.ends()


class _OpenRun:
    def __init__(self) -> None:
        self._started: events.RunStarted | None = None
        self._tools: dict[str, tuple[str, bool]] = {}
        """Tools without an end, by call: their names, and whether their own code had begun."""
        self._agent = ""
        self._kept = False
        self._last = 0

    def observe(self, event: Event) -> None:
        self._last = event.at
        match event:
            case events.RunStarted():
                self._started, self._agent = event, event.agent
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
        if self._started is None:
            return
        run = self._started.run
        for tool_call, (name, began) in self._tools.items():
            yield events.ToolFinished(
                at=self._last,
                run=run,
                tool_call=tool_call,
                name=name,
                outcome="unknown" if began else "cancelled",
            )
        # The person's message is in the ledger as soon as the worker has told of a change.
        kept = self._kept or self._started.mode == "continue"
        yield events.RunFinished(
            at=self._last,
            run=run,
            outcome="cancelled",
            problem=ENDED_HERE,
            agent=self._agent,
            kept=kept,
            can_continue=kept,
        )
