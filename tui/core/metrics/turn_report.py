"""The figures of one turn."""

from tui.core.metrics.figure import between, seconds
from tui.core.metrics.session_state import Session
from tui.core.metrics.spans import open_spans, turn_parts
from tui.core.metrics.tokens import Tokens
from tui.core.metrics.turn import Turn, TurnFigures
from tui.core.metrics.waterfall import Span, longest


def turn_figures(turn: Turn) -> TurnFigures:
    """Of a turn that has ended."""
    return _turn_figures(turn, turn.spans, turn.tokens, turn.ended or turn.started)


def running_turn_figures(session: Session, turn: Turn, now: int) -> TurnFigures:
    """Of a running turn, with open work as of ``now``."""
    end = max(now, turn.started)
    spans = turn.spans + tuple(open_spans(session, turn.run, end))
    tokens = turn.tokens
    for attempt in (*session.attempts.values(), *session.unreported.values()):
        if (
            attempt.run == turn.run
            and not attempt.cached
            and (attempt.deltas or attempt.usage.output is not None)
        ):
            tokens = tokens.plus(attempt.usage, attempt.estimated_output)
    return _turn_figures(turn, spans, tokens, end)


def _turn_figures(turn: Turn, spans: tuple[Span, ...], tokens: Tokens, end: int) -> TurnFigures:
    parts = turn_parts(turn, spans, end)
    name, share = ("", 0.0) if turn.lost else longest(spans, parts)
    return TurnFigures(
        run=turn.run,
        number=turn.number,
        prompt=turn.prompt,
        mode=turn.mode,
        agent=turn.agent,
        wall=turn.wall,
        outcome=turn.outcome,
        problem=turn.problem,
        lost=turn.lost,
        scripted=turn.scripted,
        start=turn.entered,
        end=end,
        ttft=seconds(turn.ttft),
        ttfo=between(turn.entered, turn.first_text),
        e2e=between(turn.entered, None if turn.lost else end),
        attempts=turn.attempts,
        failed=turn.failed,
        retries=turn.retries,
        tools=turn.tools,
        given_up=turn.given_up,
        errors=turn.errors,
        kinds=turn.kinds,
        crossed=turn.crossed,
        tokens=tokens.figures(),
        parts=parts,
        cached=turn.cached,
        spans=spans,
        longest=name,
        longest_share=share,
    )
