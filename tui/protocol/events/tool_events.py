"""Tool calls and their approvals."""

from typing import Literal

import msgspec

from tui.protocol.events.attachment import Attachment
from tui.protocol.events.fact import Fact
from tui.protocol.events.problem import Problem


class ToolSource(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Where a tool comes from; all "" for a plain function."""

    server: str = ""
    """The MCP server that has it, here or at the provider."""
    server_tool: str = ""
    """Its name there, if the model knows it by another."""
    namespace: str = ""
    title: str = ""
    """The server's own words for it."""
    agent: str = ""
    """The agent that is used as a tool."""


class ToolCalled(Fact, frozen=True, kw_only=True):
    """The model called a tool, and the arguments are complete."""

    tool_call: str
    name: str
    arguments: str
    call: str = ""
    agent: str = ""
    parent: str = ""
    """The call of the nested agent, or of the program, that made this one; "" at the top."""
    hosted: bool = False
    """The provider runs it: its times are those at which the stream says so."""
    handoff: bool = False
    approval: bool = False
    """The provider asks whether it may run the tool; the call itself comes later."""
    source: ToolSource = ToolSource()


class ToolStarted(Fact, frozen=True, kw_only=True):
    """The tool's own code is about to run. Flushed before it does."""

    tool_call: str
    name: str = ""


class ToolProgressed(Fact, frozen=True, kw_only=True):
    """A tool that the provider runs reports how far it is."""

    tool_call: str
    status: str = ""
    """In the provider's words: ``searching``, ``interpreting``, ``partial image 2`` …"""
    attachments: tuple[Attachment, ...] = ()
    """Pictures so far; each event has all that are to be shown now."""
    output: str = ""
    """The next piece of what it prints."""


class ToolFinished(Fact, frozen=True, kw_only=True):
    """The tool's own code has ended, or will not run at all."""

    tool_call: str
    outcome: Literal["ok", "error", "cancelled", "rejected", "unknown"]
    """``unknown``: it started and was cut off; it may have completed."""
    output: str = ""
    """A long one begins here, and `ToolOutputContinued` has the rest."""
    more: int = 0
    """How many characters of the output follow."""
    name: str = ""
    problem: Problem | None = None
    attachments: tuple[Attachment, ...] = ()
    """Pictures and files in its result; they replace those that it reported while it ran."""
    lost: bool = False
    """Nobody saw it end: ``at`` is the last time at which anything is known."""


class ToolOutputContinued(Fact, frozen=True, kw_only=True):
    """The next piece of an output that is too long for `ToolFinished`, after which it comes.

    Pieces are small, so that other events need not wait for a long output.
    """

    tool_call: str
    text: str
    last: bool = False


class ApprovalRequested(Fact, frozen=True, kw_only=True):
    tool_call: str
    name: str
    arguments: str
    agent: str = ""
    parent: str = ""
    more: int = 0
    """How many other questions of the same moment follow this one."""
    problem: str = ""
    """It is asked again: why the arguments that came with the last answer do not fit."""
    by_rule: bool = False
    """A rule answers it, or an earlier answer for all calls of the tool: nobody is asked."""


class StandingAnswer(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What answers every later question about a tool of an agent."""

    agent: str
    tool: str
    server: str = ""
    """The provider's MCP server that has the tool."""
    approved: bool = True
    reason: str = ""


class ApprovalAnswered(Fact, frozen=True, kw_only=True):
    tool_call: str
    approved: bool
    always: bool = False
    """It answers every later call of this tool by this agent too."""
    standing: StandingAnswer | None = None
    """This answer, for a worker that takes over from this one."""
    arguments: str = ""
    """What the tool gets instead of the model's arguments; "": those."""
    reason: str = ""
    """Why not: what the model is sent."""
