"""The fold itself: pure, bounded, and independent of the order of unrelated runs."""

import random
import subprocess
import sys
from functools import reduce
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.metrics.story import MS, Story, eventful_turn, simple_turn
from tui.core.metrics import (
    Figures,
    Metrics,
    SessionFigures,
    Summary,
    figures,
    fold,
    fold_deltas,
)
from tui.core.metrics.metrics_fold import MAX_PENDING
from tui.protocol.deltas import DELTAS

LATE = 10**12


def seen(metrics: Metrics) -> Figures:
    return figures(metrics, LATE)


def test_folding_never_changes_an_older_state() -> None:
    states = [Metrics()]
    before: list[Figures] = [seen(states[0])]
    for event in eventful_turn().events:
        states.append(fold(states[-1], event))
        before.append(seen(states[-1]))
    assert [seen(state) for state in states] == before
    assert any(one != other for one, other in pairwise(before))


def test_two_folds_can_start_from_the_same_state() -> None:
    fork = Story().begins(0).calls(0).tries(0).says(100).metrics()
    left = Story().says(200).says(300).metrics(fork)
    right = Story().says(150).metrics(fork)
    again = Story().says(200).says(300).metrics(fork)
    assert seen(left) == seen(again)
    assert [seen(state).attempt.output.value for state in (fork, left, right)] == [  # type: ignore[union-attr]
        1, 3, 2,
    ]  # fmt: skip


@settings(max_examples=10)
@given(st.integers(0, 3), st.sets(st.integers(0, MAX_PENDING * 2 + 50), max_size=12))
def test_computing_figures_in_between_changes_nothing(extra: int, looks: set[int]) -> None:
    story = Story().begins(0).calls(0).tries(0)
    story.streams(range(100, 100 + MAX_PENDING * 2 + extra))
    metrics = Metrics()
    for number, event in enumerate(story.events):
        metrics = fold(metrics, event)
        if number in looks:
            seen(metrics)
    assert seen(metrics) == seen(story.metrics())


@settings(max_examples=20)
@given(st.lists(st.integers(1, MAX_PENDING + 50), max_size=6), st.booleans())
def test_folding_deltas_together_equals_folding_each(cuts: list[int], looked: bool) -> None:
    story = Story().begins(0).calls(0).tries(0)
    first = len(story.events)
    story.streams(range(100, 100 + sum(cuts)))
    metrics = before = reduce(fold, story.events[:first], Metrics())
    figures_before = seen(before)
    start = first
    for size in cuts:
        deltas = [
            event for event in story.events[start : start + size] if isinstance(event, DELTAS)
        ]
        metrics = fold_deltas(metrics, deltas)
        if looked:
            fold_deltas(before, deltas)
        start += size
    assert metrics.length == story.metrics().length
    assert seen(metrics) == seen(story.metrics())
    assert seen(before) == figures_before


def test_pending_deltas_are_bounded() -> None:
    metrics = (
        Story().begins(0).calls(0).tries(0).streams(range(100, 100 + 5 * MAX_PENDING)).metrics()
    )
    assert metrics.length <= MAX_PENDING
    assert len(metrics.pending) <= MAX_PENDING


def test_events_of_unknown_calls_take_no_memory() -> None:
    story = Story().streams(range(100, 3000), call="nobody").tool_ends(1, "nobody")
    session = story.metrics().settled()
    assert not session.attempts
    assert not session.bars


def test_nothing_stays_open_after_a_run() -> None:
    story = Story().begins(0).calls(0).tries(0).says(10).calls(0, "c2").tries(0, "c2")
    story.fails(20, call="c2").waits(20, 9000, "c2").runs_tool(30).asks(40, "t2")
    session = story.finishes(50, "cancelled").metrics().settled()
    for name in ("calls", "attempts", "unreported", "backoffs", "called", "tools", "approvals"):
        assert getattr(session, name) == {}, name
    assert session.open_turns == {}


def runs_of(seed: int, count: int) -> list[Story]:
    chosen = random.Random(seed)
    return [
        eventful_turn(f"r{number}") if chosen.random() < 0.3
        else simple_turn(f"r{number}", tokens=chosen.randint(11, 60))
        for number in range(count)
    ]  # fmt: skip


