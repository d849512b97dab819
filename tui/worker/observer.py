"""What the taps and the run share: the event writer, and the state of the current run.

A worker has one conversation. A run with a conversation of its own, beside others, has an observer
of its own, which `current` finds in the context that its tasks and threads inherit.
"""

import asyncio
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any, Literal

from tui.protocol.events import (
    AgentChanged,
    GuardrailPassed,
    HistoryCompacted,
    Noticed,
    Problem,
    SpanEnded,
)
from tui.protocol.retry_policy import RetryPolicy
from tui.protocol.worker_settings import WorkerSettings
from tui.worker.input_items import Item, with_arguments
from tui.worker.io.emitter import Emitter
from tui.worker.io.event_writer import RUN, EventWriter
from tui.worker.io.secret_watch import SecretWatch
from tui.worker.ledger import Ledger, Turn
from tui.worker.model.answers.unknown_events import UnknownEvents
from tui.worker.model.attempts.attempt_cost import PriceList
from tui.worker.model.cache.answer_cache import AnswerCache
from tui.worker.model.connections.open_connections import OpenConnections
from tui.worker.model.requests.request_keeper import RequestKeeper
from tui.worker.model.requests.sendable import mark_of
from tui.worker.server_state import OnServer
from tui.worker.session_compaction import Compacted
from tui.worker.tools.call_ids import CallIds
from tui.worker.tools.client_tools import ClientTools
from tui.worker.tools.guardrail_watch import TRIPPED, Check
from tui.worker.tools.open_calls import OpenCalls
from tui.worker.tools.span_failures import SpanRouter, SpanWatch
from tui.worker.tools.span_reports import Reported, SpanReports

PARENT: ContextVar[str] = ContextVar("streamtui_parent", default="")
"""The tool call inside which code runs, "" at the top: the parent of nested agents."""

ASIDE = "aside"
"""The parent of runs that are neither the top run nor a tool's, as in a guardrail or a hook."""


_BESIDE: ContextVar["Observer | None"] = ContextVar("streamtui_observer", default=None)
"""The observer of the run in whose context code runs, if that is not the worker's own."""


