"""Says what happens in a session in the service's own events. Pure."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from tui.core.conversation import Change, Failure, Handoff, Notice, Speech, ToolCall
from tui.core.metrics import attempt_figures
from tui.protocol import events
from tui.web.delivery.moments import Moment
from tui.web.delivery.sse import Message
from tui.web.dialects.guide import guide_events as guide
from tui.web.dialects.guide.said_text import SaidText
from tui.web.public_words import public_text, public_turn
from tui.web.request_refusals import Code

_ATTEMPT_ENDS = (events.AttemptFinished, events.AttemptFailed, events.AttemptCancelled)

_Event = TypeVar("_Event", bound=msgspec.Struct)


class GuideTranslator:
    """One for each reader. ``session`` is the id that its events carry."""

    def __init__(self, session: str) -> None:
        self._session = session
        self._said: dict[str, SaidText] = {}
        """The answers of the run, by their keys."""
        self._moment: Moment | None = None

    def messages(self, moment: Moment) -> Sequence[Message]:
        """The messages that say it."""
        self._moment = moment
        return [Message(guide.NAMES[type(event)], event) for event in self._events(moment)]

    def ended(self, code: Code, text: str) -> Sequence[Message]:
        """What a stream ends with that the service ends."""
        event = guide.ErrorEvent(
            timestamp=datetime.now(UTC), session=self._session, code=code, message=text
        )
        return [Message(guide.NAMES[guide.ErrorEvent], event)]

    def _events(self, moment: Moment) -> Iterator[msgspec.Struct]:
        yield from self._before_changes(moment)
        for change in moment.step.changes:
            yield from self._changed(change)
        yield from self._after_changes(moment)

    def _before_changes(self, moment: Moment) -> Iterator[msgspec.Struct]:
        match moment.step.event:
            case events.RunStarted() as event:
                self._said.clear()
                yield self._update("running", message=event.prompt, agent=event.agent)
            case events.AttemptStarted(call=call):
                made_by = moment.conversation.calls.get(call)
                if made_by is not None:
                    yield self._event(guide.TypingStart, agent=made_by.agent, parent=made_by.parent)
            case events.ApprovalAnswered() as event:
                yield self._event(
                    guide.ApprovalAnsweredEvent,
                    call=event.tool_call,
                    approved=event.approved,
                    always=event.always,
                )
                tool = moment.conversation.tools.get(event.tool_call)
                if tool is not None and tool.asked and not _waits(moment):
                    yield self._update("running")

    def _after_changes(self, moment: Moment) -> Iterator[msgspec.Struct]:
        match moment.step.event:
            case events.RetryScheduled() as event:
                run = moment.conversation.run
                yield self._event(
                    guide.RetryEvent,
                    attempt=event.attempt,
                    most=event.most,
                    delay=event.delay,
                    reason=public_text(run.failure) if run is not None else "",
                )
            case events.RetryUndone(run=run, restored=restored):
                undone = self._event(guide.RetryUndoneEvent, taken_back=run)
                yield replace(undone, run=restored)
            case events.ApprovalRequested(by_rule=False) as event:
                yield self._event(
                    guide.ApprovalRequired,
                    call=event.tool_call,
                    name=event.name,
                    arguments=event.arguments,
                    agent=event.agent,
                    parent=event.parent,
                )
                yield self._update("waiting")
            case events.RunFinished() | events.WorkerExited():
                yield from self._run_ended(moment)
            case event if isinstance(event, _ATTEMPT_ENDS):
                last = moment.metrics.settled().last_attempt
                if last is not None and last.call == event.call:
                    yield self._event(guide.MetricsEvent, attempt=attempt_figures(last, event.at))

    def _changed(self, change: Change) -> Iterator[msgspec.Struct]:
        match change.item:
            case Speech() as speech:
                yield from self._spoken(change, speech)
            case ToolCall() as tool if not tool.handoff and not tool.approval:
                yield from self._tool(change, tool)
            case Handoff() as handoff if change.kind != "removed":
                yield self._event(
                    guide.HandoffEvent, previous=handoff.previous, agent=handoff.agent
                )
            case Notice() as notice if change.kind == "began" and notice.kind not in {
                "cancelled",
                "own",
            }:
                yield self._event(guide.NoticeEvent, text=public_text(notice.text))
            case Failure(problem=problem) as failure:
                yield self._event(
                    guide.ErrorEvent,
                    code="STREAM_ERROR",
                    message=public_text(problem.message),
                    kind=problem.kind,
                    can_continue=failure.can_continue,
                )

    def _spoken(self, change: Change, speech: Speech) -> Iterator[msgspec.Struct]:
        if change.kind == "recast":
            self._said.pop(speech.key, None)
            yield self._event(
                guide.TextReplacedEvent, item=speech.key, text="", words=0, reason="reasoning"
            )
            yield self._reasoning(speech, change.text)
        elif speech.kind == "reasoning":
            if change.kind == "grew":
                yield self._reasoning(speech, change.text)
        elif change.kind == "grew" and speech.parent:
            yield self._event(
                guide.NestedTextDelta,
                item=speech.key,
                delta=change.text,
                agent=speech.agent,
                parent=speech.parent,
            )
        elif change.kind == "grew":
            said = self._said.setdefault(speech.key, SaidText())
            said.add(change.text)
            yield self._event(
                guide.TextDeltaEvent,
                item=speech.key,
                delta=change.text,
                words=said.words,
                kind="refusal" if speech.kind == "refusal" else "answer",
                agent=speech.agent,
            )
        elif not speech.parent and (change.kind == "replaced" or speech.state == "withdrawn"):
            text = change.text if change.kind == "replaced" else ""
            said = self._said[speech.key] = SaidText.of(text)
            yield self._event(
                guide.TextReplacedEvent,
                item=speech.key,
                text=text,
                words=said.words,
                reason=speech.note,
            )

    def _reasoning(self, speech: Speech, text: str) -> msgspec.Struct:
        return self._event(
            guide.ReasoningDeltaEvent,
            item=speech.key,
            delta=text,
            agent=speech.agent,
            parent=speech.parent,
        )

    def _tool(self, change: Change, tool: ToolCall) -> Iterator[msgspec.Struct]:
        event = self._now.step.event
        if isinstance(event, events.ToolCalled) and event.tool_call == tool.key:
            yield self._event(
                guide.ToolStart,
                call=tool.key,
                name=tool.name,
                arguments=tool.arguments,
                agent=tool.agent,
                parent=tool.parent,
            )
        elif change.kind == "ended":
            took = tool.elapsed(tool.ended or 0) if tool.ended is not None else None
            yield self._event(
                guide.ToolComplete,
                call=tool.key,
                name=tool.name,
                outcome=tool.state,
                output=tool.brief_output,
                seconds=None if took is None else took / 1e9,
                error=public_text(tool.problem.message if tool.problem is not None else tool.note),
                agent=tool.agent,
                parent=tool.parent,
            )

    def _run_ended(self, moment: Moment) -> Iterator[msgspec.Struct]:
        run, event = moment.conversation.run, moment.step.event
        turns = moment.metrics.settled().turns
        if turns:
            yield self._event(guide.MetricsEvent, turn=public_turn(turns[-1]))
        finished = event if isinstance(event, events.RunFinished) else None
        if finished is not None and finished.outcome != "failed":
            said = self._said.values() if finished.outcome == "cancelled" else ()
            text = finished.output or "".join(one.text for one in said)
            yield self._event(
                guide.ResponseComplete,
                outcome="ok" if finished.outcome == "ok" else "cancelled",
                final_response=text,
                words=SaidText.of(text).words,
                characters=len(text),
            )
        yield self._update("idle", agent=run.agent if run is not None else "")

    @property
    def _now(self) -> Moment:
        assert self._moment is not None
        return self._moment

    def _update(
        self, status: guide.Status, *, message: str = "", agent: str = ""
    ) -> guide.SessionUpdate:
        return self._event(guide.SessionUpdate, status=status, message=message, agent=agent)

    def _event(self, kind: type[_Event], /, **fields: Any) -> _Event:
        moment = self._now
        run = moment.conversation.run
        return kind(
            timestamp=datetime.fromtimestamp(moment.wall, UTC),
            session=self._session,
            run=run.id if run is not None else "",
            **fields,
        )


def _waits(moment: Moment) -> bool:
    return any(tool.state == "waiting" for tool in moment.conversation.open_tools.values())
