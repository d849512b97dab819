"""This session's models compared with their last days."""

from typing import Any

import pytest

from tests.core.metrics.story import Story, simple_turn
from tests.dashboard.performance.host import Host
from tui.core.metrics import GroupFigures, SessionFigures, Summary, TokenFigures
from tui.dashboard.performance.pane_lines import pane_lines
from tui.dashboard.performance.recent_comparison import TITLE, comparison, is_regression
from tui.dashboard.performance.styled_lines import ALERT, plain
from tui.dashboard.performance.view_choices import View


def model(ttft: float, rate: float = 50.0, n: int = 20, name: str = "gpt-5-mini") -> GroupFigures:
    return GroupFigures(
        name=name, attempts=n, failed=0, tokens=TokenFigures(),
        ttft=Summary(n=n, p50=ttft), rate=Summary(n=n, p50=rate),
    )  # fmt: skip


def session(*models: GroupFigures, **fields: Any) -> SessionFigures:
    return SessionFigures(models=models, **fields)


def test_a_row_has_both_medians_and_the_change() -> None:
    lines = comparison(session(model(0.412, 63.0)), session(model(0.4, 70.0)), 80)
    assert plain(lines[0]) == TITLE
    assert " ".join(plain(lines[2]).split()) == "gpt-5-mini 412 ms 400 ms +3 % 63.0 70.0 -10 %"


def test_a_model_without_earlier_attempts_is_left_out() -> None:
    assert comparison(session(model(0.4)), session(model(0.4, name="other")), 80) == []
    assert comparison(session(model(0.4)), None, 80) == []


def test_scripts_are_not_compared() -> None:
    assert comparison(session(model(0.4), scripted=True), session(model(0.4)), 80) == []
    assert comparison(session(model(0.4)), session(model(0.4), scripted=True), 80) == []


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (model(0.51), model(0.4), True),
        (model(0.49), model(0.4), False),
        (model(0.4, 39.0), model(0.4, 50.0), True),
        (model(0.4, 41.0), model(0.4, 50.0), False),
        (model(0.8, n=2), model(0.4), False),
        (model(0.8), model(0.4, n=9), False),
    ],
)
def test_a_regression_is_marked_if_there_are_enough_attempts(
    now: GroupFigures, before: GroupFigures, expected: bool
) -> None:
    assert is_regression(now, before) is expected
    (*_, row) = comparison(session(now), session(before), 80)
    assert any(piece[1] == ALERT for piece in row if not isinstance(piece, str)) is expected


def test_the_last_days_are_one_of_the_tables() -> None:
    past = session(days=(model(0.4, name="2026-11-21"),))
    figures = simple_turn().figures()
    text = [plain(line) for line in pane_lines(figures, 80, 50, View(), past)]
    row = text[text.index("your last 7 days, before this session  ".rstrip()) + 2]
    assert row.split()[:8] == ["2026-11-21", "20", "0", "—", "—", "400", "ms", "50.0"]
    scripted = session(days=past.days, scripted=True)
    lines = pane_lines(figures, 80, 50, View(), scripted)
    assert not any("2026-11-21" in plain(line) for line in lines)


async def test_the_pane_shows_the_comparison_when_it_arrives() -> None:
    figures = Story().adds(*simple_turn().events).figures()
    app = Host(figures)
    async with app.run_test(size=(90, 40)) as pilot:
        assert TITLE not in app.text()
        app.pane.compare(session(model(0.2)))
        await pilot.pause()
        assert TITLE in app.text()
        assert "+100 %" in app.text()
