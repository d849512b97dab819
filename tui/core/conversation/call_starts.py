"""Which tool calls of a run have not started, as far as that is certain."""

from tui.protocol import events


class CallStarts:
    """Follows the stream; the ids are those of calls whose own code reports its start."""

    def __init__(self) -> None:
        self._not_reported: dict[str, None] = {}
        """Calls whose start was not reported, in order."""
        self._held: set[str] = set()
        """Calls that cannot have started unnoticed. If the dashboard is killed, the report of a
        start may be lost, but not that of a call which waits for approval, or behind others."""

    @property
    def not_started(self) -> tuple[str, ...]:
        """Ids of the calls that certainly have not started."""
        return tuple(call for call in self._not_reported if call in self._held)

    def clear(self) -> None:
        self._not_reported.clear()
        self._held.clear()

    def observe(self, event: events.Event) -> None:
        match event:
            case events.ToolCalled(hosted=False, handoff=False):
                self._not_reported[event.tool_call] = None
            case events.ToolStarted(tool_call=call) if call in self._not_reported:
                del self._not_reported[call]
                self._held = set(self._not_reported)
            case events.ToolFinished(outcome="ok" | "error" | "unknown"):
                self._not_reported.pop(event.tool_call, None)
            case events.ApprovalRequested():
                self._held.add(event.tool_call)
            case events.ApprovalAnswered(approved=True):
                self._held.discard(event.tool_call)
            case events.WorkerExited():
                # All that it reported has been read.
                self._held = set(self._not_reported)
            case events.RunStarted():
                self.clear()
            case _:
                pass
