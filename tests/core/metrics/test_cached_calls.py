"""Calls that the cache answered: in no latency, rate or cost, and counted apart."""

from typing import Any

from tui.core.metrics import Metrics, figures, fold
from tui.protocol import events

SECOND = 10**9


def call(number: int, *, cached: bool, at: int) -> list[Any]:
    name, run = f"c{number}", f"r{number}"
    about: dict[str, Any] = {"call": name, "run": run}
    deltas = [
        events.TextDelta(at=at + 20 + n * SECOND // 10, text="word ", **about) for n in range(20)
    ]
    end = deltas[-1].at
    usage = events.UsageReported(at=end, input=100, output=20, cost=0.5, saved=cached, **about)
    return [
        events.RunStarted(at=at, prompt="go", entered_at=at, wall=1.0, run=run),
        events.ModelCallStarted(at=at, agent="A", model="m", **about),
        events.AttemptStarted(at=at, **about),
        events.RequestBegan(at=at, **about),
        events.AttemptConnected(at=at + 10, cached=cached, **about),
        *deltas,
        usage,
        events.AttemptFinished(at=end, **about),
        events.RunFinished(at=end, outcome="ok", run=run),
    ]


def after(*calls: list[Any]) -> Metrics:
    metrics = Metrics()
    for event in (event for one in calls for event in one):
        metrics = fold(metrics, event)
    return metrics


def test_a_cached_call_is_in_no_figure_but_what_was_saved() -> None:
    asked = call(1, cached=False, at=0)
    one = figures(after(asked), 10 * SECOND).session
    both = figures(after(asked, call(2, cached=True, at=10 * SECOND)), 20 * SECOND).session
    for name in ("ttft", "ttfo", "tpot", "rate", "icl", "e2e", "turn_ttfo", "attempts", "tokens",
                 "models", "agents", "error_rate", "goodput"):  # fmt: skip
        assert getattr(both, name) == getattr(one, name), name
    assert (both.turns, both.saved.calls) == (2, 1)
    saved = both.saved.tokens
    assert (saved.input.value, saved.output.value, saved.cost.value) == (100, 20, 0.5)
    assert one.saved.calls == 0


def test_a_cached_attempt_and_its_turn_have_no_times_and_no_cost() -> None:
    shown = figures(after(call(1, cached=True, at=0)), 10 * SECOND)
    assert shown.cached
    assert shown.attempt is not None
    assert shown.turn is not None
    known = [name for name in ("ttft", "ttfo", "tpot", "rate", "duration", "events_rate", "icl_p50")
             if getattr(shown.attempt, name).known]  # fmt: skip
    assert known == []
    assert (shown.turn.cached, shown.turn.attempts) == (1, 1)
    assert not shown.turn.tokens.cost.known
    assert shown.rates == ()
    assert {span.note for span in shown.turn.spans if span.part == "decode"} == {"cached"}


def test_connections_are_those_that_the_worker_reported_last() -> None:
    metrics = fold(Metrics(), events.ConnectionsChanged(at=1, open=3, streaming=2))
    shown = figures(metrics, 2).connections
    assert shown is not None
    assert (shown.open, shown.streaming) == (3, 2)
    gone = fold(metrics, events.WorkerExited(at=3, code=0))
    assert figures(gone, 4).connections is None
