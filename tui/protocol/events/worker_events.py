"""The worker process: its start, its agent, what it prints, the conversation, its end."""

from typing import Literal

import msgspec

from tui.protocol.events.agent_info import AgentInfo, McpServerInfo, ToolInfo
from tui.protocol.events.fact import Fact
from tui.protocol.events.model_events import Api
from tui.protocol.events.problem import Problem

PROTOCOL_VERSION = 1
"""Increased when an old worker and a new UI could misunderstand each other."""


class SessionOpened(Fact, frozen=True, kw_only=True):
    """First event of a session of the web service. Made there."""

    context: msgspec.Raw = msgspec.Raw(b"null")
    """What its user gave with it, as JSON; null for nothing. It is masked, but never cleaned."""


class SessionForked(Fact, frozen=True, kw_only=True):
    """What came before is a copy of another session's turns; what follows is of this one alone.

    User interfaces make it, not the worker.
    """

    session: str
    """The id of the session that it is in."""
    origin: str
    """The id of the one that was copied."""
    title: str = ""
    """What that was called."""
    turns: int = 0
    """How many turns were copied."""
    wall: float = 0.0


class WorkerStarted(Fact, frozen=True, kw_only=True):
    """First event of a worker: its interpreter runs, the SDK is still loading."""

    pid: int
    python: str
    wall: float
    protocol: int = PROTOCOL_VERSION
    version: str = ""


class ClockRead(Fact, frozen=True, kw_only=True):
    """Answer to `Hello`: ``sent`` is the UI's clock when it asked, ``at`` the worker's.

    The supervisor consumes it.
    """

    sent: int


class AgentLoaded(Fact, frozen=True, kw_only=True):
    """The agent is ready to run."""

    agent: str
    model: str
    """The name that is sent to the server; "" if it is not known before the first call."""
    api: Api = ""
    host: str = ""
    """host[:port] of the server; "" if no network is used."""
    profile: str = ""
    """The profile that the server is of."""
    demo: bool = False
    """The built-in demo agent."""
    scripted: bool = False
    """Answers come from a script: figures are labelled and kept apart from real models'."""
    recorded: bool = False
    """The script is a recording (``--against``)."""
    sdk: str = ""
    tools: tuple[ToolInfo, ...] = ()
    agents: tuple[str, ...] = ()
    """Every agent that handoffs can reach, the starting agent first."""
    output_json: bool = False
    """The agent has an ``output_type``: its answer is JSON."""
    instructions: str = ""
    """The agent's; "" if there are none, or if a function makes them for each run."""
    team: tuple[AgentInfo, ...] = ()
    """Every agent that handoffs or tools can reach, the starting agent first."""
    mcp_servers: tuple[McpServerInfo, ...] = ()
    """Their servers; the tools come with `McpToolsListed`."""
    notices: tuple[str, ...] = ()
    """What the user should know before the first message: a missing context, a helper's start."""
    address: str = ""
    """Of an agent on a server that does not describe it; "" for any other."""
    brought: tuple[tuple[str, str], ...] = ()
    """What it brings along for its runs, where that is not the SDK's default: names and words."""


class McpToolsListed(Fact, frozen=True, kw_only=True):
    """An MCP server of the loaded agents was asked for its tools; ``server`` is its position."""

    server: int
    tools: tuple[ToolInfo, ...] = ()
    problem: str = ""
    """Why it did not answer; "" if it did."""


class LocalModelLoading(Fact, frozen=True, kw_only=True):
    """A model of the program's own is loading. Made in the UI."""

    model: str
    share: float
    """From 0 to 1: it is loaded."""


class ModelsListed(Fact, frozen=True, kw_only=True):
    """A server was asked which models it has."""

    models: tuple[str, ...] = ()
    profile: str = ""
    """The profile that was asked about; "": the server in use."""
    host: str = ""
    problem: str = ""
    """Why it did not say; "" if it did."""


class AgentLoadFailed(Fact, frozen=True, kw_only=True):
    """The agent could not be loaded; the worker waits for `Shutdown`."""

    problem: Problem
    choices: tuple[tuple[str, str], ...] = ()
    """The module has several agents, and none was named: their variables and their names."""


class OutputPrinted(Fact, frozen=True, kw_only=True):
    """A line that the agent's code, a library or C code wrote to stdout or stderr."""

    text: str


class WorkerExited(Fact, frozen=True, kw_only=True):
    """The worker process has ended. Made by the supervisor, with ``at`` on the worker's clock."""

    code: int | None
    signal: str = ""
    """"SIGKILL" and the like; "" when it exited by itself."""
    expected: bool = False
    """The dashboard ended it: quit, reload, or restart after a hung tool."""
    stderr: str = ""
    """The last lines that it wrote there."""
    pid: int = 0
    final: bool = False
    """No other worker is started unasked."""


class SecretsLearned(Fact, frozen=True, kw_only=True):
    """Values to mask everywhere. The masker consumes this event: it is never shown or stored."""

    values: tuple[str, ...]


class Noticed(Fact, frozen=True, kw_only=True):
    """A line for the log."""

    text: str
    level: Literal["debug", "info", "warning", "error"] = "info"
    chat: bool = False
    """It is about the conversation: a line in the chat."""
    own: bool = False
    """The dashboard says it of itself, such as where a file was saved: no export holds it."""


class LoopBlocked(Fact, frozen=True, kw_only=True):
    """The agent's code blocks its event loop: nothing else in the worker can run."""

    since: int
    tool_call: str = ""
    """The tool call whose code blocks; "" if it is not a tool's, or not known."""
    tool: str = ""
    place: str = ""
    """The innermost line of the agent's code that runs: ``file.py:12``."""


class LoopFreed(Fact, frozen=True, kw_only=True):
    """The agent's event loop runs again."""


class WorkerSilent(Fact, frozen=True, kw_only=True):
    """The worker is unresponsive: stopped, or its connection is dead. Made by the supervisor."""

    since: int
    """When the unanswered `Hello` was sent."""


class WorkerHeard(Fact, frozen=True, kw_only=True):
    """An unresponsive worker sent something again. Made by the supervisor."""


class CodeChanged(Fact, frozen=True, kw_only=True):
    """Files that the agent was loaded from have changed, and are no longer being written."""

    files: tuple[str, ...]


class ServerMark(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """How much of the ledger the server keeps: the first ``items`` of it, after ``response``."""

    items: int
    response: str = ""
    conversation: str = ""


LEFT = ServerMark(items=0)
"""The ledger has left what the server keeps."""


class HistoryChanged(Fact, frozen=True, kw_only=True):
    """The ledger of input items: ``keep`` items stay, ``items`` are appended.

    The items are opaque JSON: never shown, cleaned or masked.
    """

    keep: int
    items: tuple[msgspec.Raw, ...] = ()
    agent: str = ""
    """The agent that takes the next turn."""
    marks: tuple[ServerMark, ...] = ()
    """What the server keeps of the whole ledger, if it keeps any."""
    digests: tuple[str, ...] = ()
    """Of the items as they were, in a file in which they are masked."""
