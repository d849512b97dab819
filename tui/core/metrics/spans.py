"""The spans of a turn's waterfall, closed and open."""

from collections.abc import Iterator

from msgspec.structs import replace

from tui.core.metrics.attempt import Attempt, with_silence
from tui.core.metrics.session_state import Session
from tui.core.metrics.turn import Turn
from tui.core.metrics.waterfall import Part, Parts, Span, partition

MAX_SPANS = 256
_KEPT_SPANS = 192


def attempt_spans(attempt: Attempt, now: int) -> tuple[Span, ...]:
    """Prepare, connect, wait for the first token, decode, stall; up to ``now`` while it is open.

    If the client hides the headers, connecting cannot be separated from waiting: all is waiting.
    """
    end = now if attempt.ended is None else attempt.ended
    spans: list[tuple[Part, int, int]] = []
    answered = end if attempt.first is None else attempt.first
    if attempt.began is not None:
        spans.append(("prepare", attempt.started, attempt.began))
    if attempt.connected is not None:
        spans.append(("connect", attempt.sent_at, min(attempt.connected, answered)))
        spans.append(("wait", min(attempt.connected, answered), answered))
    else:
        known = attempt.hidden or attempt.first is not None
        part: Part = "wait" if known else "connect"
        spans.append((part, attempt.sent_at, answered))
    if attempt.first is not None:
        spans.append(("decode", answered, end - attempt.silence))
        spans.append(("stall", end - attempt.silence, end))
    note = ", ".join(
        filter(None, (attempt.recovers, "cut" * attempt.cut, "cached" * attempt.cached))
    )
    return tuple(
        Span(
            part=part,
            start=start,
            end=stop,
            name=attempt.agent,
            key=attempt.key,
            attempt=attempt.number,
            parent=attempt.parent,
            outcome=attempt.outcome,
            note=note,
            open=attempt.ended is None,
        )
        for part, start, stop in spans
        if part != "stall" or attempt.silence
    )


def open_spans(session: Session, run: str, now: int) -> Iterator[Span]:
    """The spans of everything open in a run, up to ``now``."""
    turn = session.open_turns.get(run)
    if turn is not None and turn.warm_up_since is not None:
        yield Span(part="queue", start=turn.warm_up_since, end=now, open=True)
    for attempt in session.attempts.values():
        if attempt.run == run:
            yield from attempt_spans(with_silence(attempt, now, session.thresholds.stall), now)
    for tool in session.tools.values():
        if tool.run == run:
            yield Span(part="tool", start=tool.started, end=now, name=tool.name,
                       key=tool.tool_call, parent=tool.parent, open=True,
                quality=tool.quality)  # fmt: skip
    for backoff in session.backoffs.values():
        if backoff.run == run:
            yield Span(part="backoff", start=backoff.at, end=now, key=backoff.call,
                       attempt=backoff.attempt, open=True)  # fmt: skip
    for asked in session.approvals.values():
        if asked.run == run:
            yield Span(part="approval", start=asked.at, end=now, name=asked.name,
                       key=asked.tool_call, parent=asked.parent, open=True)  # fmt: skip


def add_spans(session: Session, run: str, *spans: Span) -> None:
    """Add closed spans to the open turn of a run; limit their number."""
    turn = session.open_turns.get(run)
    if turn is None:
        return
    shown = (one for one in spans if one.end > one.start or one.quality == "unavailable")
    kept = turn.spans + tuple(shown)
    turn = replace(turn, spans=kept)
    if len(kept) > MAX_SPANS:
        turn = _shortened(session, turn, max(span.end for span in spans))
    session.open_turns[run] = turn


def end_warm_up(session: Session, run: str, at: int) -> None:
    """The SDK is loaded: the wait for it counts as the start."""
    turn = session.open_turns.get(run)
    if turn is not None and turn.warm_up_since is not None:
        session.replace_turn(run, warm_up_since=None)
        add_spans(session, run, Span(part="queue", start=turn.warm_up_since, end=at))


def turn_parts(turn: Turn, spans: tuple[Span, ...], end: int) -> Parts:
    """The parts of a turn from Enter to ``end``; their sum is exactly that time."""
    return turn.settled.plus(partition(spans, turn.settled_until, end))


def _shortened(session: Session, turn: Turn, now: int) -> Turn:
    """Drop the oldest spans, after adding up the parts until the oldest open span.

    During a long tool nothing can be added up, but the spans dropped then count as the tool's time.
    """
    still_open = [span.start for span in open_spans(session, turn.run, now)]
    until = max(turn.settled_until, min([now, *still_open]))
    settled = turn.settled.plus(partition(turn.spans, turn.settled_until, until))
    return replace(turn, settled=settled, settled_until=until, spans=turn.spans[-_KEPT_SPANS:])
