"""How events of the worker and of whole runs change the session."""

from collections.abc import Mapping
from typing import Protocol

from msgspec.structs import replace

from tui.core.metrics.call_handlers import end_backoff, end_lost_attempt, give_up, record_attempt
from tui.core.metrics.session_state import MAX_TURNS, Session, Worker
from tui.core.metrics.spans import add_spans, end_warm_up
from tui.core.metrics.taken_back import turn_began
from tui.core.metrics.tool_handlers import end_approval, end_lost_tool
from tui.core.metrics.turn import Outcome, Turn
from tui.core.metrics.turn_report import turn_figures
from tui.core.metrics.waterfall import Span
from tui.protocol.events import (
    AgentChanged,
    AgentLoaded,
    AgentLoadFailed,
    ConnectionsChanged,
    GuardrailTripped,
    LoopBlocked,
    LoopFreed,
    Problem,
    RunFinished,
    RunStarted,
    WarmUpAwaited,
    WorkerExited,
    WorkerHeard,
    WorkerSilent,
    WorkerStarted,
)
from tui.protocol.events.problem import TURN_DEADLINE

FIRST_WORDS = 120
"""Characters of a prompt that are kept for lists of turns."""


class _HasRun(Protocol):
    @property
    def run(self) -> str: ...


def worker_started(session: Session, event: WorkerStarted) -> None:
    session.worker = Worker(kind="loading", since=event.at)
    session.exit_counted = False


def agent_loaded(session: Session, event: AgentLoaded) -> None:
    session.worker = Worker(kind="ready", since=event.at)
    session.loaded = event
    session.agent = event.agent


def connections_changed(session: Session, event: ConnectionsChanged) -> None:
    session.connections = event


def loop_blocked(session: Session, event: LoopBlocked) -> None:
    session.blocked = event


def loop_freed(session: Session, _: LoopFreed) -> None:
    session.blocked = None


def worker_silent(session: Session, event: WorkerSilent) -> None:
    session.silent = event


def worker_heard(session: Session, _: WorkerHeard) -> None:
    session.silent = None


def agent_load_failed(session: Session, event: AgentLoadFailed) -> None:
    session.worker = Worker(kind="not_loaded", since=event.at, problem=event.problem)
    session.count_error(event.problem.kind)


def worker_exited(session: Session, event: WorkerExited) -> None:
    """End whatever ran in the worker; count an unexpected exit as one error."""
    if not event.expected:
        if not session.exit_counted:
            session.count_error("worker")
        for run in session.open_turns:
            session.note_error("worker", run)
    session.exit_counted = False
    session.blocked = session.silent = session.connections = None
    session.worker = Worker(
        kind="starting" if event.expected else "dead",
        since=event.at,
        code=event.code,
        signal=event.signal,
        expected=event.expected,
    )
    problem = None if event.expected else Problem(kind="worker", message="the worker died")
    for run in tuple(session.open_turns):
        _end_turn(session, run, event.at, "cancelled" if event.expected else "failed", problem)


def run_started(session: Session, event: RunStarted) -> None:
    session.turn_count += 1
    if event.mode == "send":
        session.count(prompts=1, prompt_characters=len(event.prompt))
    entered = min(event.entered_at, event.at)
    session.open_turns[event.run] = Turn(
        run=event.run,
        number=session.turn_count,
        prompt=" ".join(event.prompt[:FIRST_WORDS].split()),
        mode=event.mode,
        agent=event.agent,
        wall=event.wall,
        entered=entered,
        started=event.at,
        settled_until=entered,
        scripted=bool(session.loaded and session.loaded.scripted),
    )
    session.agent = event.agent or session.agent
    turn_began(session, event)
    add_spans(session, event.run, Span(part="queue", start=entered, end=event.at))


def warm_up_awaited(session: Session, event: WarmUpAwaited) -> None:
    session.replace_turn(event.run, warm_up_since=event.at)


def agent_changed(session: Session, event: AgentChanged) -> None:
    if not event.parent:
        session.agent = event.agent
        session.replace_turn(event.run, agent=event.agent)