class Observer:
    """One per conversation. The taps call it; the run sets and reads the turn."""

    def __init__(
        self,
        writer: EventWriter,
        settings: WorkerSettings,
        secrets: SecretWatch,
        worker: "Observer | None" = None,
    ) -> None:
        """``worker`` is the worker's own observer; None: this is it."""
        self.writer = writer
        self.settings = settings
        self.secrets = secrets
        self.policy = RetryPolicy(settings.max_retries, settings.backoff_base, settings.backoff_cap)
        self.prices = PriceList(settings.prices)
        self.cache: AnswerCache | None = worker.cache if worker else self._cache()
        self.connections: OpenConnections = (
            worker.connections if worker else OpenConnections(writer)
        )
        self.asks_anew = False
        """The user wants another answer than the one that the cache has."""
        self.unknown_events: UnknownEvents = (
            worker.unknown_events if worker else UnknownEvents(writer)
        )
        self.warm: asyncio.Event = worker.warm if worker else asyncio.Event()
        """Set when the SDK is warmed up; the first model call waits for it."""
        self.router: SpanRouter = (
            worker.router if worker else SpanRouter(lambda: self.current.spans)
        )
        self._worker = worker
        self.ids = CallIds()
        self.calls = OpenCalls(writer)
        self.reports: SpanReports = SpanReports(self._span_ended, self._too_many_spans)
        self.spans: SpanWatch = SpanWatch(self.reports)
        self.ledger = Ledger()
        self.requests = RequestKeeper()
        self.turn: Turn | None = None
        self.hurry = asyncio.Event()
        """Set to end the current back-offs."""
        self.deadline: asyncio.Timeout | None = None
        """That of the last turn."""
        self.approval_rows: dict[str, str] = {}
        """The ids of the rows of providers' requests for approval, by the requests' own ids."""
        self.run_config: object = None
        """The top run's own configuration, which identifies its model calls."""
        self.host = ""
        """The host of the last model call."""
        self.think_tags = False
        """Whether thinking between tags was taken for reasoning in the last model call."""
        self.left_behind: frozenset[str] = frozenset()
        """The marks of items that another server made: this one does not know them."""
        self.client_tools: ClientTools | None = None
        """The client's own tools, if it brought any for this run."""
        self._edited: dict[str, str] = {}
        """By tool call, the arguments that a person has put in the place of the model's."""
        self.exports_traces: bool = worker.exports_traces if worker else settings.tracing
        """Whether traces are uploaded."""
        self._speakers: dict[str, str] = {}

    def _cache(self) -> AnswerCache | None:
        settings = self.settings.cache
        return None if settings is None else AnswerCache(settings, self._warn)

    @property
    def current(self) -> "Observer":
        """The observer of the run in whose context this is called."""
        return _BESIDE.get() or self

    def beside(self) -> "Observer":
        """The observer of another conversation, whose runs may run beside others."""
        return Observer(self.writer, self.settings, self.secrets, self)

    def enter(self, run: str) -> None:
        """Call it in the task of a run: this is its observer, and of all that it starts."""
        if self._worker:
            _BESIDE.set(self)
            RUN.set(run)
        else:
            self.writer.run = run

    def leave(self) -> None:
        """Call it when the run has ended."""
        self.turn = None
        if not self._worker:
            self.writer.run = ""

    def _span_ended(self, span: Reported) -> None:
        Emitter(self.writer, parent=PARENT.get()).emit(SpanEnded, **span._asdict())

    def _too_many_spans(self, most: int) -> None:
        self._warn(f"more than {most} spans in this turn: the others are not shown")

    def _warn(self, text: str) -> None:
        self.writer.emit(Noticed(at=self.writer.now(), text=text, level="warning"))

    def leave_server_behind(self) -> None:
        """Another server gets the next requests: it knows nothing of what is kept so far."""
        self.left_behind |= {mark for mark in map(mark_of, self.ledger.items) if mark}

    def guardrail_checked(self, check: Check) -> None:
        """Report what came of a check; a guardrail that stops the run has an event of its own."""
        guardrail, error, on_call = check.guardrail, check.error, check.stage == "tool_input"
        emitter = Emitter(self.writer, parent=PARENT.get(), began=check.began)
        if error:
            what = f"{check.stage.replace('_', ' ')} of {check.tool or check.agent}"
            emitter.emit(SpanEnded, kind="guardrail", name=guardrail, about=what, error=error)
            if on_call:
                did = "stopped the run" if error == TRIPPED else f"failed: {error}"
                message = f"the guardrail {guardrail} {did}"
                problem = Problem(kind="guardrail", message=message, retry="never")
                self.calls.finished(check.tool_call, "error", problem=problem)
            return
        emitter.emit(
            GuardrailPassed,
            guardrail=guardrail,
            stage=check.stage,
            agent=check.agent,
            tool=check.tool,
            tool_call=check.tool_call,
            instead=check.instead,
        )
        if on_call and check.instead is not None:
            self.calls.finished(check.tool_call, "rejected", check.instead)

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

    def handed_over(self, agent: str) -> None:
        """The run's agent has handed over to this one, which may be itself."""
        self.ledger.agent = agent
        if self._speakers.get("") == agent:
            self.calls.handed_off("", agent)
        self.set_speaker(agent, parent="")

    def tool_started(self, tool_call: str, name: str) -> None:
        """The tool's own code starts: from now on, its output may be unknown."""
        if self.turn is not None:
            self.turn.started.add(tool_call)
        self.calls.started(tool_call, name)

    @property
    def offered_client_tools(self) -> ClientTools | None:
        """Those that a model may be offered here: an agent inside a tool call gets none."""
        return None if PARENT.get() else self.current.client_tools

    def edit_arguments(self, tool_call: str, arguments: str) -> None:
        """A person has changed the arguments of a call that is about to run."""
        self._edited[tool_call] = arguments
        if self.turn is not None:
            self.turn.edited(self._edited)
            self.emit_history()

    def arguments_of(self, tool_call: str, given: str) -> str:
        """The arguments that a tool gets: those that it was ``given``, or what replaces them."""
        return self._edited.get(tool_call, given)

    def as_edited(self, items: Any) -> Any:
        """Items of a request or a run, with the arguments that the tools got."""
        if not self._edited or not isinstance(items, list):
            return items
        return [with_arguments(item, self._edited) for item in items]

    def keep_output(self, tool_call: str, output: Item) -> None:
        """Add a tool's output to the conversation, unless its call is a nested agent's."""
        if self.turn is not None and self.turn.asked_for(tool_call):
            self.turn.output_known(tool_call, output)
            self.emit_history()

    def tell(self, text: str, level: Literal["info", "error"] = "info") -> None:
        """A line for the chat."""
        self.writer.emit(Noticed(at=self.writer.now(), text=text, level=level, chat=True))

    def take_compacted(self, done: Compacted) -> None:
        """The user's session has compacted the conversation: what is sent next is what it left."""
        Emitter(self.writer, run=done.run).emit(
            HistoryCompacted,
            before=len(done.before),
            after=len(done.after),
            tokens_before=done.tokens_before,
            tokens_after=done.tokens_after,
        )
        self.set_history(self.ledger.compacted(done.before, done.after))

    def emit_history(self, on_server: OnServer | None = None) -> None:
        """Send what the turn has added so far, so that it survives this process."""
        if self.turn is not None:
            self.set_history(self.turn.sent_items(), on_server)

    def set_history(self, items: Sequence[Item], on_server: OnServer | None = None) -> None:
        """Make this the conversation, and send what changed."""
        if not items:
            # What follows may be a recording of its own.
            self.requests.forget()
        changed = self.ledger.changed(items, at=self.writer.now(), on_server=on_server)
        if changed is not None:
            self.writer.emit(changed)
