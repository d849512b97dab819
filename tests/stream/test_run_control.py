"""Which command run control sends, and when it sends none."""

import pytest

from tests.support.conversations import Folding
from tui.core.conversation import Conversation
from tui.protocol import events
from tui.protocol.commands import (
    CancelRun,
    Command,
    RetryNow,
    RetryRun,
    StartRun,
    UndoRetry,
)
from tui.stream.run_control import RunControl


class Worker:
    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.alive = True

    def take(self, command: Command) -> bool:
        if self.alive:
            self.commands.append(command)
        return self.alive


@pytest.fixture
def worker() -> Worker:
    return Worker()


class Control(RunControl):
    """Run control with a conversation that folds its requests and the events of the test."""

    def __init__(self, worker: Worker) -> None:
        self.folding = Folding()
        super().__init__(worker.take, lambda: self.state, self.folding.feed)

    @property
    def state(self) -> Conversation:
        return self.folding.state

    def observe(self, event: events.Event) -> None:
        self.folding.feed(event)


@pytest.fixture
def control(worker: Worker) -> Control:
    return Control(worker)


def ended(control: Control, outcome: str, *, can_continue: bool = False) -> None:
    control.observe(
        events.RunFinished(
            at=0,
            run=control.state.running,
            outcome=outcome,  # type: ignore[arg-type]
            can_continue=can_continue,
        )
    )


def test_a_message_starts_a_run_when_idle(control: Control, worker: Worker) -> None:
    assert control.submit("hello", 5) == "sent"
    assert worker.commands == [StartRun(run="r1", prompt="hello", entered_at=5)]
    assert control.state.running == "r1"


def test_a_message_during_a_run_is_not_sent(control: Control, worker: Worker) -> None:
    control.submit("one", 1)
    assert control.submit("two", 2) == "busy"
    assert len(worker.commands) == 1


def test_cancelling_twice_sends_one_command(control: Control, worker: Worker) -> None:
    control.submit("one", 1)
    assert control.cancel(10) == "cancelling"
    assert control.cancel(20) == "again"
    assert control.state.cancelling_since == 10
    assert worker.commands[1:] == [CancelRun(run="r1", mode="now")]


def test_cancelling_when_idle_sends_nothing(control: Control, worker: Worker) -> None:
    assert control.cancel(1) == "idle"
    assert worker.commands == []


def test_a_run_that_stops_after_its_call_can_still_be_cancelled(control: Control) -> None:
    control.submit("one", 1)
    assert control.cancel(10, mode="after_call") == "cancelling"
    assert control.cancel(20) == "cancelling"


def test_the_retry_key_ends_a_back_off_early(control: Control, worker: Worker) -> None:
    control.submit("one", 1)
    assert control.retry(2) == "busy"
    control.observe(events.RetryScheduled(at=0, call="c1", attempt=2, most=4, delay=1.0, until=9))
    assert control.state.can_retry
    assert control.retry(3) == "hurried"
    assert worker.commands[-1] == RetryNow(run="r1")
    control.observe(events.AttemptStarted(at=0, call="c1", attempt=2))
    assert control.retry(4) == "busy"


def test_after_a_failure_the_retry_key_resumes_the_run(control: Control, worker: Worker) -> None:
    control.submit("one", 1)
    ended(control, "failed", can_continue=True)
    assert control.retry(7) == "sent"
    assert worker.commands[-1] == RetryRun(run="r2", entered_at=7, mode="continue")
    assert control.state.running == "r2"


def test_a_turn_that_ran_tools_is_run_again_only_after_confirmation(
    control: Control, worker: Worker
) -> None:
    control.submit("one", 1)
    control.observe(events.ToolStarted(at=0, tool_call="t1"))
    control.observe(events.ToolFinished(at=0, tool_call="t1", outcome="ok"))
    ended(control, "ok")
    assert control.retry(7) == "confirm"
    assert len(worker.commands) == 1
    assert control.retry(8, confirmed=True) == "sent"
    assert worker.commands[-1] == RetryRun(run="r2", entered_at=8, mode="rewind")


def test_the_tools_of_an_earlier_turn_need_no_confirmation(control: Control) -> None:
    control.submit("one", 1)
    control.observe(events.ToolStarted(at=0, tool_call="t1"))
    ended(control, "ok")
    control.submit("two", 2)
    control.observe(events.RunStarted(at=0, run="r2", prompt="two", entered_at=2, wall=0.0))
    ended(control, "ok")
    assert control.retry(3) == "sent"


def test_nothing_can_be_retried_in_a_new_conversation(control: Control) -> None:
    assert control.retry(1) == "nothing"
    control.submit("one", 1)
    ended(control, "ok")
    control.folding.state = Conversation(runs=control.state.runs)
    assert control.retry(2) == "nothing"
    assert not control.state.can_retry


