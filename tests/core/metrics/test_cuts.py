"""Answers that were cut off, and how each was recovered or given up."""

import pytest

from tests.core.metrics.story import Story
from tui.core.metrics import Figures, SessionFigures

Ends = tuple[int, int, int, int]


def ends(session: SessionFigures) -> Ends:
    return session.cuts, session.continued, session.restarted, session.given_up


def cut_once(*, continues: bool) -> Story:
    """The first attempt is cut off after three words; the second one runs."""
    story = Story().begins(0).calls(0).tries(0).streams((100, 120, 140)).fails(150)
    return story.waits(150, 250).tries(250, attempt=2, continues=continues).says(300, attempt=2)


def notes(figures: Figures) -> list[str]:
    assert figures.turn is not None
    return [span.note for span in figures.turn.spans if span.part == "decode"]


@pytest.mark.parametrize(
    ("continues", "expected", "note"),
    [(True, (1, 1, 0, 0), "continued"), (False, (1, 0, 1, 0), "restarted")],
)
def test_a_cut_answer_is_continued_or_restarted(
    *, continues: bool, expected: Ends, note: str
) -> None:
    figures = cut_once(continues=continues).ends(400, attempt=2).finishes(410).figures()
    assert ends(figures.session) == expected
    assert notes(figures) == ["cut", note]


def test_a_cut_is_not_given_up_while_a_later_attempt_runs() -> None:
    assert ends(cut_once(continues=True).figures().session) == (1, 0, 0, 0)


def test_all_cuts_of_a_call_end_like_the_call() -> None:
    story = cut_once(continues=True).fails(310, attempt=2).tries(400, attempt=3, continues=True)
    figures = story.says(450, attempt=3).ends(460, attempt=3).finishes(470).figures()
    assert ends(figures.session) == (2, 2, 0, 0)
    assert notes(figures) == ["cut", "continued, cut", "continued"]


@pytest.mark.parametrize(("outcome", "kind"), [("failed", "network"), ("cancelled", None)])
def test_a_cut_answer_is_given_up_when_its_turn_fails_or_is_cancelled(
    outcome: str, kind: str | None
) -> None:
    figures = cut_once(continues=True).finishes(400, outcome, kind).figures()  # type: ignore[arg-type]
    assert ends(figures.session) == (1, 0, 0, 1)
    assert figures.turn is not None
    assert figures.turn.given_up == 1


def test_a_failure_before_the_first_delta_is_not_a_cut() -> None:
    story = Story().begins(0).calls(0).tries(0).fails(50).tries(100, attempt=2)
    figures = story.says(150, attempt=2).ends(160, attempt=2).finishes(170).figures()
    assert ends(figures.session) == (0, 0, 0, 0)
    assert notes(figures) == [""]
