"""One AG-UI run: what happens in a conversation, as its events. Pure.

An AG-UI run is as long as one request: it starts when the client has posted its input, and ends
when the agent's run ends, or stops to ask. Its stream is well formed whatever happens: all that
begins has its end.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec

from tui.core.conversation import Attempt, Change, Failure, Media, Notice, Speech, Step, ToolCall
from tui.protocol import events
from tui.protocol.agui import agui_events as agui
from tui.protocol.agui.agui_messages import ActivityMessage, Message, ReasoningMessage, ToolMessage
from tui.protocol.agui.run_outcomes import Cancelled, Interrupted, RunOutcome, Success
from tui.protocol.events import Problem
from tui.web.dialects.agui.agent_spans import AgentSpans
from tui.web.dialects.agui.approval_questions import Question, interrupt
from tui.web.dialects.agui.call_streams import CallStreams
from tui.web.dialects.agui.event_collector import EventCollector, MessageIds
from tui.web.dialects.agui.message_streams import MessageStreams
from tui.web.dialects.agui.run_problems import failure_in, problem_value
from tui.web.dialects.agui.run_terms import Terms
from tui.web.dialects.agui.shared_state import SharedState
from tui.web.dialects.agui.token_usage import UsageSums
from tui.web.dialects.agui.written_messages import WrittenMessages

RunEnd = Literal["success", "interrupt", "cancelled", "error"]


class RunTranslation:
    """Feed it the steps of the conversation from before the run's first event."""

    def __init__(
        self,
        terms: Terms,
        *,
        figures: Callable[[], object] = dict,
        schema_of: Callable[[str, str], object] = lambda _agent, _tool: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """``figures`` gives the run's figures at its end, ``schema_of`` a tool's parameters."""
        self.end: RunEnd | None = None
        """How it ended; None while it runs."""
        self.questions: dict[str, Question] = {}
        """What the user is asked, by tool call."""
        self.written = WrittenMessages()
        self._terms = terms
        self._figures = figures
        self._schema_of = schema_of
        self._log = EventCollector(clock)
        ids = MessageIds(message.id for message in terms.messages)
        self._messages = MessageStreams(self._log, self.written, ids, terms.ours)
        self._calls = CallStreams(
            self._log, self.written, ids, terms.ours, parts=terms.modern, client=terms.client_tools
        )
        self._agents = AgentSpans(self._log, subagents=terms.modern)
        self._usage = UsageSums()
        self._last_call_event: object = None
        """The newest event about a tool call that was translated."""
        self._attempts: dict[str, int] = {}
        """By model call, the number of its newest attempt."""
        self._state = SharedState(self._log, terms.state)

    @property
    def snapshot(self) -> tuple[Message, ...]:
        """The whole conversation now, without what only the client keeps.

        A client that finds reasoning in it would drop its own, of this run for instance.
        """
        kept = [
            message
            for message in self._terms.messages
            if not isinstance(message, ReasoningMessage | ActivityMessage)
        ]
        return self.written.complete(kept)

    @property
    def pending_calls(self) -> tuple[str, ...]:
        """Calls that the client is to run."""
        return self._calls.pending

    def begin(self, *, agent: str = "") -> list[agui.KnownEvent]:
        """The first events; ``agent`` is the one that takes the turn, as far as it is known."""
        terms = self._terms
        self._log.add(
            agui.RunStarted(
                thread_id=terms.thread,
                run_id=terms.run,
                protocol_version=agui.PROTOCOL_VERSION,
                parent_run_id=terms.parent_run,
            )
        )
        self._state.begin(agent=agent, session=terms.session)
        if terms.resumes:
            self._log.add(agui.MessagesSnapshot(messages=terms.messages))
            self._announce_earlier_calls()
            if agent:
                self._agents.entered("", agent)
        return self._log.take()

    def remember(self, step: Step) -> None:
        """A step of the same run from before this stream: an earlier stream has sent it."""
        match step.event:
            case events.AgentChanged(parent=parent, agent=agent):
                self._agents.remember(parent, agent)
            case events.ModelCallStarted(parent=parent, agent=agent):
                self._agents.remember(parent, agent)
            case events.AttemptStarted(call=call, attempt=attempt):
                self._attempts[call] = attempt
            case _:
                pass
        for change in step.changes:
            if isinstance(change.item, ToolCall):
                self._agents.called(change.item.key, change.item.parent)

    def take(self, steps: Sequence[Step]) -> list[agui.KnownEvent]:
        """The events of these steps; none when it has ended."""
        for step in steps:
            if self.end is None and self._is_ours(step.event):
                self._take(step)
        return self._log.take()

    def fail(self, message: str, code: str) -> list[agui.KnownEvent]:
        """End it with an error that is not the agent's."""
        if self.end is None:
            self._close()
            self._log.add(agui.RunError(message=message, code=code, usage=self._usage.usage()))
            self.end = "error"
        return self._log.take()

    def _announce_earlier_calls(self) -> None:
        """Calls that wait for approval were sent by the run before this one."""
        for message in self._terms.messages:
            owner = message.subagent_run_id or ""
            if isinstance(message, ToolMessage):
                self._calls.answered(message.tool_call_id)
            for call in getattr(message, "tool_calls", None) or ():
                written = self.written.earlier_call(call.id, call.function.name, owner)
                arguments = call.function.arguments
                self._calls.announced(call.id, call.function.name, arguments, owner, written)

    def _is_ours(self, event: Any) -> bool:
        return getattr(event, "run", "") in {"", self._terms.ours}

    def _take(self, step: Step) -> None:
        event = step.event
        self._usage.take(event)
        self._before(event)
        for change in step.changes:
            self._change(change, event)
        self._after(event, step.changes)

    def _before(self, event: object) -> None:
        """What must be known before the items change."""
        match event:
            case events.AgentChanged():
                self._agents.entered(event.parent, event.agent)
                if not event.parent:
                    self._state.set("agent", event.agent)
            case events.ModelCallStarted(parent=parent) if parent:
                self._agents.entered(parent, event.agent)
            case events.AttemptStarted():
                if event.attempt > 1:
                    self.written.started_over(event.call, event.attempt, continues=event.continues)
                self._attempts[event.call] = event.attempt
            case _:
                pass

    def _change(self, change: Change, event: object) -> None:
        match change.item:
            case Speech() as speech:
                owner = self._agents.owner(speech.parent)
                if self._agents.shown(owner):
                    self._agents.ensure(owner)
                    self._messages.change(change, speech, owner, event)
                    self._cite(change, speech, owner, event)
            case ToolCall() as tool:
                self._call_changed(change, tool, event)
            case Media() as media:
                owner = self._agents.owner(media.parent)
                if self._agents.shown(owner):
                    self._log.custom(
                        "media", owner, name=media.kind, text=media.text, files=media.attachments
                    )
            case Notice(kind="note" | "compacted") as notice:
                self._log.custom("notice", text=notice.text)
            case Attempt(state="failed", problem=Problem() as problem) as attempt:
                owner = self._agents.owner(attempt.parent)
                self._log.custom(
                    "attempt_failed",
                    owner if self._agents.shown(owner) else "",
                    attempt=attempt.number,
                    **problem_value(problem),
                )
            case _:
                pass

    def _cite(self, change: Change, speech: Speech, owner: str, event: object) -> None:
        if isinstance(event, events.SourcesCited) and change.kind == "updated":
            sources = [
                {"number": one.number, "title": one.title, "where": one.where}
                for one in speech.citations[-len(event.sources) :]
            ]
            message = self._messages.last_of(speech.call, owner)
            self._log.custom("sources", owner, messageId=message, sources=sources)

    def _call_changed(self, change: Change, tool: ToolCall, event: object) -> None:
        self._agents.called(tool.key, tool.parent)
        owner = "" if tool.top else self._agents.owner(tool.parent)
        if self._agents.shown(owner):
            self._agents.ensure(owner)
            self._stream_call(change, tool, owner, event)
        if change.kind == "ended":
            problem = "" if tool.state in {"ok", "rejected"} else tool.note or tool.outcome
            if tool.problem is not None:
                problem = tool.problem.message
            self._agents.left(tool.key, problem, self._close_owner)

    def _stream_call(self, change: Change, tool: ToolCall, owner: str, event: object) -> None:
        if tool.key not in self._calls:
            # Both follow the same answer: the call belongs into the message before it.
            call = tool.call or getattr(event, "call", "")
            attempt = call, getattr(event, "attempt", self._attempts.get(call, 1))
            self._calls.begin(tool, owner, self._messages.last_of(call, owner), attempt)
        # One event may change a call twice: when it is its first one.
        if event is not self._last_call_event and getattr(event, "tool_call", "") == tool.key:
            self._last_call_event = event
            self._write_call(tool, owner, event)
        if change.kind == "ended":
            self._calls.result(tool)

    def _write_call(self, tool: ToolCall, owner: str, event: object) -> None:
        match event:
            case events.ToolArgumentsDelta():
                self._calls.arguments(tool.key, event.text)
            case events.ToolCalled():
                # A hosted tool's arguments may be complete only when it has run for a while.
                if event.arguments or not event.hosted:
                    self._calls.complete(tool.key, event.arguments)
            case events.ApprovalRequested():
                self._calls.complete(tool.key, event.arguments)
            case events.ToolProgressed():
                self._log.custom(
                    "tool_progress",
                    owner,
                    toolCallId=tool.key,
                    status=event.status,
                    output=event.output,
                )
            case events.GuardrailPassed():
                self._calls.replaced(tool)
            case _:
                pass

    def _after(self, event: object, changes: Sequence[Change]) -> None:
        match event:
            case events.RetryScheduled():
                self._log.custom("retry", attempt=event.attempt, most=event.most, delay=event.delay)
            case events.GuardrailTripped():
                self._log.custom(
                    "guardrail", guardrail=event.guardrail, stage=event.stage, info=event.info
                )
            case events.GuardrailPassed(instead=str()):
                self._log.custom(
                    "guardrail",
                    guardrail=event.guardrail,
                    stage=event.stage,
                    toolCallId=event.tool_call,
                    instead=event.instead,
                )
            case events.ApprovalRequested():
                self._ask(event)
            case events.ApprovalAnswered() | events.ToolFinished():
                self.questions.pop(event.tool_call, None)
            case events.RunFinished(run=run) if run == self._terms.ours:
                self._finished(event)
            case events.WorkerExited() if any(isinstance(one.item, Failure) for one in changes):
                self.fail_with(failure_in(changes))
            case _:
                pass

    def _ask(self, event: events.ApprovalRequested) -> None:
        if event.problem:
            self._close()
            self._log.add(agui.RunError(message=event.problem, code="INVALID_ANSWER"))
            self.end = "error"
            return
        if not event.by_rule:
            self.questions[event.tool_call] = Question(
                request=event, schema=self._schema_of(event.agent, event.name)
            )
        if self.questions and not event.more:
            self._interrupt()

    def _interrupt(self) -> None:
        terms = self._terms
        asked = [
            interrupt(question, terms.ours, owner=self._shown_owner(question.request.parent))
            for question in self.questions.values()
        ]
        self._messages.close()
        self._calls.close()
        self._agents.suspend(self._questions_within)
        self._state.set("status", "waiting for approval")
        self._finish("interrupt", Interrupted(interrupts=tuple(asked)))

    def _questions_within(self, owner: str) -> tuple[str, ...]:
        return tuple(
            question.id_in(self._terms.ours)
            for question in self.questions.values()
            if self._agents.within(question.request.parent, owner)
        )

    def _shown_owner(self, parent: str) -> str:
        owner = self._agents.owner(parent)
        return owner if self._agents.shown(owner) else ""

    def _finished(self, event: events.RunFinished) -> None:
        if event.outcome == "failed":
            self.fail_with(event.problem)
            return
        cancelled = event.outcome == "cancelled"
        self._state.set("status", "cancelled" if cancelled else "done")
        self._close()
        result = None
        if event.output_json and event.output and not cancelled:
            try:
                result = msgspec.json.decode(event.output)
            except msgspec.DecodeError:
                result = event.output
        outcome: RunOutcome = Success(pending_tool_call_ids=self._calls.pending or None)
        self._finish(
            "cancelled" if cancelled else "success",
            Cancelled() if cancelled else outcome,
            result=result,
        )

    def fail_with(self, problem: Problem | None) -> None:
        """End it with the agent's failure."""
        problem = problem or Problem(kind="agent", message="The run failed.")
        self._state.set("status", "failed")
        self._close()
        self._log.custom("failure", **problem_value(problem))
        self._report()
        message = " ".join(filter(None, (problem.message, problem.advice)))
        self._log.add(
            agui.RunError(message=message, code=problem.kind.upper(), usage=self._usage.usage())
        )
        self.end = "error"

    def _finish(self, end: RunEnd, outcome: RunOutcome, *, result: object = None) -> None:
        self._report()
        modern = self._terms.modern
        plain = not modern and not isinstance(outcome, Interrupted)
        self._log.add(
            agui.RunFinished(
                thread_id=self._terms.thread,
                run_id=self._terms.run,
                result=result,
                outcome=None if plain else outcome,
                usage=self._usage.usage(),
            )
        )
        self.end = end

    def _report(self) -> None:
        """The figures, and the conversation as it is now."""
        figures = msgspec.to_builtins(self._figures())
        self._state.set("figures", figures)
        self._log.custom("figures", **figures)
        self._log.add(agui.MessagesSnapshot(messages=self.snapshot))

    def _close(self) -> None:
        self._agents.close(self._close_owner)
        self._messages.close()
        self._calls.close()

    def _close_owner(self, owner: str) -> None:
        self._messages.close(owner)
        self._calls.close(owner)
