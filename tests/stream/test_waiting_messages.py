"""Messages that wait for the end of a run."""

import msgspec
import pytest

from tests.support.conversations import Folding
from tui.core.metrics import Thresholds
from tui.journal.resume import Now, read_back
from tui.protocol import events
from tui.protocol.commands import CancelRun, Command, StartRun
from tui.stream.run_control import RunControl
from tui.stream.waiting_messages import WaitingMessages


class Desk:
    """A user interface without a screen: what it records, sends and folds."""

    def __init__(self) -> None:
        self.folding = Folding()
        self.session: list[events.Event] = []
        self.commands: list[Command] = []
        self.alive = True
        self.control = RunControl(self.send, lambda: self.folding.state, self.folding.feed)
        self.waiting = WaitingMessages(
            self.control, self.send, lambda: self.folding.state, self.feed, lambda: 0
        )

    def send(self, command: Command) -> bool:
        if self.alive:
            self.commands.append(command)
        return self.alive

    def feed(self, event: events.Event) -> None:
        self.session.append(event)
        self.folding.feed(event)

    def start(self) -> str:
        """The worker reports the start of the run that was sent last; its id."""
        sent = [one for one in self.commands if isinstance(one, StartRun)][-1]
        self.feed(events.RunStarted(at=1, run=sent.run, prompt=sent.prompt, entered_at=1, wall=1.0))
        return sent.run

    def end(self, outcome: str = "ok") -> None:
        run = self.folding.state.running
        self.feed(events.RunFinished(at=2, run=run, outcome=outcome))  # type: ignore[arg-type]
        self.waiting.send_next(3)

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.folding.state.waiting]

    @property
    def prompts(self) -> list[str]:
        return [one.prompt for one in self.commands if isinstance(one, StartRun)]

    def key(self, text: str) -> str:
        return next(one.key for one in self.folding.state.waiting if one.text == text)


@pytest.fixture
def desk() -> Desk:
    desk = Desk()
    desk.waiting.submit("one", 1)
    desk.start()
    return desk


def test_any_number_waits_and_each_is_sent_in_its_turn(desk: Desk) -> None:
    for text in ("two", "three", "four"):
        assert desk.waiting.submit(text, 1) == "queued"
    for sent in (["one", "two"], ["one", "two", "three"], ["one", "two", "three", "four"]):
        desk.end()
        desk.start()
        assert desk.prompts == sent
    assert not desk.texts


def test_a_held_message_that_is_to_be_sent_before_a_worker_is_there_goes_as_soon_as_one_is(
    desk: Desk,
) -> None:
    desk.waiting.submit("two", 1)
    desk.waiting.submit("three", 1)
    desk.end("cancelled")
    assert desk.prompts == ["one"]
    desk.alive = False
    assert not desk.waiting.send_next(2, anyway=True)
    assert desk.texts == ["two", "three"]
    assert not any(one.held for one in desk.folding.state.waiting)
    desk.alive = True
    assert desk.waiting.send_next(3)
    assert desk.prompts == ["one", "two"]
    assert desk.texts == ["three"]


def test_a_message_is_edited_moved_dropped_and_brought_back(desk: Desk) -> None:
    for text in ("two", "three", "four"):
        desk.waiting.submit(text, 1)
    desk.waiting.move(desk.key("four"), -2)
    desk.waiting.edit(desk.key("two"), "2")
    assert desk.texts == ["four", "2", "three"]
    dropped = desk.waiting.drop(desk.key("2"))
    assert desk.texts == ["four", "three"]
    assert dropped is not None
    desk.waiting.put_back(dropped, 1)
    assert desk.texts == ["four", "2", "three"]
    desk.waiting.move(desk.key("four"), 99)
    assert desk.texts == ["2", "three", "four"]


@pytest.mark.parametrize("outcome", ["cancelled", "failed"])
def test_after_a_run_that_did_not_end_well_it_waits_for_the_user(desk: Desk, outcome: str) -> None:
    desk.waiting.submit("two", 1)
    desk.end(outcome)
    assert desk.prompts == ["one"]
    assert desk.texts == ["two"]
    assert desk.waiting.send_next(4, anyway=True)
    assert desk.prompts == ["one", "two"]


@pytest.mark.parametrize("outcome", ["cancelled", "failed"])
def test_a_new_message_is_sent_alone_and_what_is_held_waits_until_it_is_asked_for(
    desk: Desk, outcome: str
) -> None:
    desk.waiting.submit("two", 1)
    desk.waiting.submit("three", 1)
    desk.end(outcome)
    desk.waiting.submit("again", 4)
    desk.start()
    desk.waiting.submit("later", 4)
    assert desk.texts == ["later", "two", "three"]
    desk.end()
    assert desk.prompts == ["one", "again", "later"]
    desk.start()
    desk.end()
    assert desk.texts == ["two", "three"]
    assert desk.prompts == ["one", "again", "later"]
    assert desk.waiting.send_next(5, anyway=True)
    desk.start()
    desk.end()
    assert desk.prompts == ["one", "again", "later", "two", "three"]


def test_what_is_held_follows_the_retry_that_brings_its_answer(desk: Desk) -> None:
    desk.waiting.submit("two", 1)
    desk.end("failed")
    assert desk.control.retry(4, confirmed=True) == "sent"
    run = desk.folding.state.running
    desk.feed(events.RunStarted(at=5, run=run, prompt="", entered_at=4, wall=1.0, mode="continue"))
    desk.end()
    assert desk.prompts == ["one", "two"]


