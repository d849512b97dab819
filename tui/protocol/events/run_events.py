"""A run, from its prompt to its end."""

from typing import Literal

from tui.protocol.events.fact import Fact
from tui.protocol.events.problem import Problem


class RunStarted(Fact, frozen=True, kw_only=True):
    prompt: str
    """The user's message; "" when the run continues an earlier one."""
    entered_at: int
    """When Enter (or the retry key) was pressed."""
    wall: float
    mode: Literal["send", "continue", "rewind"] = "send"
    agent: str = ""
    images: int = 0
    """Pictures that were sent with the message."""
    attached: tuple[str, ...] = ()
    """All that was sent with it: name, kind and size of each."""


class AgentChanged(Fact, frozen=True, kw_only=True):
    """Another agent takes over (also sent once at the start of a run)."""

    agent: str
    previous: str = ""
    reason: Literal["start", "handoff"] = "start"
    parent: str = ""


Stage = Literal["input", "output", "tool_input", "tool_output"]
"""What a guardrail checks."""


class GuardrailTripped(Fact, frozen=True, kw_only=True):
    """A guardrail has stopped the run."""

    guardrail: str
    stage: Stage
    info: str = ""
    agent: str = ""


class GuardrailPassed(Fact, frozen=True, kw_only=True):
    """A guardrail has checked something, and the run continues."""

    guardrail: str
    began: int
    stage: Stage | Literal[""] = ""
    """"" in older journals."""
    agent: str = ""
    tool: str = ""
    """The tool whose input or output it checked."""
    tool_call: str = ""
    """The call of this tool."""
    parent: str = ""
    """The tool call in which it ran; "" at the top."""
    instead: str | None = None
    """It refused what it checked, and this is what the model gets; None: it let it through."""


class RunFinished(Fact, frozen=True, kw_only=True):
    """The last event of every run."""

    outcome: Literal["ok", "failed", "cancelled"]
    problem: Problem | None = None
    output: str = ""
    """The final output as text (JSON where the agent has an output type)."""
    output_json: bool = False
    spoken: bool = True
    """The model said the final output; False: code made it, out of a tool's result for instance."""
    made_by: str = ""
    """Who made the final output in place of the model: an error handler of the agent's."""
    empty: str = ""
    """Says that the model's answer has no text, and why; "" if it has some."""
    agent: str = ""
    kept: bool = True
    """The user's message is in the conversation, so a rewind removes this turn."""
    can_continue: bool = False
    """The retry key continues from what is finished."""
    lost: bool = False
    """Nobody saw it end: ``at`` is the last time at which anything is known."""
    pending: tuple[str, ...] = ()
    """Tool calls that the client is to run: their outputs are missing in the conversation."""


class RetryUndone(Fact, frozen=True, kw_only=True):
    """A retry was undone: the earlier answer is restored, and the retry's is put aside.

    ``run`` was the last run of the turn that is put aside. The next request holds the conversation
    as it was before the retry; readers of the stream must have kept it. Undoing again swaps the two
    answers. After several retries it cycles through all of them.
    """

    restored: str = ""
    """The last run of the turn that is there again."""


class UndoRefused(Fact, frozen=True, kw_only=True):
    """A retry could not be undone: nothing has changed."""

    reason: str
