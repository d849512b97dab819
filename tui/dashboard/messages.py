"""The whole protocol between the dispatcher, the screen and the widgets, in one place.

The dispatcher posts what the stream says to the screen; widgets post what the person does.
"""

from typing import TYPE_CHECKING

from textual.message import Message

from tui.protocol import events

if TYPE_CHECKING:
    from tui.core.metrics import Figures


class DeltasArrived(Message):
    """Pieces of text since the last frame, neighbours of one part joined, in order."""

    def __init__(self, deltas: tuple[events.Delta, ...]) -> None:
        self.deltas = deltas
        super().__init__()


class WorkerChanged(Message):
    """The worker started, loaded its agent or failed to, saw files change, is silent or gone."""

    Payload = (
        events.WorkerStarted
        | events.AgentLoaded
        | events.AgentLoadFailed
        | events.CodeChanged
        | events.WorkerSilent
        | events.WorkerHeard
        | events.WorkerExited
    )

    def __init__(self, event: Payload) -> None:
        self.event = event
        super().__init__()


class OutputArrived(Message):
    """Lines that somebody printed since the last frame."""

    def __init__(self, lines: tuple[events.OutputPrinted, ...]) -> None:
        self.lines = lines
        super().__init__()


class NoticeArrived(Message):
    """Something worth a line in the log."""

    def __init__(self, event: events.Noticed) -> None:
        self.event = event
        super().__init__()


class RunChanged(Message):
    """A run began or ended, another agent speaks, or a guardrail spoke."""

    Payload = events.RunStarted | events.RunFinished | events.AgentChanged | events.GuardrailTripped

    def __init__(self, event: Payload) -> None:
        self.event = event
        super().__init__()


class CallChanged(Message):
    """A model call or one of its attempts began, failed, waits, or ended."""

    Payload = (
        events.ModelCallStarted
        | events.AttemptStarted
        | events.ConnectionPhases
        | events.AttemptConnected
        | events.AttemptFinished
        | events.AttemptFailed
        | events.AttemptCancelled
        | events.RetryScheduled
        | events.UsageReported
        | events.TextReplaced
    )

    def __init__(self, event: Payload) -> None:
        self.event = event
        super().__init__()


class ToolChanged(Message):
    """A tool was called, began, ended, asks for approval, or keeps the agent's loop."""

    Payload = (
        events.ToolCalled
        | events.ToolStarted
        | events.ToolFinished
        | events.ApprovalRequested
        | events.ApprovalAnswered
        | events.LoopBlocked
        | events.LoopFreed
    )

    def __init__(self, event: Payload) -> None:
        self.event = event
        super().__init__()


class EventsReplayed(Message):
    """A portion of a stored session, to be shown as it was; nothing follows from it."""

    def __init__(self, events: tuple[events.Event, ...]) -> None:
        self.events = events
        super().__init__()


class MetricsChanged(Message, bubble=False):
    """Figures as they stand now."""

    def __init__(self, figures: "Figures") -> None:
        self.figures = figures
        super().__init__()


class PromptSubmitted(Message):
    """Enter in the prompt. ``entered_at`` is `time.monotonic_ns()` at the key press."""

    def __init__(self, text: str, entered_at: int) -> None:
        self.text = text
        self.entered_at = entered_at
        super().__init__()


class ThresholdCrossed(Message):
    """A threshold was crossed, just now; ``text`` says which, and by what."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__()


class LinkClicked(Message):
    """Somebody wants to open a web address (http or https only): ask before doing so."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__()


class HitsChanged(Message):
    """A search found ``count`` hits and shows the one numbered ``current``, from 1; 0 for none."""

    def __init__(self, pattern: str, current: int, count: int) -> None:
        self.pattern = pattern
        self.current = current
        self.count = count
        super().__init__()


class ApprovalDecided(Message):
    """The person answered for a tool call."""

    def __init__(self, tool_call: str, *, approved: bool, always: bool) -> None:
        self.tool_call = tool_call
        self.approved = approved
        self.always = always
        super().__init__()


class Copied(Message):
    """A pane wants text in the clipboard; ``what`` says in a few words what it is."""

    def __init__(self, text: str, what: str) -> None:
        self.text = text
        self.what = what
        super().__init__()