def test_what_is_held_can_be_sent_amid_a_run(desk: Desk) -> None:
    desk.waiting.submit("two", 1)
    desk.end("cancelled")
    desk.waiting.submit("again", 4)
    desk.start()
    assert desk.waiting.steer_with(desk.key("two"))
    desk.end("cancelled")
    assert desk.prompts == ["one", "again", "two"]


def test_a_held_message_that_was_dropped_comes_back_held(desk: Desk) -> None:
    desk.waiting.submit("two", 1)
    desk.end("cancelled")
    dropped = desk.waiting.drop(desk.key("two"))
    assert dropped is not None
    desk.waiting.put_back(dropped, 0)
    assert not desk.waiting.send_next(4)
    assert desk.texts == ["two"]


def test_what_waits_stays_as_it_is_while_another_session_is_opened(desk: Desk) -> None:
    desk.waiting.submit("two", 1)
    desk.end("cancelled")
    before = len(desk.session)
    desk.control.held = True
    assert not desk.waiting.send_next(3, anyway=True)
    assert len(desk.session) == before
    desk.control.held = False
    assert desk.waiting.send_next(3, anyway=True)


def test_messages_without_a_worker_keep_their_order_and_go_before_held_ones(desk: Desk) -> None:
    desk.waiting.submit("held", 1)
    desk.end("failed")
    desk.alive = False
    assert desk.waiting.submit("two", 1) == "no worker"
    assert desk.waiting.submit("three", 1) == "no worker"
    assert desk.texts == ["two", "three", "held"]
    assert not desk.waiting.send_next(5)
    desk.alive = True
    assert desk.waiting.send_next(5)
    assert desk.prompts == ["one", "two"]


def test_what_waits_survives_the_death_of_the_worker(desk: Desk) -> None:
    desk.waiting.submit("two", 1)
    desk.feed(events.WorkerExited(at=3, code=7))
    assert desk.texts == ["two"]
    assert not desk.waiting.send_next(4)


def test_steering_stops_after_the_call_and_sends_the_message_first(desk: Desk) -> None:
    desk.waiting.submit("two", 1)
    assert desk.waiting.steer("no, left", 1) == "steering"
    assert desk.commands[-1] == CancelRun(run="r1", mode="after_call")
    desk.end("cancelled")
    assert desk.prompts == ["one", "no, left"]
    desk.start()
    desk.end()
    assert desk.prompts == ["one", "no, left", "two"]


def test_a_message_that_waits_can_be_sent_at_once(desk: Desk) -> None:
    for text in ("two", "three"):
        desk.waiting.submit(text, 1)
    assert desk.waiting.steer_with(desk.key("three"))
    desk.end("ok")
    assert desk.prompts == ["one", "three"]
    assert desk.texts == ["two"]


def test_steering_twice_sends_both_texts_as_one_message(desk: Desk) -> None:
    desk.waiting.steer("left", 1)
    desk.waiting.steer("and slowly", 1)
    desk.end("cancelled")
    assert desk.prompts == ["one", "left\n\nand slowly"]


def test_a_cancel_ends_the_steering_and_keeps_the_message(desk: Desk) -> None:
    desk.waiting.steer("left", 1)
    desk.waiting.give_up_steering()
    desk.end("cancelled")
    assert desk.prompts == ["one"]
    assert desk.texts == ["left"]


def test_a_run_that_fails_while_it_is_steered_keeps_the_message(desk: Desk) -> None:
    desk.waiting.steer("left", 1)
    desk.end("failed")
    assert (desk.texts, desk.prompts) == (["left"], ["one"])


def test_a_message_that_is_edited_is_not_sent(desk: Desk) -> None:
    desk.waiting.submit("two", 1)
    desk.feed(events.RunFinished(at=2, run="r1", outcome="ok"))
    assert not desk.waiting.send_next(3, but=desk.key("two"))
    assert desk.texts == ["two"]


def test_a_resumed_session_has_what_waited_exactly_as_it_was_typed(desk: Desk) -> None:
    text = "zero\u200bwidth \u202e sk-abcdefghijklmnopqrstuvwxyz0123456789"
    desk.waiting.submit(text, 1, images=("data:image/png;base64,AAAA",))
    desk.waiting.submit("later", 1)
    masked = [
        msgspec.structs.replace(one, text="masked")
        if isinstance(one, events.FollowUpQueued) and one.text == text
        else one
        for one in desk.session
    ]
    resumed = read_back([masked], clean=lambda one: one, thresholds=Thresholds(), now=Now(9, 9.0))
    state = resumed.conversation
    assert [one.text for one in state.waiting] == [text, "later"]
    assert state.waiting[0].shown == "masked"
    assert state.waiting[0].images == ("data:image/png;base64,AAAA",)
    assert state.waiting[0].held
    assert state.next_to_send is None


def test_a_lone_surrogate_is_kept_as_it_will_be_sent(desk: Desk) -> None:
    desk.waiting.submit("a\ud800b", 1)
    assert desk.texts == ["a\ufffdb"]


def test_a_message_for_the_next_run_changes_what_the_chat_says_of_the_end(desk: Desk) -> None:
    desk.waiting.steer("left", 1)
    state = desk.folding.state
    changes = desk.folding.feed(
        events.RunFinished(at=2, run=state.running, outcome="cancelled", can_continue=True)
    )
    notices = [getattr(change.item, "kind", "") for change in changes]
    assert "cancelled" not in notices
    assert "note" in notices
