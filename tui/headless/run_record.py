"""One run: what arrives of it, as one result."""

import asyncio
from collections.abc import Sequence

from tui.core.conversation import Change, Failure, Speech, Step, ToolCall
from tui.core.metrics import AttemptFigures, TurnFigures, attempt_figures
from tui.headless.results import Job, Outcome, RunResult, ToolResult
from tui.protocol import events
from tui.protocol.events import Event, Problem
from tui.stream.dispatcher import Dispatcher

_ATTEMPT_ENDS = (events.AttemptFinished, events.AttemptFailed, events.AttemptCancelled)


class RunRecord:
    """``ended`` is its result, once there is one."""

    def __init__(self, job: Job, run: str, session: str) -> None:
        self.job = job
        self.run = run
        self.session = session
        self.ended: asyncio.Future[RunResult] = asyncio.get_running_loop().create_future()
        self._attempts: list[AttemptFigures] = []
        self._tools: dict[str, ToolCall] = {}
        self._said: dict[str, str] = {}
        """By key, what the agent at the top has answered so far."""
        self._finished: events.RunFinished | None = None
        self._problem: Problem | None = None

    def take(self, batch: Sequence[Event], dispatcher: Dispatcher) -> None:
        """Dispatch events of this run, and keep the figures of each attempt that ends in them."""
        start = 0
        for place, event in enumerate(batch, 1):
            if isinstance(event, _ATTEMPT_ENDS):
                dispatcher.dispatch(batch[start:place])
                start = place
                attempt = dispatcher.metrics.settled().last_attempt
                if attempt is not None:
                    self._attempts.append(attempt_figures(attempt, event.at))
        if batch[start:]:
            dispatcher.dispatch(batch[start:])
        if self._finished is not None:
            self._end(dispatcher, self._finished.outcome)

    def follow(self, steps: Sequence[Step]) -> None:
        """Note what the events, cleaned and masked, have changed."""
        for step in steps:
            for change in step.changes:
                self._note(change)
            if isinstance(step.event, events.RunFinished):
                self._finished = step.event

    def lose_worker(self, exited: events.WorkerExited, dispatcher: Dispatcher) -> None:
        """Its worker has exited, and the run with it."""
        dispatcher.dispatch([exited])
        self._end(dispatcher, "failed")

    def fail(self, problem: Problem) -> None:
        """It cannot even begin."""
        self._problem = problem
        self._end(None, "failed")

    def _note(self, change: Change) -> None:
        match change.item:
            case ToolCall() as tool:
                self._tools[tool.key] = tool
            case Speech(kind="answer" | "refusal", parent="", key=key):
                if change.kind == "replaced":
                    self._said[key] = change.text
                elif change.kind == "removed":
                    self._said.pop(key, None)
                else:
                    self._said[key] = self._said.get(key, "") + change.text
            case Speech(key=key) if change.kind == "recast":
                # It was reasoning, and no answer.
                self._said.pop(key, None)
            case Failure(problem=problem):
                self._problem = problem

    def _end(self, dispatcher: Dispatcher | None, outcome: Outcome) -> None:
        if self.ended.done():
            return
        turns: tuple[TurnFigures, ...] = ()
        if dispatcher is not None:
            dispatcher.flush()
            turns = dispatcher.metrics.settled().turns
        finished = self._finished
        answer = finished.output if finished is not None and outcome == "ok" else ""
        self.ended.set_result(
            RunResult(
                job=self.job,
                outcome=outcome,
                problem=(finished and finished.problem) or self._problem,
                answer=answer or "".join(self._said.values()),
                session=self.session,
                attempts=tuple(self._attempts),
                tools=tuple(map(_tool_result, self._tools.values())),
                turn=turns[-1] if turns and turns[-1].run == self.run else None,
            )
        )


def _tool_result(tool: ToolCall) -> ToolResult:
    took = tool.elapsed(tool.ended or 0) if tool.ended is not None else None
    return ToolResult(
        name=tool.name,
        agent=tool.agent,
        state=tool.state,
        seconds=None if took is None else took / 1e9,
        arguments=tool.arguments,
        output=tool.output,
    )
