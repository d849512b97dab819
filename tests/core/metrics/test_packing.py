"""Estimates learn from the answers whose tokens the provider has counted."""

from tests.core.metrics.story import Story, about, simple_turn
from tui.core.metrics.figure import UNAVAILABLE
from tui.dashboard.performance.threshold_notices import crossing_text

TICKS = range(420, 621, 20)
"""Eleven deltas."""


def answer(run: str, tokens: int | None, *, start: float, model: str = "gpt-5-mini") -> Story:
    """Eleven deltas in 200 ms."""
    story = Story(run, start=start).begins(10).calls(20, run, model=model).tries(20, run)
    return story.streams(TICKS, call=run).uses(640, output=tokens, call=run).ends(650, run)


def open_answer(run: str, *, start: float, model: str = "gpt-5-mini") -> Story:
    story = Story(run, start=start).begins(10).calls(20, run, model=model).tries(20, run)
    return story.streams(TICKS, call=run)


def after(first: Story, second: Story) -> Story:
    return Story().adds(*first.finishes(700).events, *second.events)


def test_the_live_rate_uses_the_tokens_per_delta_of_the_answers_before() -> None:
    alone = open_answer("b", start=2000).figures().live
    learned = after(answer("a", 33, start=0), open_answer("b", start=2000)).figures().live
    assert learned.value == about(3 * alone.value)
    assert learned.quality == "estimated"


def test_the_tokens_of_a_running_turn_are_estimated_in_the_same_way() -> None:
    figures = after(answer("a", 33, start=0), open_answer("b", start=2000)).figures()
    assert figures.turn is not None
    assert (figures.turn.tokens.output.value, figures.turn.tokens.output.quality) == (
        about(33), "estimated",
    )  # fmt: skip


def test_another_model_is_estimated_by_its_own_answers() -> None:
    story = after(answer("a", 33, start=0), open_answer("b", start=2000, model="gpt-5-nano"))
    alone = open_answer("b", start=2000).figures().live
    assert story.figures().live == alone


def test_hidden_reasoning_is_not_in_the_deltas() -> None:
    story = answer("a", None, start=0)
    story.uses(660, output=133, reasoning=100, call="a").finishes(700)
    figures = Story().adds(*story.events, *open_answer("b", start=2000).events).figures()
    assert figures.turn is not None
    assert figures.turn.tokens.output.value == about(33)


def test_an_answer_in_few_deltas_teaches_nothing() -> None:
    story = Story("a").begins(10).calls(20, "a").tries(20, "a").streams((420, 520), call="a")
    story.uses(640, output=400, call="a").ends(650, "a")
    alone = open_answer("b", start=2000).figures().live
    assert after(story, open_answer("b", start=2000)).figures().live == alone


def test_the_bars_agree_with_the_count_once_it_is_there() -> None:
    before = open_answer("a", start=100).finishes(1500)
    assert before.figures().rates == (about(50),)
    counted = answer("a", 33, start=100).finishes(1500)
    assert counted.figures().rates == (about(160),)


def test_the_rate_that_stays_while_a_tool_runs_agrees_with_the_count() -> None:
    story = simple_turn().events[:-1]
    told = Story().adds(*answer("run", 33, start=0).events).runs_tool(660).figures(now=900)
    assert told.attempt is not None
    assert told.live.value == about(33 * told.attempt.rate.value / 32 * 0.2 / 0.25)
    late = Story().adds(*open_answer("run", start=0).events).ends(650, "run")
    late.runs_tool(660, "t").uses(670, output=33, call="run")
    assert late.figures(now=900).live == told.live
    assert Story().adds(*story).figures(now=900).live == UNAVAILABLE


def test_percentiles_of_a_rate_that_is_estimated_are_estimates_until_every_count_is_known() -> None:
    first = answer("a", 33, start=0)
    assert (first.finishes(700).figures().session.rate.quality) == "measured"
    uncounted = Story().adds(*first.events, *answer("b", None, start=2000).finishes(700).events)
    session = uncounted.figures().session
    assert (session.rate.n, session.rate.quality, session.tpot.quality) == (
        2,
        "estimated",
        "estimated",
    )
    assert (session.ttft.quality, session.icl.quality) == ("measured", "measured")
    assert session.models[0].rate.quality == "estimated"


def test_a_slow_rate_that_is_estimated_is_reported_as_an_estimate() -> None:
    story = Story().begins(0).calls(0).tries(0).streams(range(100, 4100, 500))
    figures = story.ends(4100).finishes(4200).figures()
    assert [one.quality for one in figures.crossings] == ["estimated"]
    assert [crossing_text(one) for one in figures.crossings] == ["~2.0 tok/s < 10.0"]
