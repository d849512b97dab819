"""What ``/stats`` and ``/history`` say, as plain rows."""

import msgspec

from tui.metrics.figure import Figure
from tui.metrics.figures import Figures
from tui.metrics.series import Summary
from tui.metrics.turn import Outcome
from tui.units import NOT_KNOWN, SECOND, duration


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """One turn in a list of turns."""

    number: int
    wall: float
    """Unix seconds."""
    words: str
    """The first words of the prompt; what the run did where there was none."""
    outcome: Outcome
    seconds: float
    """E2E."""


def headings(figures: Figures) -> tuple[Heading, ...]:
    """The finished turns that are remembered and the one that runs, oldest first."""
    turns = [
        Heading(
            number=turn.number,
            wall=turn.wall,
            words=turn.prompt or f"({turn.mode})",
            outcome=turn.outcome,
            seconds=((turn.ended or turn.entered) - turn.entered) / SECOND,
        )
        for turn in figures.turns
    ]
    running = figures.turn
    if running is not None and running.outcome == "open":
        turns.append(
            Heading(
                number=running.number,
                wall=running.wall,
                words=running.prompt or "(goes on)",
                outcome="open",
                seconds=running.e2e.value,
            )
        )
    return tuple(turns)


def conversation_stats(figures: Figures) -> tuple[tuple[str, str], ...]:
    """The session in a few lines, each a label and a text."""
    session, tokens = figures.session, figures.session.tokens
    rows = [
        ("messages", f"{session.prompts + session.answers:,}"),
        ("yours", _messages(session.prompts, session.prompt_characters)),
        ("the agent's", _messages(session.answers, session.answer_characters)),
        ("tokens in", _tokens(tokens.input)),
        ("tokens out", _tokens(tokens.output)),
        ("TTFT", _times(session.ttft)),
        ("tok/s", _rates(session.rate)),
        ("E2E", _times(session.e2e)),
        ("errors", f"{session.error_count:,}"),
        ("retries", f"{session.retries:,}"),
    ]
    return (*rows, ("figures", "scripted")) if session.scripted else tuple(rows)


def _messages(count: int, characters: int) -> str:
    if not count:
        return "0"
    return f"{count:,}, {characters / count:,.0f} characters on average"


def _tokens(figure: Figure) -> str:
    if not figure.known:
        return "n/a"
    return f"{figure.value:,.0f}{'~' if figure.quality == 'estimated' else ''}"


def _times(summary: Summary) -> str:
    if not summary.n:
        return NOT_KNOWN
    mean, p50, p95 = (
        duration(round(value * SECOND)) for value in (summary.mean, summary.p50, summary.p95)
    )
    return f"{mean} on average, p50 {p50}, p95 {p95} (n={summary.n})"


def _rates(summary: Summary) -> str:
    if not summary.n:
        return NOT_KNOWN
    return f"{summary.mean:.1f} on average, p50 {summary.p50:.1f} (n={summary.n})"
