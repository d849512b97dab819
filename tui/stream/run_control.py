"""What may be asked of the worker at which moment: send, queue, cancel, retry.

Keeps no clock and draws nothing; the main screen asks it and shows what it answers.
"""

from collections.abc import Callable
from typing import Literal

import msgspec

from tui.protocol import events
from tui.protocol.commands import CancelRun, Command, RetryNow, RetryRun, StartRun

Sent = Literal["sent", "queued", "full", "no worker"]
Cancelled = Literal["idle", "cancelling", "again"]
Retried = Literal["hurried", "sent", "confirm", "draft", "busy", "nothing", "no worker"]


class RunControl(msgspec.Struct):
    """``send`` writes a command and says whether a worker took it."""

    send: Callable[[Command], bool]
    running: str = ""
    """The run under way; "" when idle."""
    queued: str = ""
    """One message that goes out when the run has ended."""
    cancelling_since: int | None = None
    backing_off: bool = False
    tools_running: set[str] = set()
    left_behind: set[str] = set()
    """Tools that go on in a thread although their run was cancelled."""
    prompt: str = ""
    """The message of the run under way, or of the last one."""
    held: bool = False
    """Nothing is sent yet: an earlier session is being read."""
    begun: bool = False
    """The worker has said that the run is under way."""
    _outcome: str = ""
    _kept: bool = True
    _can_continue: bool = False
    _ran_tools: bool = False
    _runs: int = 0
    """Runs so far, those of an earlier dashboard included: they are named r1, r2 ..."""

    @property
    def given_back(self) -> bool:
        """The last message is not in the conversation: it belongs into the prompt again."""
        return bool(self._outcome) and not self._kept

    @property
    def can_retry(self) -> bool:
        """The retry key does something now."""
        return self.backing_off if self.running else bool(self._outcome)

    def submit(self, text: str, entered_at: int) -> tuple[Sent, str]:
        """Send a message, or queue it behind the run; the second value is the new run's id."""
        if self.running:
            if self.queued:
                return "full", ""
            self.queued = text
            return "queued", ""
        run = self._next()
        if self.held or not self.send(StartRun(run=run, prompt=text, entered_at=entered_at)):
            if self.queued:
                return "full", ""
            self.queued = text
            return "no worker", ""
        self.prompt = text
        self._begin(run)
        return "sent", run

    def take_queued(self) -> str:
        """The message that waits; it does so no more."""
        text, self.queued = self.queued, ""
        return text

    def cancel(self, now: int, mode: Literal["now", "after_call"] = "now") -> Cancelled:
        """Cancel what runs; ``again`` when that was asked before and it still runs."""
        if not self.running:
            return "again" if self.left_behind else "idle"
        if mode == "now" and self.cancelling_since is not None:
            return "again"
        self.send(CancelRun(run=self.running, mode=mode))
        if mode == "now":
            self.cancelling_since = now
        return "cancelling"

    def retry(self, entered_at: int, *, confirmed: bool = False) -> Retried:
        """Hurry a back-off, go on after a failure, or run the last turn again."""
        if self.running:
            return self._hurry()
        if not self._outcome or not self._kept:
            return "draft" if self._outcome else "nothing"
        rewind = self._outcome == "ok" or not self._can_continue
        if rewind and self._ran_tools and not confirmed:
            return "confirm"
        if self.held:
            return "no worker"
        run = self._next()
        mode: Literal["continue", "rewind"] = "rewind" if rewind else "continue"
        if not self.send(RetryRun(run=run, entered_at=entered_at, mode=mode)):
            return "no worker"
        if rewind:
            self._ran_tools = False
        self._begin(run)
        return "sent"

    def _hurry(self) -> Retried:
        if not self.backing_off:
            return "busy"
        self.send(RetryNow(run=self.running))
        return "hurried"

    def forget(self) -> None:
        """The conversation is cleared: there is nothing to retry."""
        self._outcome = ""
        self._ran_tools = False
        self.queued = ""

    def observe(self, event: events.Event) -> None:
        """Follow what the worker says."""
        match event:
            case events.RunStarted():
                self._number_beyond(event.run)
                self.running = event.run
                self.begun = True
                self.prompt = event.prompt or self.prompt
                self._ran_tools = self._ran_tools and event.mode == "continue"
            case events.RetryScheduled():
                self.backing_off = True
            case events.AttemptStarted():
                self.backing_off = False
            case events.ToolStarted():
                self.tools_running.add(event.tool_call)
                self._ran_tools = True
            case events.ToolFinished():
                self.tools_running.discard(event.tool_call)
                if event.outcome == "unknown" and self.cancelling_since is not None:
                    self.left_behind.add(event.name or event.tool_call)
            case events.RunFinished():
                self._end(event.outcome, can_continue=event.can_continue, kept=event.kept)
            case events.WorkerExited():
                self.left_behind.clear()
                if self.running:
                    self._end("failed", can_continue=True, kept=self.begun)
            case _:
                pass

    def _next(self) -> str:
        self._runs += 1
        return f"r{self._runs}"

    def _number_beyond(self, run: str) -> None:
        """A run of an earlier dashboard has this name: none of ours may have it again."""
        if run[:1] == "r" and run[1:].isdecimal():
            self._runs = max(self._runs, int(run[1:]))

    def _begin(self, run: str) -> None:
        self.running = run
        self.left_behind.clear()
        self.begun = False
        self.cancelling_since = None
        self.backing_off = False

    def _end(self, outcome: str, *, can_continue: bool, kept: bool) -> None:
        self.running = ""
        self.cancelling_since = None
        self.backing_off = False
        self.tools_running.clear()
        self._outcome = outcome
        self._kept = kept
        self._can_continue = can_continue
