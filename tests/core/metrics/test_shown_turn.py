"""Which turn's figures are shown, and that no other turn's are among them."""

from tests.core.metrics.story import S, Story, about, simple_turn
from tui.core.metrics import Figures, Metrics
from tui.protocol import events


def retry(run: str, start: float, ttft: int, mode: str = "rewind") -> Story:
    """A retry with nine tokens, 20 ms from each to the next."""
    story = Story(run, start=start).begins(0, entered=0, mode=mode).calls(0, run).tries(0, run)
    story.streams(range(ttft, ttft + 161, 20), call=run).uses(ttft + 170, output=9, call=run)
    return story.ends(ttft + 170, run).finishes(ttft + 200)


def undo(run: str, at: float) -> events.RetryUndone:
    return events.RetryUndone(at=round(at * S), run=run)


def twice_retried() -> Story:
    story = simple_turn("r1")
    return story.adds(*retry("r2", 1000, 100).events, *retry("r3", 2000, 200).events)


def shown(figures: Figures) -> tuple[int, float, float]:
    """The turn's number, its E2E and the TTFT of its attempt."""
    assert figures.turn is not None
    assert figures.attempt is not None
    return figures.turn.number, figures.turn.e2e.value, figures.attempt.ttft.value


def test_each_undone_retry_shows_the_figures_of_the_answer_that_is_back() -> None:
    story = twice_retried()
    found = [shown(story.figures())]
    for at, run in enumerate(("r3", "r2", "r1"), 10):
        found.append(shown(story.adds(undo(run, at)).figures()))
    first, second, third = (1, 0.7, 0.4), (2, 0.3, 0.1), (3, 0.4, 0.2)
    assert found == [tuple(map(about, one)) for one in (third, second, first, third)]


def test_an_undone_retry_was_spent_all_the_same() -> None:
    before, after = twice_retried(), twice_retried().adds(undo("r3", 10))
    now = 11_000
    assert after.figures(now).session == before.figures(now).session
    assert [turn.number for turn in after.figures(now).turns] == [1, 2, 3]


def test_the_next_turn_is_shown_and_then_that_of_its_own_undone_retry() -> None:
    story = twice_retried().adds(undo("r3", 10))
    story.adds(*retry("r4", 11_000, 300, "send").events)
    assert shown(story.figures())[0] == 4
    story.adds(*retry("r5", 12_000, 500).events, undo("r5", 13))
    assert shown(story.figures()) == (4, about(0.5), about(0.3))


def test_a_cancelled_retry_that_is_undone_leaves_the_answer_before_it() -> None:
    cut = Story("r2", start=1000).begins(0, mode="rewind").calls(0, "c").tries(0, "c")
    cut.says(100, call="c").is_cancelled(300, "c").finishes(310, "cancelled")
    story = Story().loaded().adds(*simple_turn("r1").events, *cut.events)
    assert story.figures().state.kind == "cancelled"
    figures = story.adds(undo("r2", 10)).figures()
    assert (figures.state.kind, *shown(figures)) == ("idle", 1, about(0.7), about(0.4))


def test_a_turn_without_an_attempt_has_none_of_the_turn_before() -> None:
    story = simple_turn("r1").adds(*Story("r2", start=1000).begins(0).events)
    assert story.figures().attempt is None
    assert story.figures().model == "gpt-5-mini"
    story.adds(*Story("r2", start=1000).finishes(400, "cancelled").events)
    figures = story.figures()
    assert figures.attempt is None
    assert figures.turn is not None
    assert figures.turn.e2e.value == about(0.4)


def test_a_failed_attempt_is_shown_during_its_back_off() -> None:
    story = simple_turn("r1")
    failing = Story("r2", start=1000).begins(0).calls(0, "c").tries(0, "c").says(50, call="c")
    attempt = story.adds(*failing.fails(60, call="c").waits(60, 900, "c").events).figures().attempt
    assert attempt is not None
    assert (attempt.call, attempt.ttft.value) == ("c", about(0.05))


def test_figures_that_arrive_after_the_answer_are_those_of_its_turn() -> None:
    late = Story("r1").begins(0).calls(0).tries(0).streams(range(100, 261, 20)).ends(270)
    story = late.uses(280, output=18).finishes(300)
    story.adds(*retry("r2", 1000, 100).events, undo("r2", 10))
    attempt = story.figures().attempt
    assert attempt is not None
    assert attempt.output.value == 18


def test_the_attempts_that_are_kept_for_undone_retries_are_few() -> None:
    story = Story()
    for number in range(40):
        mode = "send" if number == 0 else "continue" if number % 2 else "rewind"
        story.adds(*retry(f"r{number}", 1000 * number, 100, mode).events)
    session = story.metrics(Metrics()).session
    assert len(session.turn_attempts) <= 10
    story.adds(*retry("r40", 40_000, 100, "send").events)
    assert story.metrics(Metrics()).session.turn_attempts.keys() == {41}
