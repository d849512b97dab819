"""Plays a plan with a worker and a provider, and returns what it found wrong."""

import fcntl
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Self

import msgspec

from tests.support.conversations import assert_shown_again
from tests.support.provider import Answer, Step
from tests.support.provider.request import RequestRecord
from tests.worker.driver import WorkerProcess
from tests.worker.sequences.check import (
    NESTED,
    call_findings,
    class_findings,
    history_findings,
    is_late,
    notes_findings,
    request_findings,
)
from tests.worker.sequences.memory import Memory, Said
from tests.worker.sequences.plan import Action, Deed, Plan, Reply
from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.protocol import events
from tui.protocol.commands import (
    Approve,
    CancelRun,
    CancelTool,
    ClearHistory,
    Command,
    Reject,
    RestoreHistory,
    RetryNow,
)

TIMEOUT = 60.0
KILLED = -9
DIED = 7
"""The exit code of the tool that ends its process."""
LONG_WAIT = 1.0
LINE = 240
LAST = Action(do="say", prompt="p999")
"""Every sequence ends with a message that is answered."""


class Script:
    """The steps of the action under way; when they are used up every request is answered."""

    def __init__(self) -> None:
        self._steps: deque[Step] = deque()
        self._inner: deque[Step] = deque()
        self.acted: Counter[str] = Counter()

    def load(self, action: Action) -> None:
        self._steps, self._inner = deque(action.steps), deque(action.inner)

    def next_step(self, request: RequestRecord) -> Step:
        # A response repeats them three times, which is slow, and nothing reads them.
        request.body.pop("tools", None)
        queue = self._inner if request.instructions == NESTED else self._steps
        step = queue.popleft() if queue else Answer(deltas=[f" x{request.number}"])
        fault = step.fault if isinstance(step, Answer) else step
        self.acted[type(fault).__name__] += 1
        return step


