"""Approvals as AG-UI's interrupts, and a client's answers to them as commands."""

from typing import Any

import msgspec

from tui.protocol.agui.run_outcomes import Interrupt
from tui.protocol.events import ApprovalRequested

_DEFINITIONS = ("$defs", "definitions")


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A tool call that waits for the user."""

    request: ApprovalRequested
    schema: Any = None
    """The JSON schema of the tool's parameters; None: they cannot be edited."""

    def id_in(self, run: str) -> str:
        """The interrupt's id: unique in the thread."""
        return f"{run}:{self.request.tool_call}"


def interrupt(question: Question, run: str, *, owner: str = "") -> Interrupt:
    """``owner`` is the nested agent that asks."""
    request = question.request
    properties: dict[str, Any] = {
        "approved": {"type": "boolean"},
        "always": {
            "type": "boolean",
            "description": "Answer every later call of this tool in this thread the same way.",
        },
        "reason": {"type": "string", "description": "Why not: the model reads it."},
    }
    definitions = {}
    if isinstance(question.schema, dict):
        schema = dict(question.schema)
        # What its references name stands at the root.
        definitions = {key: schema.pop(key) for key in _DEFINITIONS if key in schema}
        properties["editedArgs"] = {**schema, "description": "Full replacement of the arguments."}
    return Interrupt(
        id=question.id_in(run),
        reason="tool_call",
        message=f"May {request.agent or 'the agent'} call {request.name}?",
        tool_call_id=request.tool_call,
        response_schema={
            "type": "object",
            "properties": properties,
            "required": ["approved"],
            **definitions,
        },
        metadata={"streamtui": {"tool": request.name, "arguments": request.arguments}},
        subagent_run_id=owner or None,
    )
