"""What may be asked of the worker at which moment: send, queue, cancel, retry.

Keeps no clock and draws nothing; the main screen asks it and shows what it answers.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

from tui import events
from tui.worker_commands import CancelRun, Command, RetryNow, RetryRun, StartRun

Sent = Literal["sent", "queued", "full", "no worker"]
Cancelled = Literal["idle", "cancelling", "again"]
Retried = Literal["hurried", "sent", "confirm", "busy", "nothing", "no worker"]


@dataclass(slots=True)
class RunControl:
    """``send`` writes a command and says whether a worker took it."""

    send: Callable[[Command], bool]
    running: str = ""
    """The run under way; "" when idle."""
    queued: str = ""
    """One message that goes out when the run has ended."""
    cancelling_since: int | None = None
    backing_off: bool = False
    tools_running: set[str] = field(default_factory=set)
    _outcome: str = ""
    _can_continue: bool = False
    _ran_tools: bool = False
    _run_ids: "count[int]" = field(default_factory=lambda: count(1))

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
        if not self.send(StartRun(run=run, prompt=text, entered_at=entered_at)):
            return "no worker", ""
        self._begin(run)
        return "sent", run

    def take_queued(self) -> str:
        """The message that waits; it does so no more."""
        text, self.queued = self.queued, ""
        return text

    def cancel(self, now: int, mode: Literal["now", "after_call"] = "now") -> Cancelled:
        """Cancel what runs; ``again`` when that was asked before and it still runs."""
        if not self.running:
            return "idle"
        if mode == "now" and self.cancelling_since is not None:
            return "again"
        self.send(CancelRun(run=self.running, mode=mode))
        if mode == "now":
            self.cancelling_since = now
        return "cancelling"

    def retry(self, entered_at: int, *, confirmed: bool = False) -> Retried:
        """Hurry a back-off, go on after a failure, or run the last turn again."""
        if self.running:
            if not self.backing_off:
                return "busy"
            self.send(RetryNow(run=self.running))
            return "hurried"
        if not self._outcome:
            return "nothing"
        rewind = self._outcome == "ok" or not self._can_continue
        if rewind and self._ran_tools and not confirmed:
            return "confirm"
        run = self._next()
        mode: Literal["continue", "rewind"] = "rewind" if rewind else "continue"
        if not self.send(RetryRun(run=run, entered_at=entered_at, mode=mode)):
            return "no worker"
        if rewind:
            self._ran_tools = False
        self._begin(run)
        return "sent"

    def forget(self) -> None:
        """The conversation is cleared: there is nothing to retry."""
        self._outcome = ""
        self._ran_tools = False
        self.queued = ""

    def observe(self, event: events.Event) -> None:
        """Follow what the worker says."""
        match event:
            case events.RunStarted():
                self.running = event.run
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
            case events.RunFinished():
                self._end(event.outcome, can_continue=event.can_continue)
            case events.WorkerExited():
                if self.running:
                    self._end("failed", can_continue=True)
            case _:
                pass

    def _next(self) -> str:
        return f"r{next(self._run_ids)}"

    def _begin(self, run: str) -> None:
        self.running = run
        self.cancelling_since = None
        self.backing_off = False

    def _end(self, outcome: str, *, can_continue: bool) -> None:
        self.running = ""
        self.cancelling_since = None
        self.backing_off = False
        self.tools_running.clear()
        self._outcome = outcome
        self._can_continue = can_continue
