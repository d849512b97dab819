"""Model calls: attempts, deltas, usage and retries."""

from typing import Literal

from tui.protocol.events.fact import Fact
from tui.protocol.events.problem import Problem

Api = Literal["responses", "chat", ""]
"""Which of the two HTTP APIs a model call uses; "" if the agent has a Model of its own."""


class WarmUpAwaited(Fact, frozen=True, kw_only=True):
    """The run waits for the SDK to load, so that no model call is measured with that."""


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
    inferred: bool = False
    """Its start is taken from what came before: the server does not say when it called a model."""


class AttemptStarted(Fact, frozen=True, kw_only=True):
    call: str
    attempt: int = 1
    continues: bool = False
    """It continues the text of the attempts before it; otherwise it starts the answer over."""


class RequestBegan(Fact, frozen=True, kw_only=True):
    """The attempt's request is built, and its HTTP client starts to use the network."""

    call: str
    attempt: int = 1


class ConnectionPhases(Fact, frozen=True, kw_only=True):
    """How an attempt's request was sent, if its HTTP client reports it.

    ``at``: when the response's headers arrived. Durations in ns.
    """

    call: str
    attempt: int = 1
    began: int
    """When the request was built and the client started to use the network."""
    lookup: int | None = None
    """DNS; None: the host is an address, or the client does not report it."""
    connect: int | None = None
    """TCP, with DNS if ``lookup`` is None; None: an open connection was reused."""
    tls: int | None = None
    sent: int
    """Writing the request."""
    first_byte: int
    """From the end of the request to the response's headers."""


class ConnectionsChanged(Fact, frozen=True, kw_only=True):
    """Connections of the worker to providers, of all runs together."""

    open: int
    """Idle ones included, as long as they can be used again."""
    streaming: int
    """Answers that are arriving."""


class AttemptConnected(Fact, frozen=True, kw_only=True):
    """The response's headers arrived, or the cache has the answer."""

    call: str
    attempt: int = 1
    request_id: str = ""
    hidden: bool = False
    """The client hides them: this is the first raw event, and they came some time before."""
    cached: bool = False
    """The answer comes from the cache: nothing is sent, and its times say nothing of the model."""


class _Delta(Fact, frozen=True, kw_only=True):
    call: str
    text: str
    attempt: int = 1
    part: int = 0
    """Numbers the attempt's output parts of any kind, in the order in which they began."""


class TextDelta(_Delta, frozen=True, kw_only=True):
    """Visible text of the answer."""


class ReasoningDelta(_Delta, frozen=True, kw_only=True):
    """Reasoning text or its summary."""


class RefusalDelta(_Delta, frozen=True, kw_only=True):
    """Text in which the model declines to answer."""


class ToolArgumentsDelta(_Delta, frozen=True, kw_only=True):
    """A piece of a call's JSON arguments. The first may be empty: it announces the call."""

    tool_call: str
    name: str
    agent: str = ""
    parent: str = ""


class ReasoningGiven(Fact, frozen=True, kw_only=True):
    """A whole reasoning item, of which no piece streamed."""

    call: str
    attempt: int = 1
    part: int = 0
    text: str = ""
    """"" if the server gives no words."""
    encrypted: int = 0
    """Characters that only the server can read."""
    began: int = 0


class MessagePhase(Fact, frozen=True, kw_only=True):
    """What the model calls a message; sent before its text if the server says it then."""

    call: str
    attempt: int = 1
    part: int = 0
    phase: str
    """``commentary``, ``final_answer``."""


class HistoryCompacted(Fact, frozen=True, kw_only=True):
    """Earlier items of the conversation are now one that only the server can read."""

    before: int
    """Items that the conversation had."""
    after: int
    call: str = ""
    attempt: int = 1
    tokens_before: int | None = None
    tokens_after: int | None = None
    agent: str = ""
    parent: str = ""


class TextReplaced(Fact, frozen=True, kw_only=True):
    """The provider's final text of a part, sent when it differs from the deltas."""

    call: str
    text: str
    attempt: int = 1
    part: int = 0


class ReasoningReplaced(Fact, frozen=True, kw_only=True):
    """The whole text of a part that is reasoning.

    Some servers send thinking as the beginning of the content, and only its end shows what it was.
    """

    call: str
    text: str
    attempt: int = 1
    part: int = 0
    said: bool = False
    """It was taken for the answer until now."""


class UsageReported(Fact, frozen=True, kw_only=True):
    """Tokens of one attempt as the provider counts them; None: not reported."""

    call: str
    attempt: int = 1
    input: int | None = None
    output: int | None = None
    cached: int | None = None
    cache_write: int | None = None
    """Input tokens that were written into the provider's cache."""
    reasoning: int | None = None
    cost: float | None = None
    """US dollars, if the price is known."""
    calls: int = 1
    """The tokens of so many calls of the run together, this one the last."""
    saved: bool = False
    """The answer came from the cache: these tokens and this cost were not spent."""


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
    """The next attempt starts at ``until``, unless it is cancelled or `RetryNow` starts it."""

    call: str
    attempt: int
    """The number of the next attempt."""
    most: int
    """The highest possible number of attempts."""
    delay: float
    """Seconds."""
    until: int
