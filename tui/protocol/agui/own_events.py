"""How one streamtui tells another all it knows: its own events inside AG-UI's ``CUSTOM``.

A client that reads them says so in ``forwardedProps``; a server that sends them says so in the
metadata of ``RUN_STARTED``. Anyone else never sees one.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from tui.protocol.agui.agui_events import Custom, RunStarted
from tui.protocol.agui.run_agent_input import RunAgentInput
from tui.protocol.events import (
    ApprovalRequested,
    Event,
    HistoryChanged,
    RetryUndone,
    SecretsLearned,
    UndoRefused,
)

OWN_EVENT = "streamtui.event"
"""The name of the ``CUSTOM`` event; its value is one of `tui.protocol.events`, as JSON has it."""

ASKED: Mapping[str, Any] = {"streamtui": {"events": True}}
"""In the ``forwardedProps`` of who reads them, and in the metadata of who sends them."""


def asks_for_own_events(given: RunAgentInput) -> bool:
    return _says_so(given.forwarded_props)


def sends_own_events(event: RunStarted) -> bool:
    return _says_so(event.metadata)


def own_event(event: Event) -> Custom | None:
    """None for what is not for another process.

    That is the conversation as it is sent and what undoes a retry, keys, and questions that a rule
    answers.
    """
    if isinstance(event, HistoryChanged | RetryUndone | UndoRefused | SecretsLearned):
        return None
    if isinstance(event, ApprovalRequested) and event.by_rule:
        return None
    return Custom(name=OWN_EVENT, value=msgspec.to_builtins(event))


def _says_so(value: Any) -> bool:
    ours = value.get("streamtui") if isinstance(value, Mapping) else None
    return isinstance(ours, Mapping) and ours.get("events") is True
