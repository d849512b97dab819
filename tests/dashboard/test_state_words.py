"""The words of the status line, and of the line below the conversation."""

import pytest

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


def test_who_cancels_while_the_process_is_silent_is_told_what_the_next_escape_does() -> None:
    state = State(kind="silent", seconds=7.4)
    assert state_words(state) == "agent silent 7 s · /reload"
    assert state_words(state, running=True) == "agent silent 7 s · Esc cancels"
    assert state_words(state, running=True, cancelling=True) == (
        "agent silent 7 s · Esc again restarts"
    )


def test_a_wait_says_for_how_long() -> None:
    assert doing_words(State(kind="connecting", seconds=3.2)) == "connecting… 3 s"
