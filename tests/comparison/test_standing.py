"""Who is ahead, and what is best."""

import pytest
from msgspec.structs import replace

from tests.comparison.facts import attempt, facts
from tui.comparison.column_figures import (
    BY_NAME,
    ColumnFigures,
    ended_figures,
    figure_words,
)
from tui.comparison.standing import change_words, standing
from tui.core.metrics.figure import estimated, measured
from tui.stream.run_facts import Outcome


def running(words: float = 0, **more: object) -> ColumnFigures:
    return ColumnFigures(words=measured(words), **more)  # type: ignore[arg-type]


def test_most_words_are_ahead_until_a_column_has_ended_well() -> None:
    assert standing([running(3), running(7)]).ahead == 1
    assert standing([running(3), running(3)]).ahead is None
    assert standing([running(), running()]).ahead is None
    assert standing([running(900), ended_figures(facts())]).ahead == 1


def test_a_column_that_failed_is_not_ahead() -> None:
    failed = ended_figures(facts(outcome="failed", total=0.1))
    assert standing([failed, running(3)]).ahead == 1
    assert standing([failed, ended_figures(facts(total=2.0))]).ahead == 1
    assert standing([failed, failed]).ahead is None


def test_the_shortest_time_was_first() -> None:
    columns = [ended_figures(facts(total=total)) for total in (3.0, 1.0, 2.0)]
    found = standing(columns)
    assert found.ahead == 1
    assert found.best["total"] == {1}


def test_the_best_is_the_lower_time_and_the_higher_rate() -> None:
    columns = [
        ended_figures(facts(first_word=0.2, rate=10.0, cost=0.2)),
        ended_figures(facts(first_word=0.4, rate=30.0, cost=0.1)),
    ]
    best = standing(columns).best
    assert [{*best[name]} for name in ("first_word", "tok/s", "cost")] == [{0}, {1}, {1}]
    assert "words" not in best


def test_the_first_word_is_best_when_it_comes_and_a_total_only_at_the_end() -> None:
    quick = running(1, first_word=measured(0.4), total=measured(1.0))
    best = standing([running(total=measured(1.0)), quick]).best
    assert best["first_word"] == {1}
    assert best["total"] == frozenset()


def test_equal_values_and_single_ones_have_no_mark() -> None:
    same = ended_figures(facts())
    assert standing([same, same]).best["total"] == frozenset()
    assert standing([ended_figures(facts(rate=None)), same]).best["tok/s"] == frozenset()


def test_a_nested_agents_rate_is_not_the_columns() -> None:
    known = facts()
    nested = attempt(measured(99.0), parent="t1")
    both = ended_figures(replace(known, attempts=(*known.attempts, nested)))
    assert both.rate.value == 40.0


def test_differences_are_said_as_people_say_them() -> None:
    total = BY_NAME["total"]

    def said(base: float, value: float) -> str:
        one, other = (ColumnFigures(total=measured(each)) for each in (base, value))
        return change_words(total, one, other)

    assert said(1.0, 1.35) == "+35%"
    assert said(1.0, 1.021) == "+2.1%"
    assert said(1.0, 0.5) == "-50%"
    assert said(1.0, 4.5) == "x4.5"
    assert said(1.0, 1.0) == "="
    assert change_words(total, ColumnFigures(), ColumnFigures(total=measured(1))) == ""
    tools = BY_NAME["tools"]
    one, other = ColumnFigures(tools=measured(1)), ColumnFigures(tools=measured(3))
    assert (change_words(tools, one, other), change_words(tools, one, one)) == ("+2", "=")


@pytest.mark.parametrize("outcome", ["failed", "cancelled"])
def test_a_run_that_did_not_end_well_is_not_compared(outcome: Outcome) -> None:
    well = ColumnFigures(outcome="ok", total=measured(4), words=measured(9))
    not_well = ColumnFigures(outcome=outcome, total=measured(1), words=measured(3))
    for name in ("total", "words"):
        assert change_words(BY_NAME[name], well, not_well) == ""
        assert change_words(BY_NAME[name], not_well, well) == ""


def test_an_estimate_is_marked_and_what_is_not_known_has_a_dash() -> None:
    rate = BY_NAME["tok/s"]
    assert figure_words(rate, ColumnFigures(rate=estimated(12.34))) == "~12.3"
    assert figure_words(rate, ColumnFigures()) == "—"
