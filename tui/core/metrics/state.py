"""The current state for the status line: one word and a few numbers."""

from collections.abc import Iterable
from typing import Literal

import msgspec

from tui.core.metrics.attempt import Attempt
from tui.core.metrics.figure import SECOND
from tui.core.metrics.session_state import Session
from tui.protocol.events import LoopBlocked, Problem

StateKind = Literal[
    "starting", "loading", "not_loaded", "dead",
    "idle", "connecting", "waiting", "streaming", "stalled", "tool", "approval", "retrying",
    "blocked", "silent", "working", "cancelled", "failed",
]  # fmt: skip
"""``starting`` and ``loading``: the worker before and after its first event; ``not_loaded``: the
agent could not be loaded; ``waiting``: for the first token; ``blocked``: code blocks the agent's
event loop; ``silent``: the worker is unresponsive; ``working``: the SDK's runner, between model
calls and tools."""

BUSY: frozenset[StateKind] = frozenset(
    (
        "connecting",
        "waiting",
        "streaming",
        "stalled",
        "tool",
        "approval",
        "retrying",
        "blocked",
        "silent",
        "working",
    )
)


class State(msgspec.Struct, frozen=True, kw_only=True):
    """``since`` and ``until`` in ns of the worker's clock."""

    kind: StateKind
    since: int = 0
    seconds: float = 0.0
    """How long the state has lasted; for ``retrying``, how long until the next attempt."""
    tools: tuple[str, ...] = ()
    """Names of the tools that run or wait for approval, the oldest first."""
    attempt: int = 0
    """The number of the current attempt, or of the next one (``retrying``)."""
    most: int = 0
    until: int = 0
    agent: str = ""
    place: str = ""
    """The line of code that blocks the loop (``blocked``)."""
    problem: Problem | None = None
    lost: bool = False
    """The turn was cut off when its dashboard was killed (``cancelled``)."""
    exit_code: int | None = None
    signal: str = ""

    @property
    def busy(self) -> bool:
        """Something runs."""
        return self.kind in BUSY


def state_of(session: Session, now: int) -> State:
    """The most important of everything that happens at once.

    First what stops all else (an unresponsive worker, a blocked loop), then what needs the user (an
    approval), delays (retrying, stalled), progress (streaming, a tool), and starts (waiting,
    connecting).
    """
    if session.silent is not None:
        since = session.silent.since
        return State(kind="silent", since=since, seconds=_elapsed(since, now), agent=session.agent)
    if session.blocked is not None:
        return _blocked(session.blocked, session, now)
    if session.worker.kind in ("dead", "not_loaded") or not session.open_turns:
        return _at_rest(session, now)
    return (
        _approval(session, now)
        or _retrying(session, now)
        or _streaming(session, now)
        or _tool(session, now)
        or _starting(session, now)
    )


def _elapsed(since: int, now: int) -> float:
    return max(now - since, 0) / SECOND


def _at_rest(session: Session, now: int) -> State:
    worker = session.worker
    if worker.kind != "ready":
        return State(
            kind=worker.kind,
            since=worker.since,
            seconds=_elapsed(worker.since, now) if worker.since else 0.0,
            problem=worker.problem,
            exit_code=worker.code,
            signal=worker.signal,
        )
    turn = session.standing_turn
    if turn is None or turn.outcome == "ok":
        return State(kind="idle", agent=session.agent)
    return State(
        kind="failed" if turn.outcome == "failed" else "cancelled",
        since=turn.end,
        seconds=_elapsed(turn.end, now),
        problem=turn.problem,
        lost=turn.lost,
        agent=session.agent,
    )


def _blocked(blocked: LoopBlocked, session: Session, now: int) -> State:
    return State(
        kind="blocked",
        since=blocked.since,
        seconds=_elapsed(blocked.since, now),
        tools=(blocked.tool,) if blocked.tool else (),
        place=blocked.place,
        agent=session.agent,
    )


def _approval(session: Session, now: int) -> State | None:
    asked = list(session.approvals.values())
    if not asked:
        return None
    since = asked[0].at
    names = tuple(one.name for one in asked)
    return State(kind="approval", since=since, seconds=_elapsed(since, now), tools=names)


def _retrying(session: Session, now: int) -> State | None:
    waits = sorted(session.backoffs.values(), key=lambda wait: wait.until)
    if not waits:
        return None
    wait = waits[0]
    return State(
        kind="retrying",
        since=wait.at,
        seconds=max(wait.until - now, 0) / SECOND,
        attempt=wait.attempt,
        most=wait.most,
        until=wait.until,
        agent=_agent_of(session, wait.call),
    )


def _streaming(session: Session, now: int) -> State | None:
    """Stalled only if every stream with a first delta is."""
    streams = [attempt for attempt in session.attempts.values() if attempt.last is not None]
    if not streams:
        return None
    newest = max(streams, key=lambda attempt: attempt.last or 0)
    last = newest.last or 0
    stalled = _elapsed(last, now) > session.thresholds.stall
    since = last if stalled else newest.first or last
    return State(
        kind="stalled" if stalled else "streaming",
        since=since,
        seconds=_elapsed(since, now),
        attempt=newest.number,
        agent=newest.agent,
        tools=_running(session),
    )


def _tool(session: Session, now: int) -> State | None:
    if not session.tools:
        return None
    since = min(tool.started for tool in session.tools.values())
    return State(
        kind="tool",
        since=since,
        seconds=_elapsed(since, now),
        tools=_running(session),
        agent=session.agent,
    )


def _starting(session: Session, now: int) -> State:
    attempts = list(session.attempts.values())
    connected = [one for one in attempts if one.connected is not None or one.hidden]
    if connected:
        return _oldest_of("waiting", connected, now)
    if attempts:
        return _oldest_of("connecting", attempts, now)
    turn = max(session.open_turns.values(), key=lambda turn: turn.started)
    # Before the first attempt a request is being built; after one, only the runner is busy.
    before: StateKind = "loading" if turn.warm_up_since is not None else "connecting"
    kind: StateKind = "working" if turn.attempts else before
    since = max((span.end for span in turn.spans), default=turn.started)
    return State(kind=kind, since=since, seconds=_elapsed(since, now), agent=session.agent)


def _oldest_of(
    kind: Literal["waiting", "connecting"], attempts: Iterable[Attempt], now: int
) -> State:
    oldest = min(attempts, key=lambda attempt: attempt.started)
    return State(
        kind=kind,
        since=oldest.started,
        seconds=_elapsed(oldest.started, now),
        attempt=oldest.number,
        agent=oldest.agent,
    )


def _running(session: Session) -> tuple[str, ...]:
    return tuple(tool.name for tool in sorted(session.tools.values(), key=lambda t: t.started))


def _agent_of(session: Session, call: str) -> str:
    started = session.calls.get(call)
    return started.agent if started else session.agent
