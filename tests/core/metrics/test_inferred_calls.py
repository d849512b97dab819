"""Model calls as they are seen from outside of a server: inferred starts, one usage for several."""

from functools import reduce

from tui.core.metrics import Figures, figures, fold, with_thresholds
from tui.core.metrics.thresholds import Thresholds
from tui.protocol import events
from tui.protocol.events import Event

SECOND = 1_000_000_000
RUN = "r1"


def shown(*stream: Event) -> Figures:
    return figures(reduce(fold, stream, with_thresholds(Thresholds())), 20 * SECOND)


def call(name: str, start: int, *, inferred: bool) -> list[Event]:
    """A call of ten deltas in a second, a second after its start."""
    return [
        events.ModelCallStarted(
            at=start, run=RUN, call=name, agent="A", model="", inferred=inferred
        ),
        events.AttemptStarted(at=start, run=RUN, call=name),
        *(
            events.TextDelta(at=start + (10 + n) * SECOND // 10, run=RUN, call=name, text="ab ")
            for n in range(11)
        ),
        events.AttemptFinished(at=start + 2 * SECOND, run=RUN, call=name),
    ]


STARTED = events.RunStarted(at=0, run=RUN, prompt="hi", entered_at=0, wall=1.0)
BOTH = (
    STARTED,
    *call("c1", 0, inferred=False),
    *call("c2", 5 * SECOND, inferred=True),
)


def test_times_from_an_inferred_start_are_estimates_and_stay_out_of_the_percentiles() -> None:
    now = shown(*BOTH)
    assert now.attempt is not None
    assert (now.attempt.ttft.value, now.attempt.ttft.quality) == (1.0, "estimated")
    assert now.attempt.duration.quality == "estimated"
    ended = shown(*BOTH, events.RunFinished(at=9 * SECOND, run=RUN, outcome="ok"))
    assert (ended.session.ttft.n, ended.session.rate.n) == (1, 2)


def test_a_usage_of_several_calls_counts_for_the_turn_and_for_none_of_them() -> None:
    usage = events.UsageReported(at=8 * SECOND, run=RUN, call="c2", input=90, output=1000, calls=2)
    for more in ((), (events.RunFinished(at=9 * SECOND, run=RUN, outcome="ok"),)):
        now = shown(*BOTH, usage, *more)
        assert now.turn is not None
        assert now.attempt is not None
        assert (now.turn.tokens.output.value, now.turn.tokens.output.quality) == (1000, "measured")
        assert now.turn.tokens.input.value == 90
        assert (now.attempt.output.value, now.attempt.output.quality) == (11, "estimated")
        assert not now.attempt.input.known
    assert now.session.tokens.output.value == 1000
    assert now.session.agents[0].tokens.output.quality == "estimated"
    assert now.session.agents[0].tokens.output.value == 22


def test_a_usage_of_its_own_is_the_calls() -> None:
    usage = events.UsageReported(at=8 * SECOND, run=RUN, call="c2", input=90, output=12)
    now = shown(*BOTH, usage)
    assert now.attempt is not None
    assert now.attempt.output.value == 12
    assert now.attempt.output.quality == "measured"
