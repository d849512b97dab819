"""AG-UI's events beside text and calls: states, activities, steps, nested agents, and others."""

from collections.abc import Callable
from typing import Any

from tui.protocol import events
from tui.protocol.agui import agui_events as agui
from tui.protocol.events import Event
from tui.remote.agui_thread import AguiThread
from tui.remote.reading.content_text import plain
from tui.remote.reading.lanes import Lanes
from tui.remote.reading.message_builder import MessageBuilder
from tui.remote.reading.remote_calls import RemoteCalls
from tui.remote.reading.traces import Traces, as_text
from tui.remote.state_patch import PatchError, patched


class SideEvents:
    """``emit`` takes the events."""

    def __init__(
        self,
        thread: AguiThread,
        lanes: Lanes,
        *,
        calls: RemoteCalls,
        messages: MessageBuilder,
        traces: Traces,
        emit: Callable[[Event], object],
    ) -> None:
        self.agent = lanes.top.name
        """Who speaks at the top."""
        self._thread = thread
        self._lanes = lanes
        self._calls = calls
        self._messages = messages
        self._traces = traces
        self._emit = emit
        self._running: set[str] = set()
        """Nested agents that have not ended."""

    def state(self, event: agui.StateSnapshot, at: int) -> None:
        if event.subagent_run_id is None:
            self._thread.state = event.snapshot
        self._traces.line("state", as_text(event.snapshot), at)

    def state_delta(self, event: agui.StateDelta, at: int) -> None:
        changes = as_text(plain(event.delta))
        if event.subagent_run_id is None:
            state = {} if self._thread.state is None else self._thread.state
            try:
                self._thread.state = patched(state, event.delta)
            except PatchError as error:
                self._not_changed("state", error, changes, at)
                return
        self._traces.line("state changed", changes, at)

    def activity(self, event: agui.ActivitySnapshot, at: int) -> None:
        known = self._messages.activity_content(event.message_id) is not None
        if not known or event.replace is not False:
            self._messages.activity(event.message_id, event.activity_type, event.content)
        self._traces.line(f"activity {event.activity_type}", as_text(event.content), at)

    def activity_delta(self, event: agui.ActivityDelta, at: int) -> None:
        content = self._messages.activity_content(event.message_id)
        changes = as_text(plain(event.patch))
        try:
            content = patched({} if content is None else content, event.patch)
        except PatchError as error:
            self._not_changed("activity", error, changes, at)
            return
        self._messages.activity(event.message_id, event.activity_type, content)
        self._traces.line(f"activity {event.activity_type} changed", changes, at)

    def raw(self, event: agui.Raw, _: int) -> None:
        self._traces.count(f"RAW events{f' of {event.source}' if event.source else ''}")

    def custom(self, event: agui.Custom, at: int) -> None:
        self._traces.line(f"custom event {event.name}", as_text(event.value), at)

    def step_started(self, event: agui.StepStarted, at: int) -> None:
        lane = self._lanes.of(event.subagent_run_id)
        before, outermost = lane.speaker, lane is self._lanes.top and not lane.steps
        lane.steps.append((event.step_name, at))
        if event.step_name != before:
            self._lanes.renamed(lane, at)
        if outermost and event.step_name != self.agent:
            self._emit(
                events.AgentChanged(
                    at=at,
                    run=self._lanes.run,
                    agent=event.step_name,
                    previous=self.agent,
                    reason="handoff",
                )
            )
            self.agent = event.step_name

    def step_finished(self, event: agui.StepFinished, at: int) -> None:
        lane = self._lanes.of(event.subagent_run_id)
        open_ones = [n for n, (name, _) in enumerate(lane.steps) if name == event.step_name]
        if not open_ones:
            self._traces.problem(f"STEP_FINISHED of {event.step_name} without STEP_STARTED", at)
            return
        depth = open_ones[-1]
        name, began = lane.steps.pop(depth)
        self._emit(
            events.SpanEnded(
                at=at,
                run=self._lanes.run,
                kind="step",
                name=name,
                began=began,
                parent=lane.parent,
                depth=depth,
            )
        )
        if lane.speaker != name:
            self._lanes.renamed(lane, at)

    def subagent_started(self, event: agui.SubagentStarted, at: int) -> None:
        above = self._lanes.of(event.parent_subagent_run_id)
        asked = event.parent_tool_call_id
        if asked and asked in self._calls:
            self._calls.complete(asked, at)
            parent = self._calls.shown(asked)
        else:
            about = event.description or ""
            parent = self._calls.nested(event.subagent_run_id, event.name, about, above, at)
        self._lanes.nest(event.subagent_run_id, event.name, parent, at)
        self._emit(events.AgentChanged(at=at, run=self._lanes.run, agent=event.name, parent=parent))
        self._running.add(event.subagent_run_id)

    def subagent_ended(self, event: agui.SubagentFinished | agui.SubagentError, at: int) -> None:
        subagent = event.subagent_run_id
        if subagent not in self._running:
            self._traces.problem(f"the nested agent {subagent} ended without having started", at)
            return
        self._running.discard(subagent)
        lane = self._lanes.of(subagent)
        self._lanes.end(lane, lane.last or at)
        error = event.message if isinstance(event, agui.SubagentError) else ""
        if subagent in self._calls:
            value: Any = None if isinstance(event, agui.SubagentError) else event.result
            self._calls.result(subagent, "" if value is None else as_text(value), at, error=error)
        elif error:
            self._traces.line(f"nested agent {lane.name} failed", error, at, "warning")

    def _not_changed(self, what: str, error: PatchError, changes: str, at: int) -> None:
        self._traces.line(f"AG-UI: the {what} could not be changed ({error})", changes, at,
                          "warning")  # fmt: skip
