"""What `/history`, `/stats` and `/faults` show."""

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tui.core.formatting import NOT_KNOWN, clock_time, counted, one_line
from tui.core.metrics import Figure, Figures, SavedFigures, Summary, TurnFigures
from tui.core.metrics.figure_text import (
    cost_text,
    of_summary,
    rate_text,
    shown,
    time_text,
    turn_time,
)
from tui.dashboard.performance.key_figures import turn_cells
from tui.dashboard.state_words import CUT_OFF

_LABEL = len("interruptions")


def history_table(turns: Sequence[TurnFigures]) -> Table | Text:
    """Turns with their time, outcome, how long they took and their first words.

    A turn that was taken back, to be run again, is struck through.
    """
    if not turns:
        return Text("No turns yet.")
    table = _grid(4)
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    for turn in turns:
        back = turn.taken_back
        outcome = "taken back" if back else _outcome(turn)
        table.add_row(
            Text(str(turn.number), "dim"),
            # Unknown for a turn that was cancelled before its run began.
            Text(clock_time(turn.wall) if turn.wall else NOT_KNOWN),
            Text(outcome, "dim" if back else "" if outcome == "ok" else "bold"),
            Text(turn_time(turn), justify="right"),
            Text(one_line(turn.prompt, 200) or "(continued)", "dim strike" if back else ""),
        )
    return table


def stats_table(figures: Figures) -> RenderableType:
    """The turn as in the performance pane; messages, tokens, TTFT and tok/s of the session."""
    turn = figures.turn
    sections = [
        ("this session; an answer and its tokens count once it has ended", _counts(figures)),
        ("this session, only what ended well", _distributions(figures)),
    ]
    if turn is not None:
        sections.insert(0, (f"turn {turn.number}, {_outcome(turn)}", _of_turn(figures)))
    return Group(*(part for title, rows in sections for part in _section(title, rows)))


def _section(title: str, rows: Iterable[tuple[str, str]]) -> Iterable[RenderableType]:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(no_wrap=True, min_width=_LABEL)
    table.add_column(ratio=1)
    for label, value in rows:
        table.add_row(Text(label), Text(value, "bold"))
    return Text(title, "dim"), table, Text()


def faults_table(faults: Iterable[tuple[str, str, str]]) -> Table:
    """What the demo can act out, and what to type for it."""
    table = _grid(1)
    table.add_column(ratio=1)
    for _, happens, prompt in faults:
        table.add_row(Text(prompt, "bold"), Text(happens))
    return table


def _outcome(turn: TurnFigures) -> str:
    if turn.lost:
        return CUT_OFF
    return "running" if turn.outcome == "open" else turn.outcome


def _of_turn(figures: Figures) -> Iterable[tuple[str, str]]:
    cells = turn_cells(figures)
    for name in ("ttft", "ttfo", "live", "final", "e2e", "in", "out", "errors", "retries"):
        yield cells[name].label, cells[name].text


def _counts(figures: Figures) -> Iterable[tuple[str, str]]:
    session, tokens = figures.session, figures.session.tokens
    yield "messages", f"{session.prompts + session.answers:,}"
    yield "yours", _messages(session.prompts, session.prompt_characters)
    yield "the agent's", _messages(session.answers, session.answer_characters)
    yield "tokens in", _count(tokens.input)
    yield "tokens out", _count(tokens.output)
    if session.saved.calls:
        yield "cached", _saved(session.saved)
    yield "errors", f"{session.error_count:,}"
    yield "retries", f"{session.retries:,}"
    yield "interruptions", f"{session.interruptions:,}"
    yield "figures", "of a script, not of a model" if session.scripted else "of real models"


def _distributions(figures: Figures) -> Iterable[tuple[str, str]]:
    session, rate = figures.session, figures.session.rate
    yield "TTFT", _times(session.ttft)
    p50 = of_summary(rate, rate.p50, rate_text)
    yield "tok/s", f"p50 {p50} (n={rate.n})" if rate.n else NOT_KNOWN
    yield "E2E", _times(session.e2e)


def _messages(count: int, characters: int) -> str:
    return f"{count:,}, {characters / count:,.0f} characters on average" if count else "0"


def _count(figure: Figure) -> str:
    return shown(figure, "{:,.0f}".format)


def _saved(by_cache: SavedFigures) -> str:
    tokens = by_cache.tokens
    calls = counted(by_cache.calls, "call")
    cost = f", {shown(tokens.cost, cost_text)}" if tokens.cost.known else ""
    return f"{calls}; saved {_count(tokens.input)} tokens in, {_count(tokens.output)} out{cost}"


def _times(summary: Summary) -> str:
    if not summary.n:
        return NOT_KNOWN
    p50, p95 = (of_summary(summary, value, time_text) for value in (summary.p50, summary.p95))
    return f"p50 {p50}, p95 {p95} (n={summary.n})"


def _grid(columns: int) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    for _ in range(columns):
        table.add_column(no_wrap=True)
    return table
