"""How events of model calls and attempts change the session."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from msgspec.structs import replace

from tui.core.metrics.attempt import Attempt, Recovery, with_deltas, with_silence
from tui.core.metrics.bars import with_bars, with_stall, with_tokens
from tui.core.metrics.figure import measured
from tui.core.metrics.groups import bounded_name
from tui.core.metrics.session_state import Cut, Session
from tui.core.metrics.spans import add_spans, attempt_spans, end_warm_up
from tui.core.metrics.tokens import Packing, Tokens, Usage
from tui.core.metrics.waterfall import Span
from tui.protocol.events import (
    AttemptCancelled,
    AttemptConnected,
    AttemptFailed,
    AttemptFinished,
    AttemptStarted,
    ConnectionPhases,
    Delta,
    Kind,
    ModelCallStarted,
    ReasoningReplaced,
    RequestBegan,
    RetryScheduled,
    UsageReported,
)
from tui.protocol.events.problem import TURN_DEADLINE


class Ending(NamedTuple):
    """How an attempt ended."""

    outcome: Literal["ok", "error", "cancelled"]
    raw_events: int | None
    kind: Kind | None = None


def call_started(session: Session, event: ModelCallStarted) -> None:
    session.calls[event.call] = event
    end_warm_up(session, event.run, event.at)
    if event.scripted:
        session.replace_turn(event.run, scripted=True)


def attempt_started(session: Session, event: AttemptStarted) -> None:
    end_backoff(session, event.call, event.at)
    call = session.calls.get(event.call)
    if session.crossed and not (call and call.scripted):
        session.clear_scripted_crossings()
    packing = session.packings.get(call.model if call else "")
    session.attempts[event.call] = Attempt(
        call=event.call,
        packed=packing.per_delta if packing else None,
        number=event.attempt,
        run=event.run,
        agent=call.agent if call else "",
        model=call.model if call else "",
        parent=call.parent if call else "",
        scripted=bool(call and call.scripted),
        inferred=bool(call and call.inferred),
        recovers=_recovery(event) if event.call in session.cuts else None,
        started=event.at,
    )
    turn = session.open_turns.get(event.run)
    retried = event.attempt > 1
    session.count(retries=int(retried))
    if turn is not None:
        session.replace_turn(
            event.run, attempts=turn.attempts + 1, retries=turn.retries + int(retried)
        )


def request_began(session: Session, event: RequestBegan) -> None:
    _began(session, event.call, event.attempt, event.at)


def attempt_connected(session: Session, event: AttemptConnected) -> None:
    attempt = session.attempts.get(event.call)
    if attempt is None:
        return
    if event.cached:
        session.attempts[event.call] = replace(attempt, cached=True, connected=event.at)
        turn = session.open_turns.get(attempt.run)
        if turn is not None:
            session.replace_turn(attempt.run, cached=turn.cached + 1)
    elif event.hidden:
        session.attempts[event.call] = replace(attempt, hidden=True)
    elif attempt.connected is None:
        session.attempts[event.call] = replace(attempt, connected=event.at)


def phases_reported(session: Session, event: ConnectionPhases) -> None:
    # In journals of earlier versions this is the only event with the time of the request.
    _began(session, event.call, event.attempt, event.began)
    attempt = session.attempts.get(event.call)
    if attempt is not None and attempt.number == event.attempt:
        session.attempts[event.call] = replace(attempt, phases=event)


def deltas_arrived(session: Session, deltas: Sequence[Delta]) -> None:
    """Any number of consecutive deltas, of any calls."""
    by_call: dict[str, list[Delta]] = {}
    for delta in deltas:
        group = by_call.get(delta.call)
        if group is None:
            by_call[delta.call] = [delta]
        else:
            group.append(delta)
    for call, group in by_call.items():
        attempt = session.attempts.get(call)
        if attempt is None:
            continue
        grown, added = with_deltas(attempt, group)
        session.attempts[call] = grown
        if not attempt.cached:
            begins = attempt.first is None
            session.bars = with_bars(session.bars, added, grown, begins=begins)
        if attempt.first is None and grown.first is not None:
            _first_token(session, grown, grown.first)
        if not attempt.parent and attempt.first_text is None:
            _first_text(session, grown)


def reasoning_replaced(session: Session, event: ReasoningReplaced) -> None:
    """If it was counted as text until now, the answer has not begun yet."""
    attempt = session.attempts.get(event.call)
    if not event.said or attempt is None or attempt.number != event.attempt:
        return
    session.attempts[event.call] = replace(attempt, first_text=None, characters=0, reasoned=True)
    turn = session.open_turns.get(attempt.run)
    if turn is not None and not attempt.parent and turn.first_text == attempt.first_text:
        session.replace_turn(attempt.run, first_text=None)


def attempt_finished(session: Session, event: AttemptFinished) -> None:
    _end(session, event.call, event.at, Ending("ok", event.raw_events))


def attempt_failed(session: Session, event: AttemptFailed) -> None:
    if event.problem.kind == "cancelled":
        _end(session, event.call, event.at, Ending("cancelled", event.raw_events))
        return
    late = event.call not in session.attempts and event.run not in session.open_turns
    if late and event.problem.code == TURN_DEADLINE:
        # It took longer to stop than its turn, which ended it and counted the error.
        return
    session.count_error(event.problem.kind, event.run)
    turn = session.open_turns.get(event.run)
    if turn is not None:
        session.replace_turn(event.run, failed=turn.failed + 1)
    _end(session, event.call, event.at, Ending("error", event.raw_events, event.problem.kind))


def attempt_cancelled(session: Session, event: AttemptCancelled) -> None:
    _end(session, event.call, event.at, Ending("cancelled", event.raw_events))


def usage_reported(session: Session, event: UsageReported) -> None:
    usage = Usage(
        input=event.input,
        output=event.output,
        cached=event.cached,
        cache_write=event.cache_write,
        reasoning=event.reasoning,
        cost=event.cost,
        shared="sum" if event.calls > 1 else "",
    )
    _count_elsewhere(session, event)
    if event.call in session.attempts:
        session.attempts[event.call] = replace(session.attempts[event.call], usage=usage)
    elif event.call in session.unreported:
        attempt = replace(session.unreported.pop(event.call), usage=usage)
        if session.frozen_call == event.call and attempt.last is not None:
            session.frozen_rate = attempt.live_rate(attempt.last)
        record_attempt(session, attempt)


def _count_elsewhere(session: Session, event: UsageReported) -> None:
    """The calls before this one whose tokens are part of its sum."""
    before = [
        call
        for call, attempt in session.unreported.items()
        if attempt.run == event.run and call != event.call
    ]
    for call in before[len(before) - event.calls + 1 :] if event.calls > 1 else ():
        attempt = session.unreported.pop(call)
        record_attempt(session, replace(attempt, usage=Usage(shared="elsewhere")))


def retry_scheduled(session: Session, event: RetryScheduled) -> None:
    session.backoffs[event.call] = event


def give_up(session: Session, call: str) -> None:
    """No further attempt of this call will recover its cut answers."""
    cut = session.cuts.pop(call, None)
    if cut is not None:
        session.count(given_up=cut.attempts)
        turn = session.open_turns.get(cut.run)
        if turn is not None:
            session.replace_turn(cut.run, given_up=turn.given_up + cut.attempts)


def end_backoff(session: Session, call: str, at: int) -> None:
    """The back-off before a call's next attempt is over."""
    wait = session.backoffs.pop(call, None)
    if wait is not None:
        span = Span(part="backoff", start=wait.at, end=at, key=call, attempt=wait.attempt)
        add_spans(session, wait.run, span)


