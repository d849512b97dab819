"""The figures of a run, and of a whole batch, in a few words."""

from tui.core.formatting import counted
from tui.core.metrics.describe import Description
from tui.core.metrics.figure_text import (
    cost_text,
    count_text,
    rate_text,
    share_text,
    shown,
    sign,
    time_text,
)
from tui.headless.report.summary import Summary
from tui.headless.results import RunResult


def figure_line(result: RunResult) -> str:
    """As in ``1.24 s · first token 310 ms · 42.1 tok/s · 52 tokens · 1 tool``."""
    turn = result.turn
    if turn is None:
        return ""
    words = [shown(turn.e2e, time_text)]
    if turn.ttft.known:
        words.append(f"first token {shown(turn.ttft, time_text)}")
    ok = [attempt for attempt in result.attempts if attempt.outcome == "ok"]
    if ok and ok[-1].rate.known:
        words.append(f"{shown(ok[-1].rate, rate_text)} tok/s")
    output = turn.tokens.output
    if output.known:
        count = shown(output, count_text)
        words.append(f"{count} token{'' if count.lstrip('~') == '1' else 's'}")
    if turn.tokens.cost.known:
        words.append(shown(turn.tokens.cost, cost_text))
    if turn.tools:
        words.append(counted(turn.tools, "tool"))
    if turn.retries:
        words.append(counted(turn.retries, "retry", "retries"))
    if turn.cached:
        words.append(
            "cached" if turn.cached == turn.attempts else f"{counted(turn.cached, 'call')} cached"
        )
    if turn.scripted:
        words.append("scripted")
    return " · ".join(words)


def in_unit(value: float, unit: str) -> str:
    """A value as people read it; seconds, shares and dollars have units of their own."""
    texts = {"s": time_text, "share": share_text, "USD": cost_text}
    if unit in texts:
        return texts[unit](value)
    text = rate_text(value) if unit == "tok/s" else f"{value:.4g}"
    return f"{text} {unit}".rstrip()


def summary_lines(summary: Summary) -> list[str]:
    """A table of the batch's figures, for people."""
    runs, totals = summary.runs, summary.totals
    ended = f"{counted(runs.n, 'run')} in {time_text(summary.seconds)}: {runs.ok} ok"
    ended += f", {runs.failed} failed" if runs.failed else ""
    ended += f", {runs.cancelled} cancelled" if runs.cancelled else ""
    lines = [ended + (" (interrupted)" if summary.interrupted else "")]
    if summary.scripted:
        lines.append("The answers came from a script: no real model was measured.")
    lines.append(f"{'':<12}" + "".join(f"{name:>10}" for name in ("n", "p50", "p95", "max")))
    lines += [_row(name, summary.metrics[name]) for name in ("ttft", "tpot", "tok/s", "e2e")]
    rates = [f"errors {share_text(totals.error_rate)}" if totals.error_rate is not None else ""]
    rates.append(f"retries {totals.retries}" if totals.retries else "")
    rates.append(f"goodput {share_text(totals.goodput)}" if totals.goodput is not None else "")
    about = "~" if "cost" in totals.estimated else ""
    rates.append(f"cost {about}{cost_text(totals.cost)}" if totals.cost is not None else "")
    if (most := summary.connections) is not None and most.open:
        rates.append(f"at most {counted(most.open, 'connection')}, {most.streaming} streaming")
    lines.append(" · ".join(filter(None, rates)))
    if (cache := summary.cache) is not None:
        cost = f" · {cost_text(cache.cost)}" if cache.cost is not None else ""
        tokens = f"{count_text(cache.input)} tokens in · {count_text(cache.output)} out{cost}"
        lines.append(
            f"{counted(cache.calls, 'call')} answered from the cache, which saved {tokens}"
        )
    return [line.rstrip() for line in lines if line.strip()]


def _row(name: str, figure: Description) -> str:
    text = rate_text if figure.unit == "tok/s" else time_text
    cells = [
        "—" if value is None else sign(figure.quality) + text(value)
        for value in (figure.p50, figure.p95, figure.max)
    ]
    return f"{name:<12}{figure.n:>10}" + "".join(f"{cell:>10}" for cell in cells)
