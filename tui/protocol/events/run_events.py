"""A run from its prompt to its end."""

from typing import Literal

from tui.protocol.events.fact import Fact
from tui.protocol.events.problem import Problem


class RunStarted(Fact, frozen=True, kw_only=True):
    prompt: str
    """The user's message; "" when a run goes on from what is finished."""
    entered_at: int
    """When Enter (or the retry key) was pressed."""
    wall: float
    mode: Literal["send", "continue", "rewind"] = "send"
    agent: str = ""


class AgentChanged(Fact, frozen=True, kw_only=True):
    """Another agent speaks from here on (also once at the start of a run)."""

    agent: str
    previous: str = ""
    reason: Literal["start", "handoff"] = "start"
    parent: str = ""


class GuardrailTripped(Fact, frozen=True, kw_only=True):
    guardrail: str
    stage: Literal["input", "output", "tool_input", "tool_output"]
    info: str = ""
    agent: str = ""


class RunFinished(Fact, frozen=True, kw_only=True):
    """Last event of a run, whatever happened."""

    outcome: Literal["ok", "failed", "cancelled"]
    problem: Problem | None = None
    output: str = ""
    """The final output as text (JSON where the agent has an output type)."""
    output_json: bool = False
    agent: str = ""
    kept: bool = True
    """The person's message is in the conversation: a rewind takes this turn back."""
    can_continue: bool = False
    """The retry key goes on from what is finished."""
