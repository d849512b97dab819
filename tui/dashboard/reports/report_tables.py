"""What `/history`, `/stats` and `/faults` show."""

from collections.abc import Iterable, Sequence

from rich.table import Table
from rich.text import Text

from tui.core.formatting import NOT_KNOWN, SECOND, clock_time, counted, duration, one_line
from tui.core.metrics import Figure, Figures, SavedFigures, Summary, TurnFigures
from tui.core.metrics.figure_text import cost_text, of_summary, rate_text, shown
from tui.dashboard.state_words import CUT_OFF


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
        ended = CUT_OFF if turn.lost else turn.outcome
        outcome = "taken back" if back else ended
        table.add_row(
            Text(str(turn.number), "dim"),
            Text(clock_time(turn.wall)),
            Text(outcome, "dim" if back else "" if outcome == "ok" else "bold"),
            Text(_seconds(turn.e2e), justify="right"),
            Text(one_line(turn.prompt, 200) or "(continued)", "dim strike" if back else ""),
        )
    return table


def stats_table(figures: Figures) -> Table:
    """Messages, their lengths, tokens, TTFT and tok/s of the session."""
    table = _grid(1)
    table.add_column(ratio=1)
    for label, value in _statistics(figures):
        table.add_row(Text(label), Text(value, "bold"))
    return table


def faults_table(faults: Iterable[tuple[str, str, str]]) -> Table:
    """What the demo can act out, and what to type for it."""
    table = _grid(1)
    table.add_column(ratio=1)
    for _, happens, prompt in faults:
        table.add_row(Text(prompt, "bold"), Text(happens))
    return table


def _statistics(figures: Figures) -> Iterable[tuple[str, str]]:
    session, tokens = figures.session, figures.session.tokens
    yield "messages", f"{session.prompts + session.answers:,}"
    yield "yours", _messages(session.prompts, session.prompt_characters)
    yield "the agent's", _messages(session.answers, session.answer_characters)
    yield "tokens in", _count(tokens.input)
    yield "tokens out", _count(tokens.output)
    if session.saved.calls:
        yield "cached", _saved(session.saved)
    yield "TTFT", _times(session.ttft)
    rate = session.rate
    p50 = of_summary(rate, rate.p50, rate_text)
    yield "tok/s", f"p50 {p50} (n={rate.n})" if rate.n else NOT_KNOWN
    yield "E2E", _times(session.e2e)
    yield "errors", f"{session.error_count:,}"
    yield "retries", f"{session.retries:,}"
    yield "interruptions", f"{session.interruptions:,}"
    yield "figures", "of a script, not of a model" if session.scripted else "of real models"


def _messages(count: int, characters: int) -> str:
    return f"{count:,}, {characters / count:,.0f} characters on average" if count else "0"


def _count(figure: Figure) -> str:
    if not figure.known:
        return "n/a"
    return shown(figure, "{:,.0f}".format)


def _saved(by_cache: SavedFigures) -> str:
    tokens = by_cache.tokens
    calls = counted(by_cache.calls, "call")
    cost = f", {shown(tokens.cost, cost_text)}" if tokens.cost.known else ""
    return f"{calls}; saved {_count(tokens.input)} tokens in, {_count(tokens.output)} out{cost}"


def _seconds(figure: Figure) -> str:
    return duration(round(figure.value * SECOND)) if figure.known else NOT_KNOWN


def _times(summary: Summary) -> str:
    if not summary.n:
        return NOT_KNOWN
    p50, p95 = (
        of_summary(summary, value, lambda seconds: duration(round(seconds * SECOND)))
        for value in (summary.p50, summary.p95)
    )
    return f"p50 {p50}, p95 {p95} (n={summary.n})"


def _grid(columns: int) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    for _ in range(columns):
        table.add_column(no_wrap=True)
    return table
