"""One session: takes a user's messages and requests, and the events of its runs."""

import itertools
import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from tui.core.conversation import Conversation, RetrySent
from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.core.metrics import Figures
from tui.core.sanitize.characters import clean_line
from tui.core.sanitize.secret_stream import StreamMasker
from tui.protocol import events
from tui.protocol.commands import Approve, ClientTool, Command, Reject, RetryRun, StartRun
from tui.protocol.events import Event
from tui.stream.dispatcher import Dispatcher
from tui.stream.run_control import RunControl
from tui.web.delivery.event_log import EventLog
from tui.web.request_refusals import RefusedError
from tui.web.sessions.session_terms import SessionTerms
from tui.web.workers.worker_lane import WorkerLane

_tags = itertools.count(1)
"""Names of runs must be unique in a worker, and several sessions share one."""

_log = logging.getLogger(__name__)

_FRAME = 1.0
"""Seconds for which text may wait to be folded: readers have it from the log, at once."""

_BUSY = "a run of this session is open: wait for its end, or cancel it"


NO_CONTEXT = msgspec.Raw(b"null")


class SessionFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a session beside its events; times in Unix seconds."""

    id: str
    created: float
    changed: float
    title: str = ""
    context: msgspec.Raw = NO_CONTEXT
    """What its user gave with it, as JSON."""


class WebSession:
    """A session that is in memory. Every method runs in the service's event loop."""

    def __init__(self, facts: SessionFacts, terms: SessionTerms, *, stored: int = 0) -> None:
        """``stored``: how many events its journal has."""
        self.id = facts.id
        self.created = facts.created
        self.changed = facts.changed
        self.title = facts.title
        self.context = facts.context
        self.readers = 0
        """How many follow it now."""
        self.log = EventLog(terms.journal, self.id, stored)
        self.history = HistoryMirror()
        self._terms = terms
        self._tag = next(_tags)
        self._lane: WorkerLane | None = None
        self._worker: events.WorkerStarted | None = None
        """The worker that its events have begun with."""
        self._starting = False
        self._client_tools: tuple[ClientTool, ...] = ()
        """Those that the client has brought for the last run."""
        self._message: tuple[str, tuple[str, ...]] = ("", ())
        """The last one as it was sent, keys and all: a retry may have to send it again."""
        self.dispatcher = Dispatcher(
            _nothing,
            journal=self.log,
            mask=StreamMasker(terms.masker).mask,
            thresholds=terms.thresholds,
            now=self.now,
            posts_figures=False,
            frame=_FRAME,
            on_bug=_bug,
        )
        self._named = f"r{{}}.{self._tag}".format
        self._control = RunControl(
            self._send,
            lambda: self.dispatcher.conversation,
            self.dispatcher.note,
            terms.masker.mask,
            named=self._named,
        )

    @property
    def conversation(self) -> Conversation:
        return self.dispatcher.conversation

    @property
    def running(self) -> bool:
        """A run is open, or about to be sent."""
        return self._starting or bool(self.conversation.running)

    @property
    def is_idle(self) -> bool:
        """Nothing runs, and nobody follows it."""
        return not self.running and not self.readers

    async def idle(self) -> None:
        """Wait until nothing runs."""
        while self.running:
            await self.log.wait(1.0)

    def figures(self) -> Figures:
        """Every figure of the session, as of now."""
        self.dispatcher.flush()
        return self.dispatcher.figures()

    def now(self) -> int:
        """The clock of its worker, in ns."""
        return time.monotonic_ns() if self._lane is None else self._lane.supervisor.now()

    def take(self, batch: Sequence[Event]) -> None:
        """Dispatch events of its run, or of its worker."""
        self.changed = time.time()
        if not any(map(_is_question, batch)):
            self._take(batch)
            return
        for is_question, group in itertools.groupby(batch, _is_question):
            # What came before a question may say how it is answered.
            if is_question:
                for event in group:
                    self._asked(event)
            else:
                self._take(list(group))

    def _take(self, batch: Sequence[Event]) -> None:
        for event in batch:
            self.history.observe(event)
        running = self.conversation.running
        self.dispatcher.dispatch(batch)
        for event in batch:
            if isinstance(event, events.RunFinished | events.WorkerExited):
                self.dispatcher.flush()
                self._ended(running)

    def _asked(self, asked: Any) -> None:
        answer = None if asked.problem else self._rule_for(asked)
        self._take([asked if answer is None else replace(asked, by_rule=True)])
        if answer is not None:
            self._send(answer)

    # What a user asks for. Each may raise `RefusedError`.

    async def say(
        self,
        text: str,
        images: tuple[str, ...] = (),
        client_tools: tuple[ClientTool, ...] = (),
    ) -> str:
        """Send a message; the id of the run that answers it."""
        check_message(text, images)
        self._check_idle()
        await self._connect()
        self._client_tools = client_tools
        self._message = text, images
        if self._control.submit(text, self.now()) != "sent":
            raise RefusedError("AGENT_UNAVAILABLE", "the agent's process has just ended: try again")
        shown = clean_line(self._terms.masker.mask(text.strip().partition("\n")[0]))
        self.title = self.title or shown[:80]
        return self.conversation.running

    async def retry(self, *, confirmed: bool = False) -> str:
        """End a back-off, continue the last run, or undo it and run it again; the run's id."""
        self._check_there()
        if not self.running and self.conversation.run is not None:
            await self._connect()
        match self._control.retry(self.now(), confirmed=confirmed):
            case "confirm":
                raise RefusedError(
                    "CONFIRMATION_NEEDED",
                    "the last run has run tools, and they would run again: "
                    'send {"confirm": true} to do that',
                )
            case "draft":
                text, images = self._message
                run = self.conversation.run
                return await self.say(text or (run.prompt if run is not None else ""), images)
            case "nothing":
                raise RefusedError("NOTHING_TO_RETRY", "there is no run yet: send a message")
            case "busy":
                raise RefusedError("BUSY", _BUSY)
            case "no worker":
                raise RefusedError("AGENT_UNAVAILABLE", "the agent's process has just ended")
        return self.conversation.running

    async def undo_retry(self) -> str:
        """Bring back what the last retry took back, after its end; the run that stands then."""
        self._check_there()
        self._check_undo()
        if self.running:
            self._control.cancel(time.monotonic_ns())
            await self.idle()
            self._check_undo()
        run, back = self.conversation.run, self.conversation.taken_back[-1].run
        undone = events.RetryUndone(
            at=self.now(),
            run=run.id if run is not None else "",
            restored=back.id if back is not None else "",
        )
        self.take([undone])
        return undone.restored

    def _check_undo(self) -> None:
        state = self.conversation
        if not state.taken_back:
            why = "a message was sent since" if state.undo_passed else "there was none"
            raise RefusedError("NOTHING_TO_UNDO", f"there is no retry to undo: {why}")
        if state.running and state.run is not None and not state.run.begun:
            raise RefusedError("BUSY", _BUSY)

    async def continue_run(self, client_tools: tuple[ClientTool, ...] = ()) -> str:
        """Run on from what the conversation holds, without a message; the run's id."""
        self._check_idle()
        await self._connect()
        self._client_tools = client_tools
        run = self._named(self.conversation.runs + 1)
        if not self._send(RetryRun(run=run, entered_at=self.now(), mode="continue")):
            raise RefusedError("AGENT_UNAVAILABLE", "the agent's process has just ended: try again")
        self.dispatcher.note(RetrySent(run=run, mode="continue", at=self.now()))
        return run

    def take_over(self, keep: int, items: Sequence[Mapping[str, object]]) -> None:
        """Put these items behind the first ``keep`` of the conversation; nothing may run."""
        encoded = tuple(msgspec.Raw(msgspec.json.encode(item)) for item in items)
        self.take([events.HistoryChanged(at=self.now(), keep=keep, items=encoded)])

    def cancel(self, mode: Literal["now", "after_call"] = "now") -> bool:
        """Cancel the open run; whether there is one."""
        return self._control.cancel(time.monotonic_ns(), mode) == "cancelling"

    def answer(
        self,
        call: str,
        *,
        approved: bool,
        always: bool = False,
        reason: str = "",
        arguments: str = "",
    ) -> None:
        """Answer the question whether a tool call may run, with these ``arguments`` if any."""
        tool = self.conversation.open_tools.get(call)
        if tool is None or tool.state != "waiting":
            raise RefusedError("CALL_NOT_FOUND", "no tool call with this id waits for an answer")
        run = self.conversation.running
        answer: Approve | Reject = (
            Approve(tool_call=call, always=always, run=run, arguments=arguments)
            if approved
            else Reject(tool_call=call, always=always, reason=reason, run=run)
        )
        self._send(answer)

    def _check_there(self) -> None:
        if self.log.ended:
            raise RefusedError("SESSION_NOT_FOUND", "the session was deleted")

    def _check_idle(self) -> None:
        self._check_there()
        if self.running:
            raise RefusedError("BUSY", _BUSY)

    async def _connect(self) -> None:
        """Bind the session to a worker whose agent is loaded, and begin with its events."""
        self._starting = True
        try:
            self._lane = lane = await self._terms.workers.lane_for(self._lane)
        finally:
            self._starting = False
        started = next((e for e in lane.beginning if isinstance(e, events.WorkerStarted)), None)
        if started is not self._worker:
            self._worker = started
            self.dispatcher.dispatch(lane.beginning)

    def _send(self, command: Command) -> bool:
        lane = self._lane
        if lane is None:
            return False
        if not isinstance(command, StartRun | RetryRun):
            return lane.supervisor.send(command)
        history = None if self.history.empty else self.history.take()
        command = replace(command, beside=True, history=history, client_tools=self._client_tools)
        if isinstance(command, StartRun):
            command = replace(command, images=self._message[1])
        return lane.start(command.run, command, self)

    def _rule_for(self, asked: events.ApprovalRequested) -> Approve | Reject | None:
        """The answer of a rule; None if the user is asked."""
        call, run = asked.tool_call, asked.run
        standing = self.conversation.standing_answers.get((asked.agent, asked.name))
        if standing is not None and standing.approved:
            return Approve(tool_call=call, run=run)
        if standing is not None:
            return Reject(tool_call=call, reason=standing.reason, run=run)
        match self._terms.approvals.answer(asked.name):
            case "approve":
                return Approve(tool_call=call, run=run)
            case "reject":
                reason = f"{asked.name} needs approval, and --approve does not allow it"
                return Reject(tool_call=call, reason=reason, run=run)
        return None

    def _ended(self, run: str) -> None:
        if self._lane is not None and run and not self.conversation.running:
            self._lane.ended(run)
        # A reader that waits for the run's end looks again.
        self.log.wake()


def check_message(text: str, images: tuple[str, ...]) -> None:
    """Raise `RefusedError` for a message that says nothing."""
    if not text.strip() and not images:
        raise RefusedError("BAD_REQUEST", "the message is empty")


def _is_question(event: Event) -> bool:
    return isinstance(event, events.ApprovalRequested)


def _bug(error: Exception) -> None:
    _log.error("a bug in streamtui", exc_info=error)


def _nothing(_: object) -> None:
    """Nobody is shown anything here: readers follow the log."""
