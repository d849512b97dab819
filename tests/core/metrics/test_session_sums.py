"""Figures across stored sessions."""

import random
from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from tests.core.metrics.story import Story, about, eventful_turn, simple_turn
from tui.core.metrics import SessionFigures, Sums, Thresholds, figures
from tui.core.metrics.metrics_fold import Metrics, fold
from tui.protocol import events
from tui.protocol.events import Event

NOON = datetime(2026, 11, 20, 12).astimezone().timestamp()
DAY = 86_400.0


def dated(story: Story, wall: float) -> list[Event]:
    """The story's events, with this time as the start of each turn."""
    return [
        events.RunStarted(
            at=event.at, run=event.run, prompt=event.prompt, entered_at=event.entered_at,
            wall=wall, mode=event.mode, agent=event.agent,
        )
        if isinstance(event, events.RunStarted)
        else event
        for event in story.events
    ]  # fmt: skip


def summed(*sessions: Sequence[Event], since: float = 0.0) -> Sums:
    sums = Sums(Thresholds(), since)
    for session in sessions:
        sums.add(NOON, [session])
    return sums


def together(*stories: Story) -> SessionFigures:
    metrics = Metrics()
    for story in stories:
        for event in story.events:
            metrics = fold(metrics, event)
    return figures(metrics, 0).session


def test_sums_of_sessions_are_the_figures_of_one_session_with_all_turns() -> None:
    stories = simple_turn("a"), eventful_turn("b", start=5000), simple_turn("c", start=20_000)
    apart = summed(*(story.events for story in stories)).figures()
    assert replace(apart, days=()) == together(*stories)
    assert apart.turns == 3
    assert sum(day.attempts for day in apart.days) == apart.attempts


def test_the_order_of_sessions_does_not_matter() -> None:
    stories = [eventful_turn("b"), *(simple_turn(f"{n}", tokens=11 + n) for n in range(8))]
    straight = summed(*(story.events for story in stories)).figures()
    random.Random(7).shuffle(stories)
    shuffled = summed(*(story.events for story in stories)).figures()
    assert (shuffled.ttft.n, shuffled.errors) == (straight.ttft.n, straight.errors)
    assert shuffled.rate.p50 == about(straight.rate.p50)
    assert shuffled.tokens.output == straight.tokens.output
    assert sorted(shuffled.tools, key=str) == sorted(straight.tools, key=str)


def test_turns_before_the_given_time_are_left_out() -> None:
    session = dated(simple_turn("a"), NOON - 3 * DAY) + dated(simple_turn("b", start=900), NOON)
    assert summed(session).figures().turns == 2
    assert summed(session, since=NOON - DAY).figures().turns == 1


def test_each_day_has_a_row_and_the_newest_comes_first() -> None:
    loaded = Story().loaded().events
    session = [*loaded, *dated(simple_turn("a"), NOON - DAY), *dated(simple_turn("b"), NOON)]
    rows = summed(session, dated(simple_turn("c"), NOON)).days()
    assert [(row.name, row.attempts) for row in rows] == [("2026-11-20", 2), ("2026-11-19", 1)]
    assert rows[0].ttft.p50 == about(0.4)


def test_a_turn_without_a_date_counts_on_the_day_of_its_session() -> None:
    (row,) = summed(dated(simple_turn(), 0.0)).days()
    assert row.name == "2026-11-20"


def test_a_turn_left_open_by_a_killed_dashboard_is_an_interruption() -> None:
    cut = Story().begins(0).calls(0).tries(0).says(100)
    after = Story("next").loaded().events + simple_turn("next").events
    figures = summed([*cut.events, *after]).figures()
    assert (figures.turns, figures.attempts, figures.interruptions) == (2, 2, 1)
    assert summed(cut.events).figures().interruptions == 1


def test_scripted_answers_are_summed_separately() -> None:
    scripted = Story("s").loaded(scripted=True).begins(0).calls(0, scripted=True)
    scripted.tries(0).says(100).ends(200).finishes(210)
    only = summed(scripted.events)
    assert (only.figures().scripted, len(only.days())) == (True, 1)
    both = summed(scripted.events, simple_turn().events)
    assert not both.figures().scripted
    assert [row.attempts for row in both.days()] == [1]


def test_errors_of_scripted_turns_do_not_count_for_real_models() -> None:
    scripted = Story("s").loaded(scripted=True).begins(0).calls(0, scripted=True)
    scripted.tries(0).fails(100).tries(200, attempt=2).says(300, attempt=2).ends(400, attempt=2)
    scripted.runs_tool(500).tool_ends(600).finishes(700)
    only = summed(scripted.events).figures()
    assert (only.turns, only.error_count, only.retries, len(only.tools)) == (1, 1, 1, 1)
    both = summed(scripted.events, simple_turn().events).figures()
    assert both == summed(simple_turn().events).figures()


def test_names_beyond_the_limit_share_a_row() -> None:
    stories = []
    for number in range(100):
        story = Story(f"{number}").begins(0).calls(0, agent=f"agent {number}").tries(0)
        stories.append(story.says(100).ends(200).finishes(210).events)
    agents = summed(*stories).figures().agents
    assert len(agents) == 65
    assert {row.name: row.attempts for row in agents}["(others)"] == 36
