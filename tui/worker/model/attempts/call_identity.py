"""What all attempts of a model call have in common."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class CallIdentity:
    """What all attempts of a model call have in common."""

    call: str
    agent: str
    parent: str
    handoffs: frozenset[str]
    """Names of the tools that hand over to another agent."""
    offered: frozenset[str] = frozenset()
    """Names of all tools, handoffs included."""
    needs_finish_reason: bool = False
    """Chat Completions: an answer without a finish reason is incomplete."""
    model: str = ""
    host: str = ""
    websocket: bool = False
    """The SDK's websocket transport, whose client does not report the steps of a request."""
    think_tags: bool = False
    """Thinking between tags at the start of the content is reasoning."""
    tools: Sequence[Any] = ()
    """The tools of the request."""
    sent: int = 0
    """How many items the request has."""
