"""The vocabulary of the stream: what the worker says to the UI.

What crosses the pipe, what the journal stores, what a recording replays and what a test feeds the
dispatcher are these structs and nothing else. They are plain data: no method here does I/O. What
the UI says to the worker stands in `tui/worker_commands.py`, the JSON of both in `tui/codec.py`.

Clock: every ``at`` (and ``entered_at``, ``until``) is ``time.monotonic_ns()`` *on the worker's
clock*, taken where the thing happened. The supervisor translates the UI's times before it sends
them (`tui/supervisor.py`), so that all times of one stream can be subtracted from one another.
``wall`` anchors a run to the calendar (Unix seconds).

Identity: ``run`` names one run of the agent; ``call`` one model call (one request to a model,
nested agents included); ``attempt`` counts the tries of a call from 1; ``tool_call`` is the
provider's call id, made unique by the worker where a server repeats one. ``parent`` is the
``tool_call`` inside which a nested agent's model call or tool call happened, or "" at the top.
"""

from typing import Literal

import msgspec

PROTOCOL_VERSION = 1
"""Raised when an old worker and a new UI could misunderstand each other."""

Api = Literal["responses", "chat", ""]
"""Which of the two HTTP APIs a model call speaks; "" where the agent brings a Model of its own."""

Kind = Literal[
    "network", "timeout", "rate_limit", "auth", "server", "agent",
    "tool", "guardrail", "max_turns", "worker", "cancelled",
]  # fmt: skip
"""The error counters; ``cancelled`` is not an error."""

RetryClass = Literal["automatic", "after_partial", "manual", "never"]
"""Classes A, B, M and "never" of the fault table."""


