"""The tool calls of a remote agent, from their first piece to their result.

The server runs them: their times are those at which its stream says so.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from tui.protocol import events
from tui.protocol.events import Attachment, Event, Problem, ToolSource
from tui.remote.interrupts import Decision
from tui.remote.reading.lanes import Lane, Lanes

_Outcome = Literal["ok", "error", "rejected"]


class ShownNames:
    """Ids of tool calls, unique in the whole conversation: some servers repeat theirs."""

    def __init__(self, used: Iterable[str] = ()) -> None:
        self._used = set(used)
        self._run: dict[str, str] = {}

    def begin_run(self) -> None:
        """Ids from now on are those of other calls."""
        self._run.clear()

    def shown(self, tool_call: str) -> str:
        """The id on the screen for the server's, in the current run."""
        if tool_call not in self._run:
            name, number = tool_call, 1
            while name in self._used:
                number += 1
                name = f"{tool_call}#{number}"
            self._used.add(name)
            self._run[tool_call] = name
        return self._run[tool_call]


@dataclass
class _Call:
    id: str
    name: str
    lane: Lane
    call: str = ""
    arguments: list[str] = field(default_factory=list)
    streams: bool = True
    """Its arguments still come."""
    over: bool = False
    refused: bool = False


class RemoteCalls:
    """``emit`` takes the events."""

    def __init__(self, lanes: Lanes, names: ShownNames, emit: Callable[[Event], object]) -> None:
        self._lanes = lanes
        self._names = names
        self._emit = emit
        self._calls: dict[str, _Call] = {}

    def __contains__(self, tool_call: str) -> bool:
        return tool_call in self._calls

    def __bool__(self) -> bool:
        return bool(self._calls)

    @property
    def running(self) -> bool:
        """A call whose arguments are complete has no result yet."""
        return any(not call.streams and not call.over for call in self._calls.values())

    def name(self, tool_call: str) -> str:
        call = self._calls.get(tool_call)
        return call.name if call is not None else ""

    def arguments(self, tool_call: str) -> str:
        call = self._calls.get(tool_call)
        return "".join(call.arguments) if call is not None else ""

    def announced(self, tool_call: str, name: str, lane: Lane, at: int) -> None:
        """A call begins."""
        if tool_call in self._calls:
            return
        self._lanes.speaks(lane, at)
        self._calls[tool_call] = call = _Call(self._names.shown(tool_call), name, lane, lane.call)
        self._emit(self._delta(call, "", at))

    def grew(self, tool_call: str, delta: str, at: int) -> None:
        """More of its arguments."""
        call = self._calls[tool_call]
        call.arguments.append(delta)
        if call.lane.call == call.call:
            self._lanes.speaks(call.lane, at)
        self._emit(self._delta(call, delta, at))

    def complete(self, tool_call: str, at: int) -> None:
        """The arguments are all there, and as far as one can see, the tool starts."""
        call = self._calls[tool_call]
        if not call.streams:
            return
        call.streams = False
        self._emit(self._called(call, at))
        self._emit(
            events.ToolStarted(at=at, run=self._lanes.run, tool_call=call.id, name=call.name)
        )

    def has_result(self, tool_call: str) -> bool:
        call = self._calls.get(tool_call)
        return call is not None and call.over

    def result(
        self,
        tool_call: str,
        output: str,
        at: int,
        *,
        error: str = "",
        files: tuple[Attachment, ...] = (),
    ) -> None:
        """What it gave; a second result of the same call is shown too."""
        call = self._calls[tool_call]
        self.complete(tool_call, at)
        outcome: _Outcome = "rejected" if call.refused else "error" if error else "ok"
        self._finish(call, outcome, at, output=output, error=error, files=files)
        if not any(one for one in self._calls.values() if one.lane is call.lane and one.streams):
            self._lanes.rests(call.lane, at)

    def waits(self, tool_call: str, name: str, arguments: str, at: int) -> None:
        """A call waits for an approval, or an interrupt that is shown as one."""
        call = self._calls.get(tool_call)
        if call is None:
            call = _Call(self._names.shown(tool_call), name, self._lanes.top, streams=False)
            if name:
                call.arguments.append(arguments)
            self._calls[tool_call] = call
            self._emit(self._called(call, at))
        call.over = False
        self._emit(
            events.ApprovalRequested(
                at=at,
                run=self._lanes.run,
                tool_call=call.id,
                name=call.name or name,
                arguments="".join(call.arguments) or arguments,
                agent=call.lane.speaker,
                parent=call.lane.parent,
            )
        )

    def answered(self, tool_call: str, decision: Decision, at: int) -> None:
        call = self._calls[tool_call]
        call.refused = not decision.approved
        given = decision.arguments
        arguments = "" if given is None else json.dumps(given, ensure_ascii=False)
        call.arguments = [arguments] if arguments else call.arguments
        self._emit(
            events.ApprovalAnswered(
                at=at,
                run=self._lanes.run,
                tool_call=call.id,
                approved=decision.approved,
                always=decision.always,
                arguments=arguments,
                reason=decision.reason,
            )
        )

    def resumed(self, tool_call: str, at: int, *, tool: bool) -> None:
        """The answers are sent: an approved call runs, and what is no call of a tool is over."""
        call = self._calls.get(tool_call)
        if call is None or call.over:
            return
        if not tool:
            self._finish(call, "rejected" if call.refused else "ok", at)
        elif not call.refused:
            self._emit(
                events.ToolStarted(at=at, run=self._lanes.run, tool_call=call.id, name=call.name)
            )

    def nested(self, subagent: str, name: str, about: str, lane: Lane, at: int) -> str:
        """A nested agent begins that no call asked for: it is shown as a call of its own."""
        call = _Call(self._names.shown(subagent), name, lane, lane.call, [about], streams=False)
        self._calls[subagent] = call
        self._emit(self._called(call, at, source=ToolSource(agent=name)))
        self._emit(
            events.ToolStarted(at=at, run=self._lanes.run, tool_call=call.id, name=call.name)
        )
        return call.id

    def shown(self, tool_call: str) -> str:
        """Its id on the screen."""
        call = self._calls.get(tool_call)
        return call.id if call is not None else self._names.shown(tool_call)

    def end(self, at: int) -> None:
        """The run has ended: calls that were refused, or that no result is known of."""
        for call in self._calls.values():
            if not call.over and call.refused:
                self._finish(call, "rejected", at)

    def _finish(
        self,
        call: _Call,
        outcome: _Outcome,
        at: int,
        *,
        output: str = "",
        error: str = "",
        files: tuple[Attachment, ...] = (),
    ) -> None:
        call.over = True
        problem = Problem(kind="tool", message=error, retry="never") if error else None
        self._emit(
            events.ToolFinished(
                at=at,
                run=self._lanes.run,
                tool_call=call.id,
                outcome=outcome,
                output=output,
                name=call.name,
                problem=problem,
                attachments=files,
            )
        )

    def _called(self, call: _Call, at: int, source: ToolSource = ToolSource()) -> Event:  # noqa: B008
        return events.ToolCalled(
            at=at,
            run=self._lanes.run,
            tool_call=call.id,
            name=call.name,
            arguments="".join(call.arguments),
            call=call.call,
            agent=call.lane.speaker,
            parent=call.lane.parent,
            hosted=True,
            source=source,
        )

    def _delta(self, call: _Call, text: str, at: int) -> Event:
        return events.ToolArgumentsDelta(
            at=at,
            run=self._lanes.run,
            call=call.call,
            attempt=call.lane.attempt,
            part=0,
            text=text,
            tool_call=call.id,
            name=call.name,
            agent=call.lane.speaker,
            parent=call.lane.parent,
        )
