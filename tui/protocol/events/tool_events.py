"""Tool calls and their approvals."""

from typing import Literal

from tui.protocol.events.attachment import Attachment
from tui.protocol.events.fact import Fact
from tui.protocol.events.problem import Problem


class ToolCalled(Fact, frozen=True, kw_only=True):
    """The model called a tool, and the arguments are complete."""

    tool_call: str
    name: str
    arguments: str
    call: str = ""
    agent: str = ""
    parent: str = ""
    hosted: bool = False
    """The provider runs it: its times are those at which the stream says so."""
    handoff: bool = False
    approval: bool = False
    """The provider asks whether it may run the tool; the call itself comes later."""


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


class ToolFinished(Fact, frozen=True, kw_only=True):
    """The tool's own code has ended, or will not run at all."""

    tool_call: str
    outcome: Literal["ok", "error", "cancelled", "rejected", "unknown"]
    """``unknown``: it started and was cut off; it may have completed."""
    output: str = ""
    name: str = ""
    problem: Problem | None = None
    attachments: tuple[Attachment, ...] = ()
    """Pictures and files in its result; they replace those that it reported while it ran."""


class ApprovalRequested(Fact, frozen=True, kw_only=True):
    tool_call: str
    name: str
    arguments: str
    agent: str = ""
    parent: str = ""


class ApprovalAnswered(Fact, frozen=True, kw_only=True):
    tool_call: str
    approved: bool
    always: bool = False
