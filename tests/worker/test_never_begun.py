"""Runs that end before they begin: whatever was asked for has an end, and leaves nothing behind."""

from tests.support.provider import Answer, Gate
from tests.worker.conftest import StartProvider, StartWorker
from tui.protocol.commands import CancelRun, RetryRun, StartRun
from tui.protocol.events import HistoryChanged, RunStarted


def test_a_run_that_is_cancelled_before_its_first_step_gives_its_message_back(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer("an answer"), repeat=True)
    worker = work("plain", provider)
    worker.send(StartRun(run="early", prompt="too soon", entered_at=1))
    worker.send(CancelRun(run="early"))
    finished = worker.finished("early")
    assert finished.outcome == "cancelled"
    if not finished.kept:
        (started,) = worker.all(RunStarted, run="early")
        assert started.prompt == "too soon"
    assert worker.say("next").output == "an answer"
    assert provider.problems == []


def test_a_run_that_waits_for_another_can_be_cancelled(
    provide: StartProvider, work: StartWorker
) -> None:
    gate = Gate()
    provider = provide(Answer("done", gates={0: gate}))
    worker = work("plain", provider)
    first = worker.start("one")
    worker.send(StartRun(run="behind", prompt="two", entered_at=1))
    worker.send(CancelRun(run="behind"))
    finished = worker.finished("behind")
    assert (finished.outcome, finished.kept) == ("cancelled", False)
    gate.open()
    assert worker.finished(first).outcome == "ok"
    assert len(provider.requests) == 1


def test_there_is_nothing_to_go_on_from_in_an_empty_conversation(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide()
    worker = work("plain", provider)
    worker.send(RetryRun(run="again", entered_at=1, mode="continue"))
    finished = worker.finished("again")
    assert (finished.outcome, finished.kept) == ("failed", False)
    assert finished.problem is not None
    assert "nothing to go on from" in finished.problem.message
    assert provider.requests == []
    assert worker.all(HistoryChanged) == []


def test_a_rewind_that_is_cancelled_before_its_first_step_leaves_the_turn_as_it_was(
    provide: StartProvider, work: StartWorker
) -> None:
    provider = provide(Answer("an answer"), repeat=True)
    worker = work("plain", provider)
    worker.say("one")
    before = worker.history()
    worker.send(RetryRun(run="early", entered_at=1, mode="rewind"))
    worker.send(CancelRun(run="early"))
    finished = worker.finished("early")
    assert (finished.outcome, finished.kept) == ("cancelled", True)
    (started,) = worker.all(RunStarted, run="early")
    if started.mode != "rewind":  # else it was quicker than its cancellation
        assert worker.history() == before
        assert not finished.can_continue
    assert worker.say("next").outcome == "ok"
    assert provider.requests[-1].items[0]["content"] == "one"
    assert provider.problems == []
