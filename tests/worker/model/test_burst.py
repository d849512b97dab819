"""A reset right after a burst: every delta that arrived is reported, every time."""

from tests.support.provider import Answer, ResetAfter
from tests.worker.conftest import StartProvider, StartWorker
from tui.protocol.commands import ClearHistory
from tui.protocol.events import AttemptFailed, TextDelta
from tui.stream.dispatcher import Dispatcher
from tui.stream.facts import Fact, StreamAdvanced

BURST, TRIES = 300, 50
WORDS = [f"w{number} " for number in range(BURST)]


def test_no_delta_is_lost_in_a_hundred_resets_over_both_apis(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(deltas=WORDS, fault=ResetAfter(BURST)), repeat=True)
    worker = work("plain", provider, api=api, max_retries=0)
    lost = {}
    for number in range(TRIES):
        worker.events.clear()
        assert worker.say(f"try {number}").outcome == "failed"
        told = [delta.text for delta in worker.all(TextDelta)]
        if told != WORDS or len(worker.all(AttemptFailed)) != 1:
            lost[number] = len(told)
        worker.send(ClearHistory())
    assert lost == {}


async def test_all_of_the_burst_is_posted_before_the_failure(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer(deltas=WORDS, fault=ResetAfter(BURST)))
    worker = work("plain", provider, api=api, max_retries=0)
    worker.say("go")
    posted: list[Fact] = []
    dispatcher = Dispatcher(posted.append, clock=lambda: 0.0)
    for event in worker.events:
        dispatcher.dispatch([event])
    advanced = [fact for fact in posted if isinstance(fact, StreamAdvanced)]
    shown_events = [step.event for fact in advanced for step in fact.steps]
    failure = next(
        index for index, event in enumerate(shown_events) if isinstance(event, AttemptFailed)
    )
    shown = [event.text for event in shown_events[:failure] if isinstance(event, TextDelta)]
    assert "".join(shown) == "".join(WORDS)
