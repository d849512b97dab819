"""What the taps and the run share: the event writer, and the state of the current run."""

import asyncio
from collections.abc import Sequence
from contextvars import ContextVar

from tui.protocol.events import AgentChanged, GuardrailPassed
from tui.protocol.worker_settings import WorkerSettings
from tui.worker.input_items import Item
from tui.worker.io.emitter import Emitter
from tui.worker.io.event_writer import EventWriter
from tui.worker.io.secret_watch import SecretWatch
from tui.worker.ledger import Ledger, Turn
from tui.worker.model.attempt_cost import PriceList
from tui.worker.model.retry import RetryPolicy
from tui.worker.model.unknown_events import UnknownEvents
from tui.worker.tools.call_ids import CallIds
from tui.worker.tools.open_calls import OpenCalls
from tui.worker.tools.span_failures import SpanWatch

PARENT: ContextVar[str] = ContextVar("streamtui_parent", default="")
"""The tool call inside which code runs, "" at the top: the parent of nested agents."""

ASIDE = "aside"
"""The parent of runs that are neither the top run nor a tool's, as in a guardrail or a hook."""


class Observer:
    """One per worker. The taps call it; the run sets and reads the turn."""

    def __init__(self, writer: EventWriter, settings: WorkerSettings, secrets: SecretWatch) -> None:
        self.writer = writer
        self.settings = settings
        self.secrets = secrets
        self.policy = RetryPolicy(settings.max_retries, settings.backoff_base, settings.backoff_cap)
        self.prices = PriceList(settings.prices)
        self.unknown_events = UnknownEvents(writer)
        self.ids = CallIds()
        self.calls = OpenCalls(writer)
        self.spans = SpanWatch(self._guardrail_passed)
        self.ledger = Ledger()
        self.turn: Turn | None = None
        self.hurry = asyncio.Event()
        """Set to end the current back-offs."""
        self.warm = asyncio.Event()
        """Set when the SDK is warmed up; the first model call waits for it."""
        self.run_config: object = None
        """The top run's own configuration, which identifies its model calls."""
        self.host = ""
        """The host of the last model call."""
        self._speakers: dict[str, str] = {}

    def _guardrail_passed(self, guardrail: str, began: int) -> None:
        Emitter(self.writer).emit(GuardrailPassed, guardrail=guardrail, began=began)

    def begin_run(self, turn: Turn, agent: str) -> None:
        self.turn = turn
        self.spans.forget()
        self.ledger.started(turn)
        self._speakers = {}
        self.set_speaker(agent, parent="", reason_start=True)
        self.emit_history()

    def parent_of_run(self, run_config: object) -> str:
        """The parent of the run that has this configuration."""
        return PARENT.get() or ("" if run_config is self.run_config else ASIDE)

    def set_speaker(self, agent: str, *, parent: str, reason_start: bool = False) -> None:
        """Report which agent speaks from now on, unless it does already."""
        previous = self._speakers.get(parent, "")
        if previous == agent:
            return
        self._speakers[parent] = agent
        start = reason_start or not previous
        if previous:
            self.calls.handed_off(parent, agent)
        reason = "start" if start else "handoff"
        Emitter(self.writer, agent=agent, parent=parent).emit(
            AgentChanged, previous=previous, reason=reason
        )

    def tool_started(self, tool_call: str, name: str) -> None:
        """The tool's own code starts: from now on, its output may be unknown."""
        if self.turn is not None:
            self.turn.started.add(tool_call)
        self.calls.started(tool_call, name)

    def keep_output(self, tool_call: str, output: Item) -> None:
        """Add a tool's output to the conversation, unless its call is a nested agent's."""
        if self.turn is not None and self.turn.asked_for(tool_call):
            self.turn.output_known(tool_call, output)
            self.emit_history()

    def emit_history(self) -> None:
        """Send what the turn has added so far, so that it survives this process."""
        if self.turn is not None:
            self.set_history(self.turn.sent_items())

    def set_history(self, items: Sequence[Item]) -> None:
        """Make this the conversation, and send what changed."""
        changed = self.ledger.changed(items, at=self.writer.now())
        if changed is not None:
            self.writer.emit(changed)
