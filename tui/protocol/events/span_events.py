"""Spans: what the user's code, or the SDK, measured and no other event tells of."""

from tui.protocol.events.fact import Fact


class SpanEnded(Fact, frozen=True, kw_only=True):
    """A span has ended that is neither a model call nor a tool call nor a guardrail of an agent."""

    kind: str
    """``custom``, ``sandbox``, ``mcp_tools``, ``handoff``, ``transcription``, ``function`` …"""
    name: str
    began: int
    parent: str = ""
    """The tool call in which it ran; "" at the top."""
    depth: int = 0
    """How many reported spans it is inside of."""
    about: str = ""
    """What it holds, as text: data, a command, the names of tools."""
    error: str = ""
    """Why it failed; "" if it did not."""
    again: bool = False
    """The one before of this kind and name said the same, as when tools are listed each turn."""