def end_lost_attempt(
    session: Session, call: str, at: int, kind: Kind | None, *, unseen: bool = False
) -> None:
    """End an attempt that has no end event: the worker died (``kind``), or the run is over.

    ``unseen``: nobody knows when it ended.
    """
    if unseen and call in session.attempts:
        session.attempts[call] = replace(session.attempts[call], lost=True)
    _end(session, call, at, Ending("cancelled" if kind is None else "error", None, kind))


def record_attempt(session: Session, attempt: Attempt) -> None:
    """Add an ended attempt to the tables and to its turn."""
    if session.last_attempt is not None and _same(session.last_attempt, attempt):
        session.last_attempt = attempt
    turn = session.open_turns.get(attempt.run)
    ended = session.turn_attempts.get(turn.number) if turn is not None else None
    if turn is not None and ended is not None and _same(ended, attempt):
        session.turn_attempts[turn.number] = attempt
    limits = session.thresholds
    if attempt.cached:
        name = bounded_name(attempt.model, session.saved)
        before = session.saved.get(name, Tokens())
        session.saved[name] = before.plus(attempt.usage, attempt.estimated_output)
        return
    session.bars = with_tokens(session.bars, attempt)
    _learn(session, attempt)
    if attempt.scripted:
        session.scripted = session.scripted.plus(attempt, limits)
    else:
        session.real = session.real.plus(attempt, limits)
    if turn is not None and (attempt.outcome == "ok" or attempt.deltas):
        tokens = turn.tokens.plus(attempt.usage, attempt.estimated_output)
        session.replace_turn(attempt.run, tokens=tokens)
    _check_thresholds(session, attempt)


