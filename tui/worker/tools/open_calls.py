"""The tool calls that have not ended yet, so that each one gets its end."""

import re
from dataclasses import dataclass
from typing import Literal

from agents.exceptions import ModelBehaviorError

from tui.protocol.events import (
    Attachment,
    Problem,
    ToolCalled,
    ToolFinished,
    ToolOutputContinued,
    ToolStarted,
)
from tui.protocol.long_outputs import in_pieces
from tui.worker.io.emitter import Emitter
from tui.worker.io.event_writer import EventWriter

ToolOutcome = Literal["ok", "error", "cancelled", "rejected", "unknown"]

_NOT_FOUND = re.compile(r"Tool (.+) not found in agent ")


@dataclass
class OpenCall:
    name: str
    parent: str
    handoff: bool = False
    started: bool = False
    waits: bool = False
    """Nothing of it runs: a call of the agent inside it waits for approval."""

    @property
    def if_cut_off(self) -> ToolOutcome:
        """Its outcome if it ends here; one that runs may have completed."""
        return "unknown" if self.started and not self.waits else "cancelled"


class OpenCalls:
    """Emits `ToolCalled`, `ToolStarted` and `ToolFinished` of each call, in this order."""

    def __init__(self, writer: EventWriter) -> None:
        self._writer = writer
        self._open: dict[str, OpenCall] = {}
        self._parents: dict[str, str] = {}
        self.last_handoff = ""
        """The call of the newest handoff that has happened."""

    def __contains__(self, tool_call: str) -> bool:
        return tool_call in self._open

    def called(self, event: ToolCalled) -> None:
        """Emit it; again only for a hosted tool, whose arguments may be complete later."""
        if event.tool_call in self._open:
            if event.hosted:
                self._writer.emit(event)
            return
        self._open[event.tool_call] = OpenCall(event.name, event.parent, event.handoff)
        self._parents[event.tool_call] = event.parent
        self._writer.emit(event)

    def parent_of(self, tool_call: str) -> str:
        return self._parents.get(tool_call, "")

    def started(self, tool_call: str, name: str, at: int | None = None) -> None:
        """``at``: when it started, if that is known only now."""
        call = self._open.setdefault(tool_call, OpenCall(name, ""))
        call.waits = False
        if not call.started:
            call.started = True
            when = self._writer.now() if at is None else at
            Emitter(self._writer, tool_call=tool_call, at=when).emit(ToolStarted, name=name)

    def waits(self, tool_call: str) -> None:
        """The agent inside it has stopped to ask for approval; it is started again afterwards."""
        if tool_call in self._open:
            self._open[tool_call].waits = True

    def finished(
        self,
        tool_call: str,
        outcome: ToolOutcome,
        output: str = "",
        problem: Problem | None = None,
        *,
        attachments: tuple[Attachment, ...] = (),
    ) -> None:
        """Emit its end, and before that the end of the calls inside it."""
        call = self._open.pop(tool_call, None)
        if call is None:
            return
        self.close_all(parent=tool_call)
        beginning, *rest = in_pieces(output)
        Emitter(self._writer, tool_call=tool_call).emit(
            ToolFinished, outcome=outcome, output=beginning, more=sum(map(len, rest)),
            name=call.name, problem=problem, attachments=attachments,
        )  # fmt: skip
        self._writer.emit_between(
            ToolOutputContinued(
                at=self._writer.now(), tool_call=tool_call, text=text, last=number == len(rest)
            )
            for number, text in enumerate(rest, 1)
        )

    def abandoned(self, tool_call: str, name: str) -> None:
        """The answer that made it was cut off: if it has not started, it never will."""
        call = self._open.setdefault(tool_call, OpenCall(name, ""))
        self.finished(tool_call, call.if_cut_off)

    def not_found(self, error: Exception) -> None:
        """End the call whose tool the agent does not have, if that is what ended the run."""
        found = _NOT_FOUND.match(str(error)) if isinstance(error, ModelBehaviorError) else None
        if found is None:
            return
        problem = Problem(kind="agent", message=str(error), code=type(error).__name__)
        for tool_call, call in list(self._open.items()):
            if call.name in (found[1], found[1].rpartition(".")[2]) and not call.started:
                self.finished(tool_call, "error", problem=problem)

    def close_all(self, parent: str | None = None) -> None:
        """End the calls inside ``parent``, or all of them; one that runs may have completed."""
        for tool_call, call in list(self._open.items()):
            if parent is None or call.parent == parent:
                self.finished(tool_call, call.if_cut_off)

    def handed_off(self, parent: str, output: str) -> None:
        """End the handoff inside ``parent`` that has happened.

        The SDK takes the first one of an answer; the others get outputs that say so.
        """
        if tool_call := self.first_handoff(parent):
            self.last_handoff = tool_call
            self.finished(tool_call, "ok", output)

    def first_handoff(self, parent: str) -> str:
        """The first call inside ``parent`` that may become a handoff; "" if there is none."""
        handoffs = (
            tool_call
            for tool_call, call in self._open.items()
            if call.handoff and call.parent == parent
        )
        return next(handoffs, "")