@dataclass
class Player:
    """One worker at a time; a new one when it dies."""

    start: Callable[[ExitStack], WorkerProcess]
    requests: list[RequestRecord]
    script: Script
    notes: Path
    held: IO[bytes]
    """Tools in threads hang while it is locked."""
    restarts: bool
    """The worker's retry mode."""
    findings: list[str] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    trace: list[str] = field(default_factory=list)
    """The events of the last action, to find the cause of a finding."""
    _played: int = 0
    _given_up: int = 0
    """Attempts without an answer: as many requests may still arrive."""
    _life: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        self._worker, self._at = self.start(self._life), 0
        self._new_conversation()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._release()
        self._life.close()

    def play(self, plan: Plan) -> list[str]:
        """What was wrong; stops at the first action with findings."""
        self._new_conversation()
        self._played += 1
        for number, action in enumerate((*plan, LAST)):
            self._play(action)
            if self.findings:
                found, self.findings = self.findings, []
                return [f"action {number}: {finding}" for finding in found]
        assert_shown_again(self._session)
        return []

    def _new_conversation(self) -> None:
        self._send(ClearHistory())
        self._mirror = HistoryMirror()
        self._session: list[events.Event] = []
        self._memory = Memory(restarts=self.restarts, lenient=self.restarts)
        self.notes.write_text("")

    # One action

    def _play(self, action: Action) -> None:
        self.trace.clear()
        first, runs = len(self.requests), len(self._memory.prefixes)
        self.script.load(action)
        fcntl.flock(self.held, fcntl.LOCK_EX)
        if action.do == "kill":
            self._worker.process.kill()
            self._restart()
        else:
            self._run(_Course(action, iter(action.replies)))
        self._release()
        for request in self.requests[first:]:
            self._check(request, self._memory.prefixes[runs:])
        self.findings += notes_findings(self.notes)

    def _check(self, request: RequestRecord, prefixes: list[list[Said]]) -> None:
        if self._given_up and is_late(request, prefixes):
            self._given_up -= 1
            self.findings += request.problems
        else:
            self.findings += request_findings(request, prefixes, self._memory)

    def _run(self, course: "_Course") -> None:
        action, worker = course.action, self._worker
        try:
            run = self._say(action.prompt) if action.do == "say" else worker.start_retry(action.do)
        except BrokenPipeError:
            # A tool that ends its process started before its run was cancelled.
            self._restart()
            return
        course.running.append(run)
        self._meddle(course, "", 1)
        while course.running:
            event = worker.event(self._at, TIMEOUT)
            if event is None:
                self._ended(course)
                return
            self._at += 1
            self._observe(course, event)
        if course.killed:
            self._restart()

    def _ended(self, course: "_Course") -> None:
        if not self._worker.ended:
            self.findings.append(f"{course.running} had no end; {self._worker.events[-20:]}")
            self._worker.process.kill()
        elif not course.killed and self._worker.exit_code() != DIED:
            self.findings.append(f"the worker died: {self._worker.printed.decode()}")
        self._restart()

    def _restart(self) -> None:
        """As the dashboard does: with the conversation in the mirror."""
        while (event := self._worker.event(self._at, TIMEOUT)) is not None:
            self._at += 1
            self._follow(event)
        restore = self._mirror.take()
        prompts = [str(item.get("content")) for item in _decoded(restore)]
        self._memory.died(prompts)
        self._life.close()
        self._life = ExitStack()
        self._worker, self._at = self.start(self._life), 0
        if restore.items:
            self._send(restore)
        self.seen["restart"] += 1
        self._given_up += 1

    def _follow(self, event: events.Event) -> None:
        self.trace.append(str(event)[:LINE])
        match event:
            case events.AttemptFailed(raw_events=0) | events.AttemptCancelled(raw_events=0):
                self._given_up += 1
        self._mirror.observe(event)
        self._session.append(event)
        self._memory.observe(event)

    def _observe(self, course: "_Course", event: events.Event) -> None:
        self._follow(event)
        name = type(event).__name__
        course.counts[name] += 1
        self.seen[name] += 1
        self.findings += call_findings(event, course.open_calls)
        self.findings += class_findings(event)
        self._meddle(course, name, course.counts[name])
        match event:
            case events.RunFinished():
                self.seen[event.outcome] += 1
                self._run_ended(course, event)
            case events.ToolStarted():
                course.tool = event.tool_call
                if self._memory.run not in course.cancelled:
                    self._let_go(event)
            case events.ApprovalRequested():
                self._reply(course, event)
            case events.RetryScheduled(delay=delay) if delay > LONG_WAIT:
                self._send(RetryNow(run=event.run))
            case _:
                pass

    def _run_ended(self, course: "_Course", event: events.RunFinished) -> None:
        course.running.remove(event.run)
        self.findings += [f"{call} has no end" for call in course.open_calls]
        course.open_calls.clear()
        self.findings += history_findings(_decoded(self._mirror.take()), self._memory)

    # What the user does

    def _meddle(self, course: "_Course", moment: str, nth: int) -> None:
        for meddling in course.action.meddlings:
            if (meddling.moment, meddling.nth) == (moment, nth):
                self._do(course, meddling.deed)

    def _do(self, course: "_Course", deed: Deed) -> None:
        run = self._memory.run or course.running[0]
        self.seen[deed] += 1
        match deed:
            case "cancel" | "double cancel":
                course.cancelled.add(run)
                for _ in range(1 if deed == "cancel" else 2):
                    self._send(CancelRun(run=run))
            case "stop":
                self._send(CancelRun(run=run, mode="after_call"))
            case "cancel tool":
                self._send(CancelTool(tool_call=course.tool))
            case "kill":
                course.killed = True
                self._worker.process.kill()
            case "hurry":
                self._send(RetryNow(run=run))
            case "follow up" if not course.followed_up:
                course.followed_up = True
                with suppress(BrokenPipeError):
                    course.running.append(self._say(course.action.follow_up))

    def _say(self, prompt: str) -> str:
        """Each sequence has its own prompts: a late request must not be taken for another's."""
        return self._worker.start(f"{prompt} of sequence {self._played}")

    def _let_go(self, event: events.ToolStarted) -> None:
        """Nothing hangs for longer than planned."""
        if event.name == "hold":
            self._send(CancelTool(tool_call=event.tool_call))
        elif event.name == "hold_in_thread":
            self._release()

    def _reply(self, course: "_Course", event: events.ApprovalRequested) -> None:
        reply: Reply = next(course.replies, "once")
        match reply:
            case "once" | "always":
                self._send(Approve(tool_call=event.tool_call, always=reply == "always"))
            case "reject" | "reject always":
                always = reply == "reject always"
                self._send(Reject(tool_call=event.tool_call, always=always, reason="no"))
            case "cancel" | "kill":
                self._do(course, reply)

    def _send(self, command: Command) -> None:
        with suppress(BrokenPipeError):  # it is dying; its last events are still read
            self._worker.send(command)

    def _release(self) -> None:
        fcntl.flock(self.held, fcntl.LOCK_UN)


@dataclass
class _Course:
    """How far an action has come."""

    action: Action
    replies: Iterator[Reply]
    running: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    open_calls: dict[str, str] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)
    killed: bool = False
    followed_up: bool = False
    tool: str = ""


def _decoded(history: RestoreHistory) -> list[dict[str, Any]]:
    return [msgspec.json.decode(item) for item in history.items]
