"""Calls that the provider runs and whose outputs are items of their own: programs, tool searches.

The output of a program comes in a later answer, when the calls that it has made are answered.
"""

from collections.abc import Hashable, Sequence
from typing import Any

from tui.protocol.events import ToolCalled
from tui.worker.model.answers.hosted_calls import Caller
from tui.worker.model.attempts.attempt_emitter import AttemptEmitter
from tui.worker.observer import Observer
from tui.worker.tools.hosted_tools import PAIRS, arguments_of, is_paired, name_of, outcome_of
from tui.worker.tools.tool_sources import program_of


class PairedCalls:
    """Reads the items of one answer."""

    def __init__(self, observer: Observer, caller: Caller, emitter: AttemptEmitter) -> None:
        self._observer = observer
        self._caller = caller
        self._emitter = emitter
        self._arguments: dict[str, str] = {}
        """Of the calls, as they were reported."""
        self._names: dict[str, str] = {}
        self._waiting: list[str] = []
        """Calls without a ``call_id``: they end in this order."""
        self._done: set[Hashable] = set()

    def added(self, item: Any, place: int | None) -> None:
        """A call begins; its arguments may be complete only when it is done."""
        if item.type in PAIRS:
            self._called(item, place)

    def done(self, item: Any, place: int | None) -> None:
        """A call has been made, or a call's output has arrived."""
        self._done.add(_key(item, place))
        if item.type in PAIRS:
            self._called(item, place)
        else:
            self._ended(item, place)

    def complete(self, output: Sequence[Any]) -> None:
        """Read the items of the complete answer that no event had."""
        for place, item in enumerate(output):
            if is_paired(item) and _key(item, place) not in self._done:
                self.done(item, place)

    def abandon(self) -> None:
        """End the calls of a failed attempt."""
        calls = self._observer.calls
        for tool_call, name in self._names.items():
            if tool_call in calls:
                calls.abandoned(tool_call, name)

    def _called(self, item: Any, place: int | None) -> None:
        tool_call = item.call_id or self._id(item, place)
        arguments, calls = arguments_of(item), self._observer.calls
        if self._arguments.get(tool_call) != arguments:
            self._report(item, tool_call, arguments)
        if tool_call not in self._names:
            self._names[tool_call] = name_of(item)
            if not item.call_id:
                self._waiting.append(tool_call)
        calls.started(tool_call, name_of(item))

    def _ended(self, item: Any, place: int | None) -> None:
        calls = self._observer.calls
        tool_call = item.call_id or (self._waiting.pop(0) if self._waiting else "")
        if tool_call not in calls:
            # Its call was never sent.
            tool_call = tool_call or self._id(item, place)
            self._report(item, tool_call, "")
            calls.started(tool_call, name_of(item))
        outcome, output, problem, attachments = outcome_of(item)
        calls.finished(tool_call, outcome, output, problem, attachments=attachments)

    def _report(self, item: Any, tool_call: str, arguments: str) -> None:
        caller = self._caller
        self._arguments[tool_call] = arguments
        self._observer.calls.called(
            ToolCalled(
                at=self._emitter.now(),
                tool_call=tool_call,
                name=name_of(item),
                arguments=arguments,
                call=caller.call,
                agent=caller.agent,
                parent=program_of(item) or caller.parent,
                hosted=True,
            )
        )

    def _id(self, item: Any, place: int | None) -> str:
        return str(getattr(item, "id", None) or f"{self._caller.call} {item.type} {place}")


def _key(item: Any, place: int | None) -> Hashable:
    return item.type, getattr(item, "id", None) or item.call_id or place