class Problem(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What went wrong, for people: what happened, what to do, and the details on demand."""

    kind: Kind
    message: str
    advice: str = ""
    detail: str = ""
    retry: RetryClass = "manual"
    status: int | None = None
    code: str = ""
    """The provider's error code, or the exception's class name."""
    request_id: str = ""
    retry_after: float | None = None
    """Seconds that the provider asked to wait."""


class ToolInfo(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    name: str
    description: str = ""
    parameters: str = ""
    """The JSON schema, as text."""
    hosted: bool = False


class _Event(
    msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, tag_field="type", tag=True
):
    at: int
    seq: int = 0
    """Counts the worker's events from 1, so that a gap can be seen. 0: made in the UI process."""
    run: str = ""


# The worker's life


class WorkerStarted(_Event, frozen=True, kw_only=True):
    """The worker's interpreter runs; the SDK is still loading. First event of a worker."""

    pid: int
    python: str
    wall: float
    protocol: int = PROTOCOL_VERSION
    version: str = ""


class ClockRead(_Event, frozen=True, kw_only=True):
    """Answers `Hello` at once: ``sent`` is the UI's clock when it asked, ``at`` the worker's."""

    sent: int


class AgentLoaded(_Event, frozen=True, kw_only=True):
    """The agent is ready to run."""

    agent: str
    model: str
    """The name that is sent to the server; "" when not known before the first call."""
    api: Api = ""
    host: str = ""
    """host[:port] that is talked to; "" when no network is used."""
    demo: bool = False
    """The built-in demo agent."""
    scripted: bool = False
    """Answers come from a script: figures are labelled so and kept apart from real models'."""
    sdk: str = ""
    tools: tuple[ToolInfo, ...] = ()
    agents: tuple[str, ...] = ()
    """Every agent that can be reached by handoffs, the first one first."""
    output_json: bool = False
    """The agent has an ``output_type``: its answer is JSON."""
    instructions: str = ""
    """As they are written; "" where there are none, or where a function makes them for each run."""


class AgentLoadFailed(_Event, frozen=True, kw_only=True):
    """The agent could not be loaded; the worker stays and waits for `Reload` or `Shutdown`."""

    problem: Problem


class OutputPrinted(_Event, frozen=True, kw_only=True):
    """A line that the user's code, a library or C code wrote to stdout or stderr."""

    text: str


class WorkerExited(_Event, frozen=True, kw_only=True):
    """The worker's process is gone. Made by the supervisor; ``at`` translated to its clock."""

    code: int | None
    signal: str = ""
    """"SIGKILL" and the like; "" when it exited by itself."""
    expected: bool = False
    """Asked for: quit, reload, or the restart after a hung tool."""
    stderr: str = ""
    """The last lines that it wrote."""
    pid: int = 0


class Noticed(_Event, frozen=True, kw_only=True):
    """Something worth a line in the log, and no more."""

    text: str
    level: Literal["debug", "info", "warning", "error"] = "info"


class LoopBlocked(_Event, frozen=True, kw_only=True):
    """Code of the user's keeps the agent's loop: nothing else of the agent goes on."""

    since: int
    tool_call: str = ""
    """The tool that it belongs to; "" when it is no tool's, or nobody knows."""
    tool: str = ""
    place: str = ""
    """The innermost line of the user's code that runs: ``file.py:12``."""


class LoopFreed(_Event, frozen=True, kw_only=True):
    """The agent's loop goes on."""


class CodeChanged(_Event, frozen=True, kw_only=True):
    """Files that the agent was loaded from have changed since, and rest."""

    files: tuple[str, ...]


class HistoryChanged(_Event, frozen=True, kw_only=True):
    """The ledger of input items: ``keep`` items stay, ``items`` are appended.

    The items are opaque JSON: never shown, cleaned or masked.
    """

    keep: int
    items: tuple[msgspec.Raw, ...] = ()
    agent: str = ""
    """The agent that the next turn goes to."""


# A run


class RunStarted(_Event, frozen=True, kw_only=True):
    prompt: str
    """The user's message; "" when a run goes on from what is finished."""
    entered_at: int
    """When Enter (or the retry key) was pressed."""
    wall: float
    mode: Literal["send", "continue", "rewind"] = "send"
    agent: str = ""


class WarmUpAwaited(_Event, frozen=True, kw_only=True):
    """The run waits for the SDK to be loaded: no model call is measured with that."""


class AgentChanged(_Event, frozen=True, kw_only=True):
    """Another agent speaks from here on (also once at the start of a run)."""

    agent: str
    previous: str = ""
    reason: Literal["start", "handoff"] = "start"
    parent: str = ""


class ModelCallStarted(_Event, frozen=True, kw_only=True):
    call: str
    agent: str
    model: str
    api: Api = ""
    provider: str = ""
    """``gen_ai.provider.name``: "openai" for the official host, else the host."""
    host: str = ""
    parent: str = ""
    scripted: bool = False


class AttemptStarted(_Event, frozen=True, kw_only=True):
    call: str
    attempt: int = 1
    continues: bool = False
    """It goes on from what the attempts before it have said; else it begins the answer anew."""


class RequestBegan(_Event, frozen=True, kw_only=True):
    """The attempt's request is built, and its HTTP client turns to the network."""

    call: str
    attempt: int = 1


class ConnectionPhases(_Event, frozen=True, kw_only=True):
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


class AttemptConnected(_Event, frozen=True, kw_only=True):
    """The response's headers arrived (the first raw event, where the client hides headers)."""

    call: str
    attempt: int = 1
    request_id: str = ""


class _Delta(_Event, frozen=True, kw_only=True):
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


class TextReplaced(_Event, frozen=True, kw_only=True):
    """The provider's final text of a part differs from its deltas: this is the right one."""

    call: str
    text: str
    attempt: int = 1
    part: int = 0


class UsageReported(_Event, frozen=True, kw_only=True):
    """Tokens of one attempt as the provider counts them; None: it did not say."""

    call: str
    attempt: int = 1
    input: int | None = None
    output: int | None = None
    cached: int | None = None
    reasoning: int | None = None
    cost: float | None = None
    """US dollars, when a price is known."""


class AttemptFinished(_Event, frozen=True, kw_only=True):
    call: str
    attempt: int = 1
    raw_events: int = 0
    """Raw stream events received, of any kind."""
    response_model: str = ""
    finish_reason: str = ""
    request_id: str = ""


class AttemptFailed(_Event, frozen=True, kw_only=True):
    call: str
    problem: Problem
    attempt: int = 1
    raw_events: int = 0


class AttemptCancelled(_Event, frozen=True, kw_only=True):
    call: str
    attempt: int = 1
    raw_events: int = 0


class RetryScheduled(_Event, frozen=True, kw_only=True):
    """The next attempt begins at ``until`` unless it is cancelled or hurried before."""

    call: str
    attempt: int
    """The number of the attempt to come."""
    most: int
    """Attempts at the most."""
    delay: float
    """Seconds."""
    until: int


# Tools


class ToolCalled(_Event, frozen=True, kw_only=True):
    """The model has asked for a tool and its arguments are complete."""

    tool_call: str
    name: str
    arguments: str
    call: str = ""
    agent: str = ""
    parent: str = ""
    hosted: bool = False
    handoff: bool = False


class ToolStarted(_Event, frozen=True, kw_only=True):
    """The tool's own code begins. Flushed before it does."""

    tool_call: str
    name: str = ""


class ToolFinished(_Event, frozen=True, kw_only=True):
    """The tool's own code has ended, or it is known that it never will be run."""

    tool_call: str
    outcome: Literal["ok", "error", "cancelled", "rejected", "unknown"]
    """``unknown``: it started and was cut off; it may have completed."""
    output: str = ""
    name: str = ""
    problem: Problem | None = None


class ApprovalRequested(_Event, frozen=True, kw_only=True):
    tool_call: str
    name: str
    arguments: str
    agent: str = ""
    parent: str = ""


class ApprovalAnswered(_Event, frozen=True, kw_only=True):
    tool_call: str
    approved: bool
    always: bool = False


class GuardrailTripped(_Event, frozen=True, kw_only=True):
    guardrail: str
    stage: Literal["input", "output", "tool_input", "tool_output"]
    info: str = ""
    agent: str = ""


class RunFinished(_Event, frozen=True, kw_only=True):
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


Delta = TextDelta | ReasoningDelta | RefusalDelta | ToolArgumentsDelta

Event = (
    WorkerStarted | ClockRead | AgentLoaded | AgentLoadFailed | OutputPrinted | WorkerExited
    | Noticed | LoopBlocked | LoopFreed | CodeChanged | HistoryChanged
    | RunStarted | WarmUpAwaited | AgentChanged | ModelCallStarted
    | AttemptStarted | RequestBegan | ConnectionPhases | AttemptConnected
    | AttemptFinished | AttemptFailed | AttemptCancelled
    | TextDelta | ReasoningDelta | RefusalDelta | ToolArgumentsDelta | TextReplaced
    | UsageReported | RetryScheduled
    | ToolCalled | ToolStarted | ToolFinished | ApprovalRequested | ApprovalAnswered
    | GuardrailTripped | RunFinished
)  # fmt: skip
