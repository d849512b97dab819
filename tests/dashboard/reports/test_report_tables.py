"""What lists of turns say."""

import re
from functools import reduce
from typing import Literal

import pytest
from msgspec.structs import replace
from rich.console import Console, RenderableType

from tests.core.metrics.story import Story, simple_turn
from tui.core.metrics import Metrics, TurnFigures, figures, fold
from tui.core.metrics.figure_text import turn_time
from tui.dashboard.performance.key_figures import key_figures
from tui.dashboard.performance.styled_lines import plain
from tui.dashboard.reports.report_tables import history_table, stats_table
from tui.protocol import events

Mode = Literal["send", "continue", "rewind"]
SECOND = 1_000_000_000


def turns(*modes: Mode | Literal["undo"]) -> tuple[TurnFigures, ...]:
    told: list[events.Event] = []
    for number, mode in enumerate(modes, 1):
        at, run = number * SECOND, f"r{number}"
        if mode == "undo":
            told.append(events.RetryUndone(at=at, run=run))
            continue
        told += [
            events.RunStarted(
                at=at,
                run=run,
                prompt=f"words {number}",
                entered_at=at,
                wall=float(number),
                mode=mode,
            ),
            events.RunFinished(at=at + 1, run=run, outcome="ok"),
        ]
    return figures(reduce(fold, told, Metrics()), 100 * SECOND).turns


def taken_back(listed: tuple[TurnFigures, ...]) -> set[int]:
    return {turn.number for turn in listed if turn.taken_back}


def test_a_turn_that_was_rewound_is_listed_as_taken_back() -> None:
    console = Console(width=100)
    with console.capture() as captured:
        console.print(history_table(turns("send", "send", "rewind")))
    first, second, third = captured.get().splitlines()
    assert "ok" in first
    assert "words 1" in first
    assert "taken back" in second
    assert "words 2" in second
    assert "taken back" not in third


def test_a_turn_whose_dashboard_was_killed_is_listed_as_cut_off() -> None:
    (turn,) = turns("send")
    console = Console(width=100)
    with console.capture() as captured:
        console.print(history_table([replace(turn, outcome="cancelled", lost=True)]))
    assert "cut off" in captured.get()
    assert "cancelled" not in captured.get()


def lines_of(shown: RenderableType) -> list[str]:
    console = Console(width=100)
    with console.capture() as captured:
        console.print(shown)
    return captured.get().splitlines()


def cut(*, ends: bool) -> Story:
    """A turn that ended well, and one that streams or was cancelled."""
    story = simple_turn("before")
    cut = Story("cut", start=5000).begins(0).calls(0, "c").tries(0, "c").connects(2, "c")
    cut.streams(range(5, 1006, 50), call="c")
    if ends:
        cut.is_cancelled(1030, "c").finishes(1040, "cancelled")
    return story.adds(*cut.events)


@pytest.mark.parametrize(("ends", "outcome"), [(False, "running"), (True, "cancelled")])
def test_the_turn_in_the_statistics_has_the_figures_of_the_pane(ends: bool, outcome: str) -> None:
    figures = cut(ends=ends).figures(6040)
    shown = lines_of(stats_table(figures))
    pane = " ".join(plain(line) for line in key_figures(figures, 80))
    assert shown[0].strip() == f"turn 2, {outcome}"
    first, *_ = (place for place, line in enumerate(shown) if not line.strip())
    known = 0
    for line in shown[1:first]:
        label, value = line.strip().rsplit("  ", 1)
        assert re.search(rf"{re.escape(label.strip())} +{re.escape(value.strip())}( |$)", pane)
        known += value.strip() != "—"
    assert known == 7
    assert re.search(r"^TTFT +5\.00 ms *$", "\n".join(shown), re.MULTILINE)


def test_the_statistics_of_the_session_say_what_is_in_them() -> None:
    running = lines_of(stats_table(Story("r").begins(0).calls(0).tries(0).says(5).figures(900)))
    text = "\n".join(line.rstrip() for line in running)
    assert "n/a" not in text
    assert "this session; an answer and its tokens count once it has ended\nmessages" in text
    assert "\ntokens out     —\n" in text
    assert "this session, only what ended well\nTTFT           —\n" in text


def test_the_history_has_the_times_of_the_heading_and_the_pane() -> None:
    (turn,) = Story().begins(0).finishes(12.34).figures().turns
    assert turn_time(turn) == "12.3 ms"
    assert "12.3 ms" in lines_of(history_table([turn]))[0]
    (running,) = Story().begins(0).figures(2460).turns
    assert re.search(r"running +00:02\.4 ", lines_of(history_table([running]))[0])


def test_a_turn_that_was_cancelled_before_it_began_has_no_time_of_day() -> None:
    (turn,) = turns("send")
    (line,) = lines_of(history_table([replace(turn, wall=0.0, outcome="cancelled")]))
    assert re.match(r"1 +— +cancelled", line)


def test_turns_that_went_on_from_a_rewound_one_go_with_it() -> None:
    assert taken_back(turns("send", "send", "continue", "continue", "rewind")) == {2, 3, 4}


def test_a_turn_can_be_taken_back_again_and_again() -> None:
    assert taken_back(turns("send", "rewind", "rewind", "send")) == {1, 2}


def test_without_a_rewind_every_turn_stands() -> None:
    assert taken_back(turns("send", "continue", "send")) == set()


def test_a_turn_whose_retry_was_undone_stands_again() -> None:
    assert taken_back(turns("send", "send", "rewind", "undo")) == {3}


def test_undoing_again_and_again_lets_each_answer_stand_in_turn() -> None:
    told: list[Mode | Literal["undo"]] = ["send", "rewind", "rewind"]
    stands = []
    for _ in range(4):
        stands.append({1, 2, 3} - taken_back(turns(*told)))
        told.append("undo")
    assert stands == [{3}, {2}, {1}, {3}]


def test_a_message_after_an_undone_retry_leaves_it_undone() -> None:
    assert taken_back(turns("send", "rewind", "undo", "send", "rewind")) == {2, 3}
