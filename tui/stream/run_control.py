"""Decides which command to send: start, cancel or retry a run, or undo a retry.

It reads the conversation and notes requests in it; its only state is ``held``. The caller shows the
result, and keeps messages that cannot be sent yet (`waiting_messages.py`).
"""

from collections.abc import Callable
from typing import Literal

from tui.core.conversation import (
    CancelSent,
    Conversation,
    MessageSent,
    Request,
    RetrySent,
    UndoSent,
)
from tui.protocol.commands import CancelRun, Command, RetryNow, RetryRun, StartRun, UndoRetry

Sent = Literal["sent", "busy", "no worker"]
Cancelled = Literal["idle", "cancelling", "again"]
Retried = Literal["hurried", "sent", "confirm", "draft", "busy", "nothing", "no worker"]
Undone = Literal["sent", "busy", "nothing", "too late", "no worker"]


QUIT_WINDOW = 2.0
"""Seconds within which a second Ctrl+C quits."""


class RunControl:
    """``send`` writes a command, and is False when there is no worker.

    ``conversation`` returns the current state; ``note`` folds a request into it; ``mask`` masks
    keys in a message for the screen; ``named`` gives the n-th run its id.
    """

    def __init__(
        self,
        send: Callable[[Command], bool],
        conversation: Callable[[], Conversation],
        note: Callable[[Request], object],
        mask: Callable[[str], str] = str,
        named: Callable[[int], str] = "r{}".format,
    ) -> None:
        self.held = False
        """No message is sent: a stored session is being read."""
        self._send = send
        self._conversation = conversation
        self._note = note
        self._mask = mask
        self._named = named

    def submit(self, text: str, entered_at: int, images: tuple[str, ...] = ()) -> Sent:
        """Send a message. ``entered_at`` is the time of Enter on the worker's clock.

        "busy": another run is in progress.
        """
        state = self._conversation()
        if self.held:
            return "no worker"
        if state.running or state.undoing:
            return "busy"
        run = self._named(state.runs + 1)
        start = StartRun(run=run, prompt=text, entered_at=entered_at, images=images)
        if not self._send(start):
            return "no worker"
        shown, attached = self._mask(text), _in_words(images)
        self._note(MessageSent(run=run, text=text, shown=shown, attached=attached, at=entered_at))
        return "sent"

    def cancel(self, now: int, mode: Literal["now", "after_call"] = "now") -> Cancelled:
        """Cancel the run. "again": it, or a tool of it, still runs after an earlier cancel."""
        state = self._conversation()
        if not state.running:
            return "again" if state.left_behind else "idle"
        if mode == "now" and state.cancelling_since is not None:
            return "again"
        self._send(CancelRun(run=state.running, mode=mode))
        if mode == "now":
            self._note(CancelSent(pressed=now))
        return "cancelling"

    def retry(self, entered_at: int, *, confirmed: bool = False, spent: bool = False) -> Retried:
        """End a back-off early, resume the last run, or undo it and run it again.

        "confirm": it ran tools or, by ``spent``, cost money, so ask first. "draft": its message is
        not in the ledger and goes back to the prompt.
        """
        state = self._conversation()
        if state.running or state.undoing:
            return self._hurry(state)
        run = state.run
        if run is None or not run.kept:
            return "draft" if run is not None else "nothing"
        rewind = run.outcome == "ok" or not run.can_continue
        if rewind and (run.ran_tools or spent) and not confirmed:
            return "confirm"
        if self.held:
            return "no worker"
        name = self._named(state.runs + 1)
        mode: Literal["continue", "rewind"] = "rewind" if rewind else "continue"
        if not self._send(RetryRun(run=name, entered_at=entered_at, mode=mode)):
            return "no worker"
        self._note(RetrySent(run=name, mode=mode, at=entered_at))
        return "sent"

    def undo_retry(self, now: int) -> Undone:
        """Bring back what the last retry took back; a retry that still runs is cancelled first.

        "too late": another message was sent since. "busy": the retry has not begun.
        """
        state = self._conversation()
        run = state.run
        waits = run is not None and bool(state.running) and not run.begun
        if state.undoing or (waits and run is not None and run.mode == "rewind"):
            return "busy"
        if run is None or not state.taken_back or (waits and run.mode == "send"):
            return "too late" if state.undo_passed or state.taken_back else "nothing"
        back = state.taken_back[-1].run
        undo = UndoRetry(run=run.id, restored=back.id if back is not None else "")
        if self.held or not self._send(undo):
            return "no worker"
        self._note(UndoSent(at=now))
        return "sent"

    def _hurry(self, state: Conversation) -> Retried:
        if not state.backoffs:
            return "busy"
        self._send(RetryNow(run=state.running))
        return "hurried"


def _in_words(attached: tuple[str, ...]) -> tuple[str, ...]:
    if not attached:
        return ()
    # Most messages have none, and the first frame must not wait for it.
    from tui.protocol.attached_files import words_of  # noqa: PLC0415

    return tuple(map(words_of, attached))
