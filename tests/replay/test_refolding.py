"""How everything stood after any number of events."""

from itertools import pairwise

import pytest

from benchmarks.resume import session
from tui.core.conversation import Conversation
from tui.core.metrics import Thresholds, figures, with_thresholds
from tui.replay.refolding import KEPT_EVERY, Refolding
from tui.replay.tape import tape_of
from tui.stream.dispatcher import Dispatcher

PLACES = (0, 1, 300, KEPT_EVERY - 1, KEPT_EVERY, KEPT_EVERY + 1, 2 * KEPT_EVERY, 2600)


@pytest.fixture(scope="module")
def refolding() -> Refolding:
    tape = tape_of([session(2 * KEPT_EVERY + 700)])
    return Refolding(tape.events, lambda event: event, Thresholds())


@pytest.mark.parametrize("arrived", [*PLACES[::-1], *PLACES])
def test_it_is_as_the_dispatcher_has_it(refolding: Refolding, arrived: int) -> None:
    dispatcher = Dispatcher(lambda _: None, clock=lambda: 0.0)
    dispatcher._flush_on_time = dispatcher.flush  # type: ignore[method-assign]
    dispatcher.dispatch(refolding._events[:arrived])
    past = refolding.after(arrived)
    assert figures(past.metrics, 5) == figures(dispatcher.metrics, 5)
    assert past.conversation.run == dispatcher.conversation.run
    assert past.conversation.spoken.keys() == dispatcher.conversation.spoken.keys()
    assert past.conversation.tools == dispatcher.conversation.tools


def test_going_on_shows_the_same_as_starting_again(refolding: Refolding) -> None:
    metrics, state, texts = with_thresholds(Thresholds()), Conversation(), ""
    for arrived, upto in pairwise(PLACES):
        past = refolding.onward(metrics, state, arrived, upto)
        metrics, state = past.metrics, past.conversation
        texts += "".join(change.text for step in past.steps for change in step.changes)
    whole = refolding.after(PLACES[-1])
    again = "".join(change.text for step in whole.steps for change in step.changes)
    assert texts == again
    assert figures(metrics, 5) == figures(whole.metrics, 5)
