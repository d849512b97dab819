"""What lists of turns say."""

from functools import reduce
from typing import Literal

from msgspec.structs import replace
from rich.console import Console

from tui.core.metrics import Metrics, TurnFigures, figures, fold
from tui.dashboard.reports.report_tables import history_table
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
