"""The worker's life: it starts, loads an agent, prints, keeps the conversation, ends."""

from typing import Literal

import msgspec

from tui.protocol.events.fact import Fact
from tui.protocol.events.model_events import Api
from tui.protocol.events.problem import Problem

PROTOCOL_VERSION = 1
"""Raised when an old worker and a new UI could misunderstand each other."""


class ToolInfo(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    name: str
    description: str = ""
    parameters: str = ""
    """The JSON schema, as text."""
    hosted: bool = False


class WorkerStarted(Fact, frozen=True, kw_only=True):
    """The worker's interpreter runs; the SDK is still loading. First event of a worker."""

    pid: int
    python: str
    wall: float
    protocol: int = PROTOCOL_VERSION
    version: str = ""


class ClockRead(Fact, frozen=True, kw_only=True):
    """Answers `Hello` at once: ``sent`` is the UI's clock when it asked, ``at`` the worker's.

    The supervisor's own affair: nobody else hears of it.
    """

    sent: int


class AgentLoaded(Fact, frozen=True, kw_only=True):
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


class AgentLoadFailed(Fact, frozen=True, kw_only=True):
    """The agent could not be loaded; the worker stays and waits for `Reload` or `Shutdown`."""

    problem: Problem


class OutputPrinted(Fact, frozen=True, kw_only=True):
    """A line that the user's code, a library or C code wrote to stdout or stderr."""

    text: str


class WorkerExited(Fact, frozen=True, kw_only=True):
    """The worker's process is gone. Made by the supervisor; ``at`` translated to its clock."""

    code: int | None
    signal: str = ""
    """"SIGKILL" and the like; "" when it exited by itself."""
    expected: bool = False
    """Asked for: quit, reload, or the restart after a hung tool."""
    stderr: str = ""
    """The last lines that it wrote."""
    pid: int = 0
    final: bool = False
    """No other worker is started unasked."""


class SecretsLearned(Fact, frozen=True, kw_only=True):
    """Values that must not be seen anywhere: for the masker, which passes this on to nobody."""

    values: tuple[str, ...]


class Noticed(Fact, frozen=True, kw_only=True):
    """Something worth a line in the log, and no more."""

    text: str
    level: Literal["debug", "info", "warning", "error"] = "info"


class LoopBlocked(Fact, frozen=True, kw_only=True):
    """Code of the user's keeps the agent's loop: nothing else of the agent goes on."""

    since: int
    tool_call: str = ""
    """The tool that it belongs to; "" when it is no tool's, or nobody knows."""
    tool: str = ""
    place: str = ""
    """The innermost line of the user's code that runs: ``file.py:12``."""


class LoopFreed(Fact, frozen=True, kw_only=True):
    """The agent's loop goes on."""


class WorkerSilent(Fact, frozen=True, kw_only=True):
    """The process stands, or its pipe, and nothing comes from it. Made by the supervisor."""

    since: int
    """When it was asked for a sign of life that has not come."""


class WorkerHeard(Fact, frozen=True, kw_only=True):
    """Something came again from a worker that was silent. Made by the supervisor."""


class CodeChanged(Fact, frozen=True, kw_only=True):
    """Files that the agent was loaded from have changed since, and rest."""

    files: tuple[str, ...]


class HistoryChanged(Fact, frozen=True, kw_only=True):
    """The ledger of input items: ``keep`` items stay, ``items`` are appended.

    The items are opaque JSON: never shown, cleaned or masked.
    """

    keep: int
    items: tuple[msgspec.Raw, ...] = ()
    agent: str = ""
    """The agent that the next turn goes to."""