def test_a_run_whose_worker_died_can_be_resumed(control: Control, worker: Worker) -> None:
    control.submit("one", 1)
    control.observe(events.RunStarted(at=0, run="r1", prompt="one", entered_at=1, wall=0.0))
    control.observe(events.WorkerExited(at=0, code=7))
    assert not control.state.running
    assert control.retry(2) == "sent"
    assert worker.commands[-1] == RetryRun(run="r2", entered_at=2, mode="continue")


def test_a_message_whose_run_never_started_goes_back_to_the_prompt(
    control: Control, worker: Worker
) -> None:
    control.submit("one", 1)
    control.observe(events.WorkerExited(at=0, code=7))
    assert control.retry(2) == "draft"
    assert control.state.returned_prompt == "one"
    assert len(worker.commands) == 1


def test_retrying_a_message_that_a_guardrail_refused_does_not_rewind_the_turn_before(
    control: Control, worker: Worker
) -> None:
    control.submit("good", 1)
    control.observe(events.ToolStarted(at=0, tool_call="t1"))
    ended(control, "ok")
    control.submit("refused", 2)
    control.observe(events.RunStarted(at=0, run="r2", prompt="refused", entered_at=2, wall=0.0))
    control.observe(events.RunFinished(at=0, run="r2", outcome="failed", kept=False))
    assert control.retry(3) == "draft"
    assert control.state.returned_prompt == "refused"
    assert len(worker.commands) == 2


def test_a_tool_that_is_left_running_in_a_thread_can_be_ended_with_a_second_cancel(
    control: Control,
) -> None:
    control.submit("one", 1)
    control.observe(events.ToolStarted(at=0, tool_call="t1", name="hangs"))
    control.cancel(5)
    control.observe(events.ToolFinished(at=6, tool_call="t1", name="hangs", outcome="unknown"))
    ended(control, "cancelled", can_continue=True)
    assert control.state.left_behind == {"hangs"}
    assert control.cancel(9) == "again"
    control.submit("two", 10)
    assert not control.state.left_behind


def test_run_numbers_continue_those_of_an_earlier_dashboard(
    control: Control, worker: Worker
) -> None:
    for run in ("r1", "r7", "r2", "another"):
        control.observe(events.RunStarted(at=1, run=run, prompt="earlier", entered_at=1, wall=0.0))
        control.observe(events.RunFinished(at=2, run=run, outcome="ok"))
    assert control.submit("now", 5) == "sent"
    assert control.state.running == "r8"


def test_no_message_is_sent_while_a_stored_session_is_read(
    control: Control, worker: Worker
) -> None:
    control.held = True
    assert control.submit("hello", 1) == "no worker"
    assert not worker.commands


def retried(control: Control) -> None:
    """A turn that ended well, and its retry."""
    control.submit("one", 1)
    control.observe(events.RunStarted(at=0, run="r1", prompt="one", entered_at=1, wall=1.0))
    ended(control, "ok")
    control.retry(2)
    control.observe(
        events.RunStarted(at=0, run="r2", prompt="one", entered_at=2, wall=1.0, mode="rewind")
    )


def test_a_retry_is_undone_also_while_it_runs(control: Control, worker: Worker) -> None:
    retried(control)
    assert control.undo_retry(3) == "sent"
    assert worker.commands[-1] == UndoRetry(run="r2", restored="r1")
    assert control.undo_retry(4) == "busy"
    ended(control, "cancelled")
    assert control.submit("two", 5) == "busy"
    assert control.retry(6) == "busy"
    control.observe(events.RetryUndone(at=0, run="r2"))
    assert control.state.run is not None
    assert (control.state.run.id, control.state.run.outcome) == ("r1", "ok")
    assert control.submit("two", 7) == "sent"


def test_a_retry_can_be_undone_until_the_next_message(control: Control, worker: Worker) -> None:
    assert control.undo_retry(1) == "nothing"
    retried(control)
    ended(control, "ok")
    control.submit("two", 3)
    assert control.undo_retry(4) == "too late"
    control.observe(events.RunStarted(at=0, run="r3", prompt="two", entered_at=3, wall=1.0))
    assert control.undo_retry(5) == "too late"
    ended(control, "ok")
    assert control.undo_retry(6) == "too late"
    assert not any(isinstance(one, UndoRetry) for one in worker.commands)


def test_a_retry_that_has_not_begun_is_not_undone(control: Control, worker: Worker) -> None:
    control.submit("one", 1)
    control.observe(events.RunStarted(at=0, run="r1", prompt="one", entered_at=1, wall=1.0))
    assert control.undo_retry(2) == "nothing"
    ended(control, "ok")
    control.retry(3)
    assert control.undo_retry(4) == "busy"
    worker.alive = False
    control.observe(
        events.RunStarted(at=0, run="r2", prompt="one", entered_at=3, wall=1.0, mode="rewind")
    )
    assert control.undo_retry(5) == "no worker"
    assert not control.state.undoing
