"""What the taps share: where events go, and what belongs to the run that is under way."""

import asyncio
from contextvars import ContextVar

from tui.protocol.events import AgentChanged
from tui.protocol.worker_settings import WorkerSettings
from tui.worker.io.event_writer import EventWriter
from tui.worker.io.secret_watch import SecretWatch
from tui.worker.ledger import Ledger, Turn
from tui.worker.model.attempt_cost import PriceList
from tui.worker.model.familiar import Unfamiliar
from tui.worker.model.retry import RetryPolicy
from tui.worker.tools.call_ids import CallIds
from tui.worker.tools.open_calls import OpenCalls
from tui.worker.tools.span_failures import SpanWatch

PARENT: ContextVar[str] = ContextVar("streamtui_parent", default="")
"""The tool call inside which code runs, "" at the top: how nested agents find their parent."""

ASIDE = "aside"
"""The parent of runs that are neither the top run nor a tool's: a guardrail's judge, a hook's."""


class Observer:
    """One for the session. The taps call it; the run loop sets and reads the turn."""

    def __init__(self, writer: EventWriter, settings: WorkerSettings, secrets: SecretWatch) -> None:
        self.writer = writer
        self.settings = settings
        self.secrets = secrets
        self.policy = RetryPolicy(settings.max_retries, settings.backoff_base, settings.backoff_cap)
        self.prices = PriceList(settings.prices)
        self.unfamiliar = Unfamiliar(writer)
        self.ids = CallIds()
        self.calls = OpenCalls(writer)
        self.spans = SpanWatch()
        self.ledger = Ledger()
        self.turn: Turn | None = None
        self.hurry = asyncio.Event()
        """Set to end the back-offs that are under way."""
        self.warm = asyncio.Event()
        """Set when a model call costs no more than what it takes: no run calls one before."""
        self.run_config: object = None
        """The top run's own configuration: how its model calls are told from others."""
        self.host = ""
        """Where the last model call went."""
        self._speakers: dict[str, str] = {}

    def begin_run(self, turn: Turn, agent: str) -> None:
        self.turn = turn
        self.spans.forget()
        self.ledger.begun(turn)
        self._speakers = {}
        self.speaks(agent, parent="", reason_start=True)
        self.tell_history()

    def parent_of_run(self, run_config: object) -> str:
        """Where the run that has this configuration belongs."""
        return PARENT.get() or ("" if run_config is self.run_config else ASIDE)

    def speaks(self, agent: str, *, parent: str, reason_start: bool = False) -> None:
        """Say who speaks from here on, when it is someone else than before."""
        previous = self._speakers.get(parent, "")
        if previous == agent:
            return
        self._speakers[parent] = agent
        start = reason_start or not previous
        if previous:
            self.calls.handed_off(parent, agent)
        self.writer.emit(
            AgentChanged(
                at=self.writer.now(),
                agent=agent,
                previous=previous,
                reason="start" if start else "handoff",
                parent=parent,
            )
        )

    def tell_history(self) -> None:
        """Send what the turn has added so far, so that it outlives this process."""
        if self.turn is None:
            return
        changed = self.ledger.changed(self.turn.told_items(), at=self.writer.now())
        if changed is not None:
            self.writer.emit(changed)