def guardrail_tripped(session: Session, event: GuardrailTripped) -> None:
    session.count_error("guardrail", event.run)


def run_finished(session: Session, event: RunFinished) -> None:
    turn = session.open_turns.get(event.run)
    if turn is None:
        return
    problem = event.problem
    # If a run fails because of its last attempt or tool, that is the same error.
    counted = problem is None or problem.kind == "cancelled" or problem.kind in turn.kinds
    if event.outcome == "failed" and problem is not None and not counted:
        session.count_error(problem.kind, event.run)
    session.exit_counted |= problem is not None and problem.kind == "worker"
    if not turn.characters:
        session.replace_turn(event.run, characters=len(event.output))
    if event.lost:
        _lose_open_work(session, event.run, event.at, problem)
    _end_turn(session, event.run, event.at, event.outcome, problem)


def _lose_open_work(session: Session, run: str, at: int, problem: Problem | None) -> None:
    """End what is open at an unknown time, at ``at`` or later."""
    seen = set(map(id, session.open_turns[run].spans))
    _end_open_work(session, run, at, problem, unseen=True)
    spans = tuple(
        span if id(span) in seen else replace(span, quality="unavailable")
        for span in session.open_turns[run].spans
    )
    session.replace_turn(run, lost=True, spans=spans)


def _end_turn(
    session: Session, run: str, at: int, outcome: Outcome, problem: Problem | None
) -> None:
    _end_open_work(session, run, at, problem)
    turn = session.open_turns.pop(run)
    turn = replace(
        turn,
        ended=max(at, turn.entered),
        outcome=outcome,
        problem=problem,
    )
    _count_turn(session, turn)
    session.turns = (*session.turns, turn_figures(turn))[-MAX_TURNS:]


def _end_open_work(
    session: Session, run: str, at: int, problem: Problem | None, *, unseen: bool = False
) -> None:
    cut_off = problem is not None and (problem.kind == "worker" or problem.code == TURN_DEADLINE)
    kind = problem.kind if problem is not None and cut_off else None
    end_warm_up(session, run, at)
    for call in _of_run(session.attempts, run):
        end_lost_attempt(session, call, at, kind, unseen=unseen)
    for call in _of_run(session.cuts, run):
        give_up(session, call)
    for call in _of_run(session.unreported, run):
        record_attempt(session, session.unreported.pop(call))
    for call in _of_run(session.backoffs, run):
        end_backoff(session, call, at)
    for tool_call in _of_run(session.tools, run):
        end_lost_tool(session, tool_call, at)
    for tool_call in _of_run(session.approvals, run):
        end_approval(session, tool_call, at, "cancelled")
    for call in _of_run(session.calls, run):
        del session.calls[call]
    for tool_call in _of_run(session.called, run):
        del session.called[tool_call]


def _of_run(things: Mapping[str, _HasRun], run: str) -> list[str]:
    return [key for key, thing in things.items() if thing.run == run]


def _count_turn(session: Session, turn: Turn) -> None:
    previous = session.turns[-1] if session.turns else None
    retries_failed_turn = (
        turn.mode != "send"
        and previous is not None
        and previous.failed > 0
        and previous.outcome != "ok"
    )
    has_failures = turn.failed > 0 or retries_failed_turn
    session.count(
        turns_with_failures=int(turn.failed > 0 and not retries_failed_turn),
        recoveries=int(has_failures and turn.outcome == "ok"),
        interruptions=int(turn.outcome == "cancelled"),
        issues=int(
            turn.outcome != "ok" or bool(turn.kinds or turn.crossed or turn.retries or turn.failed)
        ),
        answers=int(turn.characters > 0),
        answer_characters=turn.characters,
    )
    ok = turn.outcome == "ok" and not turn.cached
    whole = turn.ended - turn.entered if ok and turn.ended is not None else None
    first = turn.first_text - turn.entered if ok and turn.first_text is not None else None
    if turn.scripted:
        session.scripted = session.scripted.plus_turn(first, whole)
    else:
        session.real = session.real.plus_turn(first, whole)