def assert_same(one: SessionFigures, other: SessionFigures) -> None:
    """The same, apart from the order of rows and the rounding of floats.

    The estimates learn from one answer to the next, so how far they were off depends on the order.
    With more values than the digest has centroids, quantiles also depend a little on the order.
    """
    for name in one.__struct_fields__:
        if name not in {"icl", "icl_curve"}:
            assert _rounded(getattr(one, name)) == _rounded(getattr(other, name)), name
    assert (one.icl.n, one.icl.max) == (other.icl.n, other.icl.max)
    assert one.icl.p95 == pytest.approx(other.icl.p95, rel=0.02)


def _rounded(value: object) -> object:
    if isinstance(value, Summary):
        return tuple(_rounded(getattr(value, name)) for name in value.__struct_fields__)
    if isinstance(value, tuple):
        return sorted((_rounded(item) for item in value), key=repr)
    if hasattr(value, "__struct_fields__"):
        names = (name for name in value.__struct_fields__ if name != "estimate_error")
        return [_rounded(getattr(value, name)) for name in names]
    return round(value, 9) if isinstance(value, float) else value


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.integers(2, 5), st.randoms(use_true_random=False))
def test_the_order_of_independent_runs_does_not_matter(
    seed: int, count: int, shuffler: random.Random
) -> None:
    stories = runs_of(seed, count)
    shuffled = list(stories)
    shuffler.shuffle(shuffled)
    one, other = (
        seen(reduce(fold, (event for story in order for event in story.events), Metrics()))
        for order in (stories, shuffled)
    )
    assert_same(one.session, other.session)


@settings(max_examples=20)
@given(st.integers(0, 10_000), st.integers(2, 4), st.randoms(use_true_random=False))
def test_interleaved_runs_do_not_mix(seed: int, count: int, shuffler: random.Random) -> None:
    stories = runs_of(seed, count)
    queues = [list(story.events) for story in stories]
    metrics = Metrics()
    while any(queues):
        metrics = fold(metrics, shuffler.choice([queue for queue in queues if queue]).pop(0))
    apart = reduce(fold, (event for story in stories for event in story.events), Metrics())
    assert_same(seen(metrics).session, seen(apart).session)


delta_times = st.lists(st.integers(0, 5000), min_size=2, max_size=150).map(sorted)


@settings(max_examples=40)
@given(st.lists(delta_times, min_size=1, max_size=5))
def test_percentiles_are_in_order_and_never_exceed_the_maximum(
    streams: list[list[int]],
) -> None:
    stories = []
    for number, ats in enumerate(streams):
        story = Story(f"r{number}").begins(0).calls(0, f"c{number}").tries(0, f"c{number}")
        story.streams(ats, call=f"c{number}").uses(5001, output=len(ats), call=f"c{number}")
        stories.append(story.ends(5001, f"c{number}").finishes(5002))
    session = seen(
        reduce(fold, (event for story in stories for event in story.events), Metrics())
    ).session
    for row in (session.ttft, session.ttfo, session.tpot, session.icl, session.e2e, session.rate):
        assert row.p50 <= row.p90 <= row.p95 <= row.max
        assert row.p99 is None or row.p95 <= row.p99 <= row.max
        assert row.mean <= row.max * (1 + 1e-9)


@given(st.lists(st.integers(0, 700), min_size=0, max_size=12), st.integers(0, 6000))
def test_the_waterfall_sums_to_e2e_even_if_events_are_missing(cuts: list[int], now: int) -> None:

    all_events = eventful_turn().events
    kept = [event for number, event in enumerate(all_events) if number % 37 not in cuts]
    shown = figures(reduce(fold, kept, Metrics()), now * MS)
    for turn in shown.turns:
        assert turn.parts.total == turn.end - turn.start
        assert turn.e2e.value * 1e9 == float(turn.parts.total)


def test_metrics_import_neither_textual_nor_the_sdk() -> None:
    code = (
        "import sys, tui.core.metrics;"
        "heavy = {'textual', 'agents', 'openai', 'pydantic', 'numpy'};"
        "print(sorted(heavy & sys.modules.keys()))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
