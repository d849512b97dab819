"""The charts, which are loaded only when they are shown."""

import subprocess
import sys

from tests.core.metrics.story import Story, about, simple_turn
from tests.dashboard.performance.host import Host, session, streaming
from tui.dashboard.performance.charts import charts


def test_charts_have_the_data_of_their_titles() -> None:
    figures = session().figures()
    rates, ttfts, gaps = charts(figures)
    assert rates.ys == figures.rates
    assert rates.xs[:3] == [0, 0.5, 1]
    assert (ttfts.xs, ttfts.ys[0], ttfts.ys[4]) == ([1, 2, 3, 4, 5, 6], about(0.4), about(2.58))
    assert (len(gaps.xs), gaps.xs[-1], gaps.ys[-1]) == (51, 100, about(20))
    assert [round(value, 6) for value in gaps.ys] == sorted(round(value, 6) for value in gaps.ys)


def test_charts_without_data_are_empty() -> None:
    assert [(list(chart.xs), list(chart.ys)) for chart in charts(Story().figures())] == [
        ([], []), ([], []), ([], []),
    ]  # fmt: skip


def test_a_chart_of_one_point_says_its_value() -> None:
    figures = simple_turn(start=100).figures()
    rates, ttfts, gaps = charts(figures)
    assert (rates.only, ttfts.only, gaps.only) == ("~50.0 tok/s", "400 ms in turn 1", "")


async def test_a_chart_of_one_point_is_no_block() -> None:
    app = Host(simple_turn().figures())
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press("c")
        await pilot.pause()
        assert "TTFT, s: 400 ms in turn 1" in app.text()
        blocks = [line for line in app.lines() if "█████" in line]
        assert blocks == []


async def test_two_bars_are_not_as_wide_as_the_pane() -> None:
    turns = simple_turn("a").adds(*simple_turn("b", start=2000).events)
    app = Host(turns.figures())
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press("c")
        await pilot.pause()
        widest = max(line.count("█") for line in app.lines())
        assert 0 < widest < 30


async def test_c_shows_and_hides_the_charts() -> None:
    app = Host(session().figures())
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press("c")
        await pilot.pause()
        for word in ("tok/s", "seconds of streaming", "TTFT, s", "ICL, ms"):
            assert word in app.text()
        assert "TTFO" not in app.text()
        await pilot.press("c")
        await pilot.pause()
        assert "TTFO" in app.text()


async def test_charts_are_updated_with_the_figures() -> None:
    app = Host(Story().figures())
    async with app.run_test(size=(100, 40)) as pilot:
        await pilot.press("c")
        await pilot.pause()
        assert app.text().count("nothing measured yet") == 3
        app.pane.show(streaming().figures())
        await pilot.pause()
        assert "nothing measured yet" not in app.text()


def test_the_pane_does_not_load_the_plotting_library() -> None:
    code = (
        "import sys, tui.dashboard.performance;"
        "print([name for name in sys.modules if name.startswith(('plotext', 'textual_plotext'))])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
