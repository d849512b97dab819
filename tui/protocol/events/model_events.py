"""Model calls: their attempts, what arrives and when, what it cost, what is tried again."""

from typing import Literal

from tui.protocol.events.fact import Fact
from tui.protocol.events.problem import Problem

Api = Literal["responses", "chat", ""]
"""Which of the two HTTP APIs a model call speaks; "" where the agent brings a Model of its own."""


class WarmUpAwaited(Fact, frozen=True, kw_only=True):
    """The run waits for the SDK to be loaded: no model call is measured with that."""


class ModelCallStarted(Fact, frozen=True, kw_only=True):
    call: str
    agent: str
    model: str
    api: Api = ""
    provider: str = ""
    """``gen_ai.provider.name``: "openai" for the official host, else the host."""
    host: str = ""
    parent: str = ""
    scripted: bool = False


class AttemptStarted(Fact, frozen=True, kw_only=True):
    call: str
    attempt: int = 1
    continues: bool = False
    """It goes on from what the attempts before it have said; else it begins the answer anew."""


class RequestBegan(Fact, frozen=True, kw_only=True):
    """The attempt's request is built, and its HTTP client turns to the network."""

    call: str
    attempt: int = 1


class ConnectionPhases(Fact, frozen=True, kw_only=True):
    """How an attempt's request went out, where its HTTP client tells; ``at``: the headers came.

    Durations in ns.
    """

    call: str
    attempt: int = 1
    began: int
    """The request was built, and the client turned to the network."""
    lookup: int | None = None
    """Looking the host's name up; None: it is an address, or nobody told."""
    connect: int | None = None
    """TCP, and looking up where ``lookup`` does not tell; None: an open connection served."""
    tls: int | None = None
    sent: int
    """Writing the request."""
    first_byte: int
    """From there to the response's headers."""


class AttemptConnected(Fact, frozen=True, kw_only=True):
    """The response's headers arrived (the first raw event, where the client hides headers)."""

    call: str
    attempt: int = 1
    request_id: str = ""


class _Delta(Fact, frozen=True, kw_only=True):
    call: str
    text: str
    attempt: int = 1
    part: int = 0
    """Counts the attempt's output parts of any kind, in the order in which they began."""


class TextDelta(_Delta, frozen=True, kw_only=True):
    """Visible text of the answer."""


class ReasoningDelta(_Delta, frozen=True, kw_only=True):
    """Reasoning text or its summary."""


class RefusalDelta(_Delta, frozen=True, kw_only=True):
    """The model declines, in words."""


class ToolArgumentsDelta(_Delta, frozen=True, kw_only=True):
    """A piece of a call's JSON arguments. The first one may be empty: it announces the call."""

    tool_call: str
    name: str
    agent: str = ""
    parent: str = ""


class TextReplaced(Fact, frozen=True, kw_only=True):
    """The provider's final text of a part differs from its deltas: this is the right one."""

    call: str
    text: str
    attempt: int = 1
    part: int = 0


class UsageReported(Fact, frozen=True, kw_only=True):
    """Tokens of one attempt as the provider counts them; None: it did not say."""

    call: str
    attempt: int = 1
    input: int | None = None
    output: int | None = None
    cached: int | None = None
    reasoning: int | None = None
    cost: float | None = None
    """US dollars, when a price is known."""


class AttemptFinished(Fact, frozen=True, kw_only=True):
    call: str
    attempt: int = 1
    raw_events: int = 0
    """Raw stream events received, of any kind."""
    response_model: str = ""
    finish_reason: str = ""
    request_id: str = ""


class AttemptFailed(Fact, frozen=True, kw_only=True):
    call: str
    problem: Problem
    attempt: int = 1
    raw_events: int = 0


class AttemptCancelled(Fact, frozen=True, kw_only=True):
    call: str
    attempt: int = 1
    raw_events: int = 0


class RetryScheduled(Fact, frozen=True, kw_only=True):
    """The next attempt begins at ``until`` unless it is cancelled or hurried before."""

    call: str
    attempt: int
    """The number of the attempt to come."""
    most: int
    """Attempts at the most."""
    delay: float
    """Seconds."""
    until: int
