"""Starts and resumes runs for AG-UI clients: a thread is a session, a request is a run."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

import msgspec

from tui.core.metrics import Thresholds
from tui.protocol.agui.agui_events import KnownEvent, RunStarted
from tui.protocol.agui.own_events import ASKED, asks_for_own_events, own_event
from tui.protocol.agui.run_agent_input import RunAgentInput, Tool
from tui.protocol.commands import ClientTool
from tui.protocol.events import AgentLoaded
from tui.web.dialects.agui.agui_following import RunFigures, run_stream, sent
from tui.web.dialects.agui.client_messages import UnsupportedContentError
from tui.web.dialects.agui.described_agent import schema_of
from tui.web.dialects.agui.interrupt_answers import InvalidAnswerError, answers_of
from tui.web.dialects.agui.run_terms import Terms
from tui.web.dialects.agui.run_translation import RunTranslation
from tui.web.dialects.agui.thread_memory import NothingNewError, ThreadMemory
from tui.web.request_refusals import RefusedError
from tui.web.sessions.session_store import SessionStore
from tui.web.sessions.web_session import WebSession, check_message

_NOTICE_GRACE = 2.0
"""Seconds until it is noticed that a client has closed its connection."""

_CANCEL_GRACE = 10.0
"""Seconds that a cancelled run has to end before the next request of its thread is refused."""

_TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
MOST_TOOLS = 128
"""Tools that a client may bring."""


class AguiRuns:
    def __init__(self, sessions: SessionStore, thresholds: Thresholds) -> None:
        self._sessions = sessions
        self._thresholds = thresholds
        self._memories: WeakKeyDictionary[WebSession, ThreadMemory] = WeakKeyDictionary()

    async def start(self, given: RunAgentInput) -> AsyncIterator[bytes]:
        """The stream of the run. Raise `RefusedError` for what is refused before it begins."""
        tools = _client_tools(given.tools or ())
        session = await self._session(given.thread_id)
        await self._settled(session)
        run = _Run(session, self._memory(session), given, tools, self)
        return run.stream()

    @property
    def thresholds(self) -> Thresholds:
        return self._thresholds

    @property
    def ended(self) -> bool:
        """The service sends its readers away."""
        return self._sessions.ended

    async def _session(self, thread: str) -> WebSession:
        """Any text can be a thread's id, so the session's id is made from it."""
        id_ = f"agui-{hashlib.sha256(thread.encode('utf-8', 'replace')).hexdigest()[:32]}"
        try:
            return await self._sessions.find(id_)
        except RefusedError as error:
            if error.code != "SESSION_NOT_FOUND":
                raise
        return await self._sessions.create(id_=id_)

    async def _settled(self, session: WebSession) -> None:
        """Wait for the end of a run whose client has gone. Raise `RefusedError`."""
        try:
            async with asyncio.timeout(_NOTICE_GRACE):
                while _is_busy(session) and session.conversation.cancelling_since is None:
                    await session.log.wait(_NOTICE_GRACE)
            async with asyncio.timeout(_CANCEL_GRACE):
                while _is_busy(session):
                    await session.log.wait(_CANCEL_GRACE)
        except TimeoutError:
            raise RefusedError("BUSY", "a run of this thread is open: wait for its end") from None

    def _memory(self, session: WebSession) -> ThreadMemory:
        return self._memories.setdefault(session, ThreadMemory())


class _Run:
    """One request. What goes wrong from here on is reported in its stream."""

    def __init__(
        self,
        session: WebSession,
        memory: ThreadMemory,
        given: RunAgentInput,
        tools: tuple[ClientTool, ...],
        runs: AguiRuns,
    ) -> None:
        self._session = session
        self._memory = memory
        self._given = given
        self._tools = tools
        self._runs = runs
        self._translation = self._translating(ours="")

    async def stream(self) -> AsyncIterator[bytes]:
        session = self._session
        session.readers += 1
        started = False
        try:
            after = session.log.last
            waiting = waiting_calls(session)
            try:
                if waiting or self._only_answers():
                    ours = session.conversation.running
                    self._answer(waiting, ours)
                else:
                    ours = await self._say()
            except _REPORTED as error:
                code = error.code if isinstance(error, RefusedError) else _CODES[type(error)]
                yield sent([*self._translation.begin(), *self._translation.fail(str(error), code)])
                return
            started = True
            resumes = bool(waiting)
            run_figures = RunFigures(ours, self._runs.thresholds)
            self._translation = self._translating(ours, resumes=resumes, run_figures=run_figures)
            began = self._translation.begin(agent=session.conversation.agent)
            own = asks_for_own_events(self._given)
            yield sent(_with_own(began, session.conversation.loaded) if own else began)
            async for chunk in run_stream(
                session.log,
                self._translation,
                run_figures,
                after=after,
                resumes=resumes,
                closing=lambda: self._runs.ended,
                running=lambda: session.running,
                thresholds=self._runs.thresholds,
                own=own,
            ):
                if self._translation.end is not None:
                    # Before the client knows that it has ended, and sends its next request.
                    self._memory.messages = self._translation.snapshot
                yield chunk
        finally:
            session.readers -= 1
            if started and self._translation.end is None:
                # The client has closed the connection: that is how it cancels a run.
                self._memory.messages = self._translation.snapshot
                session.cancel()

    def _translating(
        self, ours: str, *, resumes: bool = False, run_figures: RunFigures | None = None
    ) -> RunTranslation:
        given, session = self._given, self._session
        return RunTranslation(
            Terms(
                thread=given.thread_id,
                run=given.run_id,
                ours=ours,
                messages=self._memory.messages if resumes else given.messages,
                state=given.state,
                parent_run=given.parent_run_id,
                modern=given.protocol_version is not None,
                client_tools=tuple(tool.name for tool in self._tools),
                resumes=resumes,
                session=session.id,
            ),
            figures=run_figures or dict,
            schema_of=partial(schema_of, session.conversation.loaded),
        )

    def _only_answers(self) -> bool:
        """Whether it resumes, and says nothing new.

        With a new message, answers to interrupts whose run is gone do no harm: a client that keeps
        track of its interrupts must send them.
        """
        return bool(self._given.resume) and not self._memory.has_new_message(self._given)

    def _answer(self, waiting: Sequence[str], ours: str) -> None:
        given = self._given
        if not given.resume:
            ids = ", ".join(f"{ours}:{call}" for call in waiting)
            raise InvalidAnswerError(f"open interrupts must be answered with resume first: {ids}")
        if not waiting:
            raise InvalidAnswerError(
                "no interrupt is open in this thread, its run has ended: send a message with it"
            )
        if self._memory.has_new_message(given):
            raise InvalidAnswerError(
                "answer the open interrupts first, and send the new message after that"
            )
        answers = answers_of(
            given.resume, {f"{ours}:{call}": call for call in waiting}, self._memory.answered
        )
        for answer in answers:
            self._session.answer(
                answer.tool_call,
                approved=answer.approved,
                always=answer.always,
                reason=answer.reason,
                arguments=answer.arguments,
            )
            self._memory.answered.add(f"{ours}:{answer.tool_call}")

    async def _say(self) -> str:
        session, given = self._session, self._given
        ledger = session.history.take().items
        plan = self._memory.plan(given, len(ledger))
        if plan.prompt is not None:
            check_message(plan.prompt, plan.images)
        if plan.keep < len(ledger) or plan.add:
            session.take_over(plan.keep, plan.add)
        context = given.context or ()
        if plan.prompt is None:
            run = await session.continue_run(self._tools)
        else:
            run = await session.say(plan.prompt, plan.images, self._tools)
        self._memory.begun(plan, context)
        return run


_CODES: dict[type[Exception], str] = {
    InvalidAnswerError: "INVALID_ANSWER",
    NothingNewError: "NO_NEW_MESSAGE",
    UnsupportedContentError: "UNSUPPORTED_CONTENT",
}
_REPORTED: tuple[type[Exception], ...] = (RefusedError, *_CODES)
"""What a client gets in the stream, where all of its errors are."""


def _with_own(began: Sequence[KnownEvent], loaded: AgentLoaded | None) -> list[KnownEvent]:
    """Say that our own events follow, the first of which is the agent."""
    known = [
        msgspec.structs.replace(event, metadata={**(event.metadata or {}), **ASKED})
        if isinstance(event, RunStarted)
        else event
        for event in began
    ]
    agent = None if loaded is None else own_event(loaded)
    return known if agent is None else [*known, agent]


def _is_busy(session: WebSession) -> bool:
    return session.running and not waiting_calls(session)


def waiting_calls(session: WebSession) -> tuple[str, ...]:
    """Tool calls that wait for the user."""
    tools = session.conversation.open_tools.values()
    return tuple(tool.key for tool in tools if tool.state == "waiting")


def _client_tools(tools: Sequence[Tool]) -> tuple[ClientTool, ...]:
    """Raise `RefusedError`."""
    if len(tools) > MOST_TOOLS:
        raise RefusedError("BAD_REQUEST", f"a client may bring {MOST_TOOLS} tools at most")
    names = [tool.name for tool in tools]
    if len(set(names)) != len(names):
        raise RefusedError("BAD_REQUEST", "two of the tools have the same name")
    return tuple(map(_client_tool, tools))


def _client_tool(tool: Tool) -> ClientTool:
    if not _TOOL_NAME.fullmatch(tool.name):
        raise RefusedError("BAD_REQUEST", "a tool's name may have 1 to 64 letters, digits, _ and -")
    schema: Any = tool.parameters
    if schema is not None and not isinstance(schema, dict):
        raise RefusedError("BAD_REQUEST", f"the parameters of {tool.name} must be a JSON schema")
    text = msgspec.json.encode(schema).decode() if schema else ""
    return ClientTool(name=tool.name, description=tool.description, parameters=text)
