"""The lines of the pane, as text."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.core.metrics.story import S, Story, simple_turn
from tests.dashboard.performance.host import session, streaming
from tui.core.metrics import Figures, PhaseFigures
from tui.core.metrics.figure import measured
from tui.dashboard.performance.key_figures import key_figures, phase_lines
from tui.dashboard.performance.pane_lines import pane_lines
from tui.dashboard.performance.sparkline import sparkline
from tui.dashboard.performance.styled_lines import plain
from tui.dashboard.performance.view_choices import View
from tui.protocol import events


def key_figures_of(story: Story, width: int = 37, now: float | None = None) -> list[str]:
    return [plain(line).rstrip() for line in key_figures(story.figures(now), width)]


def pane_text(figures: Figures, width: int = 60, view: View = View()) -> str:  # noqa: B008
    return "\n".join(plain(line) for line in pane_lines(figures, width, 50, view))


def test_the_key_figures_of_a_running_turn() -> None:
    assert key_figures_of(streaming(), now=23_700) == [
        "TTFT       580 ms  TTFO       580 ms",
        "live        ~74.1  tok/s           —",
        "ICL p50   14.0 ms  ICL p95   14.0 ms",
        "tok in          —  tok out      ~230",
        "elapsed   00:03.7  events/s    ~60.3",
        "errors          0  retries         0",
        " ▄██▄▄▄▄▄   ▆▆▆▆▆▆    peak ~107 tok/s",
        "! session error rate 22 % > 5.0 %",
    ]


def test_the_key_figures_of_an_ended_turn() -> None:
    assert key_figures_of(simple_turn())[:6] == [
        "TTFT       400 ms  TTFO       400 ms",
        "live            —  tok/s        50.0",
        "ICL p50   20.0 ms  ICL p95   20.0 ms",
        "tok in        100  tok out        11",
        "E2E        700 ms  events/s     23.8",
        "errors          0  retries         0",
    ]


def test_the_key_figures_have_the_same_lines_before_the_first_turn() -> None:
    empty, full = key_figures_of(Story()), key_figures_of(session())
    assert len(empty) == len(full)
    assert "TTFT            —" in empty[0]


def test_a_slow_first_token_is_marked_and_named() -> None:
    story = Story().begins(0).calls(0).tries(0).says(2310)
    lines = key_figures_of(story)
    assert lines[0].startswith("TTFT      !2.31 s")
    assert lines[-1] == "! TTFT 2.31 s > 2.00 s"


def test_slow_decoding_is_marked_and_named() -> None:
    story = Story().begins(0).calls(0).tries(0).streams(range(100, 4100, 500))
    lines = key_figures_of(story.uses(4100, output=8).ends(4100))
    assert lines[1].endswith("tok/s        !2.0")
    assert lines[-1] == "! 2.0 tok/s < 10.0"


def test_the_longest_part_is_named_if_no_threshold_is_crossed() -> None:
    story = Story().begins(0).runs_tool(0, name="search").tool_ends(900).finishes(1000)
    assert key_figures_of(story)[-1] == "90 % of the turn: tool search"


@settings(max_examples=30)
@given(st.integers(100, 3700), st.integers(36, 140))
def test_key_figures_fit_the_width_and_the_grid_never_moves(until: int, width: int) -> None:
    lines = key_figures(streaming(until).figures(), width)
    assert max(cell_len(plain(line)) for line in lines) <= width
    starts = [plain(line).find("TTFO") for line in lines]
    assert starts == [plain(line).find("TTFO") for line in key_figures(session().figures(), width)]


@settings(max_examples=25)
@given(st.integers(36, 160))
def test_all_lines_fit_any_width(width: int) -> None:
    for line in pane_lines(session().figures(), width, 50, View()):
        assert cell_len(plain(line)) <= width


def test_the_waterfall_of_a_running_turn_says_how_long_so_far() -> None:
    text = pane_text(streaming().figures(now=23_700))
    assert re.search(r"turn (\d) of \1  00:03.7 so far", text)
    assert "elapsed    00:03.7" in text
    assert re.search(r"TPOT +— ", text)


def test_the_grid_counts_the_errors_of_the_turn_and_reliability_those_of_the_session() -> None:
    failed = Story("a").begins(0).calls(0, "a").tries(0, "a").fails(10, "server", "a")
    failed.waits(10, 20, "a").tries(20, "a", 2).streams((30, 40), call="a", attempt=2)
    failed.ends(50, "a", 2).finishes(60)
    text = pane_text(failed.figures())
    assert re.search(r"errors +!1\b.*retries +1\b", text, re.DOTALL)
    well = Story().adds(*failed.events, *simple_turn("b", start=1000).events)
    text = pane_text(well.figures())
    assert re.search(r"errors +0\b.*retries +0\b", text, re.DOTALL)
    session = text[text.index("reliability  this session") :]
    assert "errors 1  server 1\nerror rate !33 %" in session
    assert "retries 1  recoveries 1" in session
    assert "! session error rate 33 % > 5.0 %" in text


def test_the_session_tables_show_every_figure() -> None:
    text = pane_text(session().figures(), 110)
    for row in (
        "TTFT         350 ms   400 ms   400 ms   400 ms        —   400 ms     7",
        "turn TTFO    640 ms   420 ms   1.08 s   1.30 s        —   1.52 s     5",
        "errors 2  network 1  rate_limit 1",
        "error rate !22 %  goodput 78 %  attempts 9",
        "retries 1  recoveries 1 (50 %)  interruptions 0",
        "live estimates were off by 8.8 % on average",
    ):
        assert row in text


def test_the_tables_are_by_model_agent_and_tool() -> None:
    text = pane_text(session().figures(), 110)
    for row in (
        f"{'gpt-5-mini':28}      8      2   630 ms   1.95 s   400 ms     52.5        —     ~188",
        f"{'Oracle':28}      1      0   510 ms   510 ms   200 ms      107        —       33",
        "ask_oracle                        1      0   700 ms   700 ms   700 ms",
    ):
        assert row in text


def test_a_very_wide_pane_has_tables_side_by_side() -> None:
    lines = pane_text(session().figures(), 153).splitlines()
    heads = next(line for line in lines if "p99      max" in line)
    assert heads.split() == ["mean", "p50", "p90", "p95", "p99", "max", "n",
                             "calls", "failed", "p50", "p95", "max"]  # fmt: skip
    assert any("TTFO" in line and "ask_oracle" in line for line in lines)
    assert any(line.rstrip().endswith("cost      out") for line in lines)


def test_every_crossed_threshold_is_named() -> None:
    story = session().adds(
        *Story("slow", start=30_000)
        .begins(0)
        .calls(0, "z")
        .tries(0, "z")
        .says(2500, call="z")
        .events
    )
    assert (
        key_figures_of(story, 60)[-1] == "! TTFT 2.50 s > 2.00 s  ! session error rate 22 % > 5.0 %"
    )


def test_labels_of_a_narrow_pane_differ() -> None:
    words = " ".join(key_figures_of(session(), width=29)).split()
    for label in ("TTFT", "TTFO", "in", "out", "p50", "p95", "t/s", "ev/s", "err", "rtry"):
        assert words.count(label) == 1, words


def test_a_narrow_pane_keeps_the_most_useful_columns() -> None:
    text = pane_text(session().figures(), 37)
    assert "               p50      p95     n" in text
    assert "mean" not in text


def test_the_waterfall_is_to_scale_and_names_its_longest_part() -> None:
    text = pane_text(session().figures(), 57).splitlines()
    start = text.index("51 % of this turn was decoding".ljust(57))
    assert [line.rstrip() for line in text[start + 1 : start + 9]] == [
        "start          ·                                  10.0 ms",
        "Game Master    ░                                   100 ms",
        "backoff        ┅┅┅┅┅┅┅┅                            1.00 s",
        "Game Master #2        ░▒▒████                      1.01 s",
        "ask_oracle                  ▓▓▓▓▓▓                 700 ms",
        "roll_dice                   ▓▓                    99.0 ms",
        " Oracle                      ░▒██                  510 ms",
        "Game Master                      ░▒█████████████   2.26 s",
    ]


def test_a_stall_that_was_cancelled_is_a_part_of_the_bar() -> None:
    story = Story().begins(0).calls(0).tries(0).streams(range(1000, 3001, 50))
    figures = story.is_cancelled(10_000).finishes(10_000, "cancelled").figures()
    text = pane_text(figures, 57)
    assert "70 % of this turn was stalled" in text
    assert "Game Master ▒▒▒▒███████!!!!!!!!!!!!!!!!!!!!!!!!!   10.0 s" in text
    assert "wait 1.00 s  ! stall 7.00 s  █ decode 2.00 s" in text
    assert "peak gap 7.00 s" in text


def test_the_longest_part_is_named_whole_in_a_narrow_pane() -> None:
    text = pane_text(session().figures(), 26)
    assert "51 % was decoding" in text
    assert "51 % of this turn" not in text


def test_spans_are_bars_of_their_own_inside_their_tool() -> None:
    story = Story().begins(0).runs_tool(0, name="plan").spans(100, 500, "outline", parent="t1")
    story.spans(200, 400, "search", parent="t1", depth=1, error="no ink")
    story.spans(0, 0.5, "mark").spans(0, 100, "files", kind="mcp_tools")
    text = pane_text(story.tool_ends(1000).finishes(1000).figures(), 57).splitlines()
    start = text.index("100 % of this turn was the tool plan".ljust(57))
    assert [line.rstrip() for line in text[start + 1 : start + 6]] == [
        "plan       ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓   1.00 s",
        "MCP files  ────                                    100 ms",
        "mark       ─                                      0.50 ms",
        " outline      ────────────────                     400 ms",
        "  search          ────────                         200 ms",
    ]


def test_times_of_calls_that_the_provider_runs_are_marked() -> None:
    story = Story().begins(0).runs_tool(0, "a", name="web_search", hosted=True)
    story.tool_ends(400, "a").runs_tool(400, "b", name="plan").tool_ends(900, "b")
    lines = pane_text(story.finishes(1000).figures(), 110).splitlines()
    marked = [" ".join(line.split()) for line in lines if line.startswith("web_search")]
    assert marked[0].endswith("▓ ~400 ms")
    assert "1 0 ~400 ms ~400 ms ~400 ms" in marked[1]
    assert not any("~" in line for line in lines if line.startswith("plan"))


def test_an_earlier_turn_can_be_chosen_and_then_the_last_followed_again() -> None:
    figures = session().figures()
    numbers = [turn.number for turn in figures.turns]
    earlier = View().moved(-1, numbers, 6)
    assert "turn 5 of 6" in pane_text(figures, view=earlier)
    assert earlier.moved(1, numbers, 6) == View()
    assert View().moved(-99, numbers, 6).turn == 1


def test_the_arrows_begin_at_the_turn_that_an_undone_retry_brought_back() -> None:
    figures = undone().figures()
    numbers = [turn.number for turn in figures.turns]
    assert "turn 1 of 2  E2E 700 ms" in pane_text(figures)
    retry = View().moved(1, numbers, 1)
    assert "turn 2 of 2  E2E 4.00 s, taken back" in pane_text(figures, view=retry)
    assert retry.moved(-1, numbers, 1) == View()


def test_after_an_undone_retry_the_figures_are_those_of_the_answer_that_is_shown() -> None:
    before = key_figures_of(simple_turn("first"))
    assert key_figures_of(undone())[:6] == before[:6]


def test_a_crossing_of_another_turn_says_so() -> None:
    assert key_figures_of(undone(), 60)[-1] == "! turn 2: TTFT 3.00 s > 2.00 s"
    again = undone().adds(events.RetryUndone(at=20 * S, run="first"))
    assert key_figures_of(again, 60)[-1] == "! TTFT 3.00 s > 2.00 s"


def test_a_turn_that_never_reached_the_model_has_no_figures_of_the_one_before() -> None:
    story = simple_turn("first")
    broken = Story("broken", start=1000).begins(0).calls(0, "b").tries(0, "b").says(300, call="b")
    story.adds(*broken.events, events.WorkerExited(at=2 * S, code=None, signal="SIGKILL"))
    story.adds(*Story("again", start=3000).begins(0).finishes(400, "cancelled").events)
    assert key_figures_of(story) == [
        "TTFT            —  TTFO            —",
        "live            —  tok/s           —",
        "ICL p50         —  ICL p95         —",
        "tok in          —  tok out         —",
        "E2E        400 ms  events/s        —",
        "errors          0  retries         0",
        key_figures_of(story)[-2],
        "! session error rate 50 % > 5.0 %",
    ]
    assert "TPOT            —" in pane_text(story.figures(), 37)


def undone() -> Story:
    """A turn, its retry with a slow first token, which takes 4 s, and the retry undone."""
    retry = Story("retry", start=1000).begins(0, mode="rewind").calls(0, "r").tries(0, "r")
    retry.streams(range(3000, 3500, 40), call="r").uses(3600, output=9, input=7, call="r")
    retry.ends(3700, "r").finishes(4000)
    return simple_turn("first").adds(*retry.events, events.RetryUndone(at=10 * S, run="retry"))


def test_the_tables_can_be_ordered() -> None:
    figures = session().figures()
    slowest = View().ordered().ordered()
    text = pane_text(figures, 110, slowest)
    assert slowest.order == "slowest"
    assert text.index("ask_oracle     ") < text.index("roll_dice      ")
    assert "slowest first" in text
    assert slowest.ordered().ordered() == View()


def test_scripted_figures_are_labelled_in_the_table() -> None:
    story = Story().loaded(scripted=True).begins(0).calls(0, scripted=True).tries(0)
    story.streams((100, 120)).ends(130).finishes(140)
    assert "this session  scripted" in pane_text(story.figures())


def test_names_are_never_parsed_as_markup() -> None:
    evil = "[@click=app.bell]x[/foo]"
    story = Story().begins(0, prompt=evil).calls(0, agent=evil, model=evil).tries(0).says(100)
    story.ends(200).runs_tool(200, name=evil).tool_ends(300).finishes(300)
    assert pane_text(story.figures(), 110).count(evil) >= 4


def test_a_name_with_a_line_break_stays_on_its_line() -> None:
    story = (
        Story()
        .begins(0)
        .adds(events.ToolStarted(at=0, run="run", tool_call="t", name="two\nlines"))
    )
    lines = pane_lines(story.tool_ends(300, "t").finishes(300).figures(), 60, 50, View())
    assert all("\n" not in plain(line) for line in lines)


def test_a_sparkline_shows_the_last_values_in_eighths_of_the_largest() -> None:
    assert sparkline((9, 0, 1, 4, 8), 4) == " ▂▅█"
    assert sparkline((), 3) == "   "
    assert sparkline((5,), 3) == "█  "


def phases(
    *, connect: float | None, tls: float | None, lookup: float | None = None
) -> PhaseFigures:
    return PhaseFigures(
        prepared=measured(0.012), lookup=measured(lookup),
        connect=measured(connect), tls=measured(tls),
        sent=measured(0.0002), first_byte=measured(0.34),
    )  # fmt: skip


def test_the_phases_of_a_new_connection_are_shown() -> None:
    (line,) = phase_lines(phases(lookup=0.004, connect=0.003, tls=0.02), 100)
    assert plain(line) == (
        "prepared 12.0 ms  DNS 4.00 ms  TCP 3.00 ms  TLS 20.0 ms  sent 0.20 ms  first byte 340 ms"
    )


def test_without_dns_the_step_is_called_connect() -> None:
    (line,) = phase_lines(phases(connect=0.003, tls=None), 90)
    assert plain(line) == ("prepared 12.0 ms  connect 3.00 ms  sent 0.20 ms  first byte 340 ms")


def test_a_reused_connection_is_labelled() -> None:
    (line,) = phase_lines(phases(connect=None, tls=None), 90)
    assert plain(line) == "connection reused  prepared 12.0 ms  sent 0.20 ms  first byte 340 ms"


def test_phases_wrap_in_a_narrow_pane() -> None:
    lines = phase_lines(phases(connect=0.003, tls=None), 40)
    assert [plain(line) for line in lines] == [
        "prepared 12.0 ms  connect 3.00 ms",
        "sent 0.20 ms  first byte 340 ms",
    ]
