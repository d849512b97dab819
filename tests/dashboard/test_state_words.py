"""The words of the status line, and of the line below the conversation."""

import pytest

from tui.core.formatting import SECOND, stopwatch
from tui.core.metrics import State
from tui.dashboard.state_words import doing_words, state_words


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, ""), (0.9, ""), (1.0, "working…"), (30.0, "working…")]
)
def test_the_runner_works_quietly(seconds: float, words: str) -> None:
    state = State(kind="working", seconds=seconds)
    assert doing_words(state) == words
    assert state_words(state) == "working"


def test_a_cancelled_run_that_still_works_says_so_at_once() -> None:
    assert doing_words(State(kind="working"), cancelling=True) == "cancelling…"
    assert doing_words(State(kind="loading"), cancelling=True, running=True) == "cancelling…"


def test_a_turn_whose_dashboard_was_killed_was_cut_off_not_cancelled() -> None:
    assert state_words(State(kind="cancelled", lost=True)) == "cut off"
    assert state_words(State(kind="cancelled")) == "cancelled"


def test_who_cancels_while_the_process_is_silent_is_told_what_the_next_escape_does() -> None:
    state = State(kind="silent", seconds=7.4)
    assert state_words(state) == "agent silent 7 s · /reload"
    assert state_words(state, running=True) == "agent silent 7 s · Esc cancels"
    assert state_words(state, running=True, cancelling=True) == (
        "agent silent 7 s · Esc again restarts"
    )


@pytest.mark.parametrize("lasted", [16.4, 16.7, 16.99])
def test_nothing_lasts_longer_than_the_run_that_it_is_in(lasted: float) -> None:
    assert stopwatch(round(lasted * SECOND)).startswith("00:16.")
    assert state_words(State(kind="stalled", seconds=lasted)) == "stalled for 16 s"
    assert state_words(State(kind="blocked", seconds=lasted)) == "agent loop blocked 16 s"
    assert state_words(State(kind="silent", seconds=lasted)).startswith("agent silent 16 s")
    assert doing_words(State(kind="waiting", seconds=lasted)).endswith("token… 16 s")


def test_a_wait_says_for_how_long() -> None:
    assert doing_words(State(kind="connecting", seconds=3.2)) == "connecting… 3 s"
