"""What may be asked of the worker at which moment: send, queue, cancel, retry.

Keeps nothing of its own but ``held``: it reads the conversation and notes what was asked. It draws
nothing and keeps no clock; a face asks it and shows what it answers.
"""

from collections.abc import Callable
from typing import Literal

from tui.core.conversation import (
    CancelSent,
    Conversation,
    MessageQueued,
    MessageSent,
    QueueTaken,
    Request,
    RetrySent,
)
from tui.protocol.commands import CancelRun, Command, RetryNow, RetryRun, StartRun

Sent = Literal["sent", "queued", "full", "no worker"]
Cancelled = Literal["idle", "cancelling", "again"]
Retried = Literal["hurried", "sent", "confirm", "draft", "busy", "nothing", "no worker"]


class RunControl:
    """``send`` writes a command and says whether a worker took it.

    ``conversation`` gives the state as it stands now; ``note`` folds a request into it; ``mask``
    hides keys in a message that is shown.
    """

    def __init__(
        self,
        send: Callable[[Command], bool],
        conversation: Callable[[], Conversation],
        note: Callable[[Request], object],
        mask: Callable[[str], str] = str,
    ) -> None:
        self.held = False
        """Nothing is sent yet: a stored session is being read."""
        self._send = send
        self._conversation = conversation
        self._note = note
        self._mask = mask

    def submit(self, text: str, entered_at: int) -> Sent:
        """Send a message, or queue it behind the run. ``entered_at``: on the worker's clock."""
        state = self._conversation()
        if state.running:
            return self._queue(text, "queued")
        run = f"r{state.runs + 1}"
        if self.held or not self._send(StartRun(run=run, prompt=text, entered_at=entered_at)):
            return self._queue(text, "no worker")
        self._note(MessageSent(run=run, text=text, shown=self._mask(text), at=entered_at))
        return "sent"

    def take_queued(self) -> str:
        """The message that waits, which is then no longer queued; "" for none."""
        text = self._conversation().queued
        if text:
            self._note(QueueTaken())
        return text

    def cancel(self, now: int, mode: Literal["now", "after_call"] = "now") -> Cancelled:
        """Cancel what runs; ``again`` when that was asked before and it still runs."""
        state = self._conversation()
        if not state.running:
            return "again" if state.left_behind else "idle"
        if mode == "now" and state.cancelling_since is not None:
            return "again"
        self._send(CancelRun(run=state.running, mode=mode))
        if mode == "now":
            self._note(CancelSent(pressed=now))
        return "cancelling"

    def retry(self, entered_at: int, *, confirmed: bool = False) -> Retried:
        """Hurry a back-off, resume after a failure, or run the last turn again."""
        state = self._conversation()
        if state.running:
            return self._hurry(state)
        run = state.run
        if run is None or not run.kept:
            return "draft" if run is not None else "nothing"
        rewind = run.outcome == "ok" or not run.can_continue
        if rewind and run.ran_tools and not confirmed:
            return "confirm"
        if self.held:
            return "no worker"
        name = f"r{state.runs + 1}"
        mode: Literal["continue", "rewind"] = "rewind" if rewind else "continue"
        if not self._send(RetryRun(run=name, entered_at=entered_at, mode=mode)):
            return "no worker"
        self._note(RetrySent(run=name, mode=mode, at=entered_at))
        return "sent"

    def _hurry(self, state: Conversation) -> Retried:
        if not state.backoffs:
            return "busy"
        self._send(RetryNow(run=state.running))
        return "hurried"

    def _queue(self, text: str, why: Literal["queued", "no worker"]) -> Sent:
        if self._conversation().queued:
            return "full"
        self._note(MessageQueued(text=text))
        return why