def _learn(session: Session, attempt: Attempt) -> None:
    """Note how many tokens the deltas of an answer had; one that came all at once says nothing."""
    streamed = attempt.streamed
    if streamed is None or not attempt.tpot.known:
        return
    name = bounded_name(attempt.model, session.packings)
    before = session.packings.get(name, Packing())
    session.packings[name] = Packing(before.tokens + streamed, before.deltas + attempt.deltas)


def _end(session: Session, call: str, at: int, ending: Ending) -> None:
    attempt = session.attempts.pop(call, None)
    if attempt is None:
        return
    attempt = replace(
        attempt,
        ended=at,
        raw_events=ending.raw_events,
        outcome=ending.outcome,
        kind=ending.kind,
    )
    attempt = with_silence(attempt, at, session.thresholds.stall)
    session.bars = with_stall(session.bars, attempt)
    _count_cuts(session, attempt)
    add_spans(session, attempt.run, *attempt_spans(attempt, at))
    if attempt.last is not None and not attempt.cached:
        session.frozen_rate, session.frozen_call = attempt.live_rate(attempt.last), call
    if _counts_more(attempt, session.last_attempt):
        session.last_attempt = attempt
    turn = session.open_turns.get(attempt.run)
    if turn is not None and _counts_more(attempt, session.turn_attempts.get(turn.number)):
        session.turn_attempts[turn.number] = attempt
    if turn is not None and not attempt.parent:
        session.replace_turn(attempt.run, characters=turn.characters + attempt.characters)
    if ending.outcome == "ok" and attempt.usage.output is None:
        session.unreported[call] = attempt
        if attempt.rate.known:
            session.bars = with_tokens(session.bars, attempt)
    else:
        record_attempt(session, attempt)


def _began(session: Session, call: str, number: int, at: int) -> None:
    attempt = session.attempts.get(call)
    if attempt is not None and attempt.number == number and attempt.began is None:
        session.attempts[call] = replace(attempt, began=at)


def _recovery(event: AttemptStarted) -> Recovery:
    return "continued" if event.continues else "restarted"


def _count_cuts(session: Session, attempt: Attempt) -> None:
    """Count this attempt as a cut, or the cuts before it as recovered."""
    call, cut = attempt.call, session.cuts.get(attempt.call)
    if attempt.cut:
        session.count(cuts=1)
        session.cuts[call] = Cut(attempt.run, 1 + (cut.attempts if cut else 0))
    elif attempt.outcome == "ok" and cut is not None:
        del session.cuts[call]
        session.count(**{attempt.recovers or "restarted": cut.attempts})


def _counts_more(attempt: Attempt, before: Attempt | None) -> bool:
    """A nested agent's attempt does not replace one of the agent itself."""
    return not attempt.parent or before is None or bool(before.parent)


def _same(one: Attempt, other: Attempt) -> bool:
    return one.call == other.call and one.number == other.number


def _first_text(session: Session, attempt: Attempt) -> None:
    turn = session.open_turns.get(attempt.run)
    if attempt.first_text is not None and turn is not None and turn.first_text is None:
        session.replace_turn(attempt.run, first_text=attempt.first_text)


def _first_token(session: Session, attempt: Attempt, at: int) -> None:
    turn = session.open_turns.get(attempt.run)
    if turn is not None and turn.ttft is None and not attempt.parent and not attempt.cached:
        session.replace_turn(attempt.run, ttft=at - attempt.sent_at)
    if not session.is_judged(attempt):
        return
    ttft, limit = attempt.ttft, session.thresholds.ttft
    if ttft.value > limit:
        session.cross("ttft", ttft, limit, at, attempt)
    else:
        session.crossed -= {"ttft"}


def _check_thresholds(session: Session, attempt: Attempt) -> None:
    if not session.is_judged(attempt):
        return
    at = attempt.ended or attempt.started
    limits = session.thresholds
    if attempt.outcome == "ok" and attempt.rate.known:
        if attempt.rate.value < limits.rate:
            session.cross("rate", attempt.rate, limits.rate, at, attempt)
        else:
            session.crossed -= {"rate"}
    group = (session.scripted if attempt.scripted else session.real).all
    rate = measured(group.failed / group.attempts)
    session.threshold_values["errors"] = rate
    if rate.value <= limits.errors:
        session.crossed -= {"errors"}
    elif attempt.outcome == "error":
        session.cross("errors", rate, limits.errors, at, attempt)
