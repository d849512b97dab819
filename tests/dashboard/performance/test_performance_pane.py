"""The widget: sizes, keys, notifications, and no repainting without a change."""

import pytest

from tests.core.metrics.story import Story
from tests.dashboard.performance.host import Host, session, streaming
from tui.core.metrics import Figures
from tui.dashboard.performance.pane_lines import pane_lines
from tui.dashboard.performance.view_choices import View


async def test_forty_by_ten_shows_the_key_figures_without_scrolling() -> None:
    app = Host(streaming().figures())
    async with app.run_test(size=(40, 10)):
        text = app.text()
        assert app.pane.max_scroll_y == 0
    for word in ("performance", "TTFT", "TTFO", "live", "tok/s", "ICL p95", "tok out", "retries"):
        assert word in text


async def test_a_low_pane_uses_all_of_its_rows() -> None:
    app = Host(session().figures())
    async with app.run_test(size=(60, 14)):
        assert app.pane.max_scroll_y == 0
        assert "TPOT" in app.text()
        assert app.lines()[-2].strip("│ ")


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((40, 24), ("turn 6 of 6", "% of this turn")),
        ((80, 60), ("this session", "reliability", "tokens", "by tool")),
        ((120, 64), ("p90", "p99", "by model", "by agent", "gpt-5-nano", "cost")),
    ],
)
async def test_a_larger_pane_shows_more(size: tuple[int, int], words: tuple[str, ...]) -> None:
    app = Host(session().figures())
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        text = app.text()
    for word in words:
        assert word in text


async def test_lines_that_do_not_fit_can_be_scrolled_to() -> None:
    app = Host(session().figures())
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert "by agent" not in app.text()
        await pilot.press("end")
        await pilot.wait_for_scheduled_animations()
        assert "Oracle" in app.lines()[-2]


async def test_a_resized_pane_is_laid_out_again() -> None:
    app = Host(session().figures())
    async with app.run_test(size=(40, 10)) as pilot:
        assert "this session" not in app.text()
        await pilot.resize_terminal(120, 64)
        await pilot.pause()
        assert "this session" in app.text()


async def test_space_freezes_the_display_and_not_the_data() -> None:
    app = Host(streaming().figures())
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.press("space")
        frozen = app.lines()
        assert "frozen" in frozen[-1]
        app.pane.show(session().figures())
        await pilot.pause()
        assert app.lines() == frozen
        await pilot.press("space")
        await pilot.pause()
        assert "E2E" in app.text()
        assert "frozen" not in app.text()


async def test_the_arrows_choose_the_turn_of_the_waterfall() -> None:
    app = Host(session().figures())
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.press("left", "left")
        assert "turn 4 of 6" in app.text()
        await pilot.press("right", "right", "right")
        assert "turn 6 of 6" in app.text()


async def test_o_orders_the_tables() -> None:
    app = Host(session().figures())
    async with app.run_test(size=(120, 64)) as pilot:
        await pilot.press("o")
        assert "errors first" in app.text()


async def test_scripted_figures_are_labelled() -> None:
    app = Host(Story().loaded(scripted=True).begins(0).figures())
    async with app.run_test(size=(40, 10)):
        assert "scripted" in app.lines()[-1]


async def test_the_same_figures_are_not_painted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    figures = session().figures()
    app = Host(figures)
    async with app.run_test(size=(120, 64)) as pilot:
        painted: list[object] = []
        monkeypatch.setattr(app.pane._text, "update", lambda *args, **_: painted.append(args))
        app.pane.show(session().figures(now=99_000))
        assert painted == []
        app.pane.show(streaming().figures())
        assert len(painted) == 1
        await pilot.pause()


async def test_markup_in_names_is_shown_and_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    evil = "[@click=app.bell]x[/foo]"
    story = Story().begins(0, prompt=evil).calls(0, agent=evil, model=evil).tries(0).says(100)
    story.ends(200).runs_tool(200, name=evil).tool_ends(300).finishes(300)
    app = Host(story.figures())
    rings: list[bool] = []
    monkeypatch.setattr(app, "bell", lambda: rings.append(True))
    async with app.run_test(size=(120, 64)) as pilot:
        await pilot.pause()
        assert app.text().count(evil) >= 3
        y = next(y for y, line in enumerate(app.lines()) if evil in line)
        await pilot.click(offset=(app.lines()[y].index(evil) + 20, y))
        assert rings == []


def slow(count: int) -> Figures:
    """This many turns with a slow first token, and a fast one between any two."""
    story = Story()
    for number in range(2 * count - 1):
        call = f"c{number}"
        story.adds(
            *Story(f"r{number}", start=10_000 * number)
            .begins(0)
            .calls(0, call)
            .tries(0, call)
            .says(100 if number % 2 else 2500, call=call)
            .ends(2600, call)
            .finishes(2600)
            .events
        )
    return story.figures()


async def test_each_crossing_is_notified_once() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.pane.show(slow(1))
        app.pane.show(slow(1))
        await pilot.pause()
        assert [note.message for note in app._notifications] == ["TTFT 2.50 s > 2.00 s"]
        app.pane.show(slow(2))
        await pilot.pause()
        assert len(app._notifications) == 2


async def test_crossings_of_a_resumed_session_are_not_notified() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.pane.show(Story().adds(*session().events).figures(now=500_000))
        await pilot.pause()
        assert len(app._notifications) == 0


async def test_a_new_session_notifies_its_own_crossings() -> None:
    app = Host()
    async with app.run_test(size=(80, 24)) as pilot:
        app.pane.show(slow(2))
        app.pane.show(Story().figures())
        app.pane.show(slow(1))
        await pilot.pause()
        assert len(app._notifications) == 2


def test_every_style_is_a_theme_variable() -> None:
    variables = Host().get_css_variables()
    lines = pane_lines(session().figures(), 120, 50, View())
    styles = {piece[1] for line in lines for piece in line if not isinstance(piece, str)}
    words = {word for style in styles for word in style.split()}
    assert {word for word in words if word.removeprefix("$") not in variables} == {"bold"}
