"""How spans and the checks of guardrails change the conversation: each is a line in the log."""

from typing import Literal

from tui.core.conversation.conversation import Conversation
from tui.core.conversation.items import Change, OutputLevel, OutputLine
from tui.core.conversation.tool_changes import guardrail_refused
from tui.core.formatting import duration
from tui.protocol import events

STAGES: dict[str, str] = {
    "input": "input", "output": "output", "tool_input": "tool input", "tool_output": "tool output",
}  # fmt: skip
_KINDS = {"mcp_tools": "MCP tools of", "custom": "span", "speech_group": "speech"}
"""What a span is called; by default, its kind."""
_SANDBOX = {
    "create_session": "created",
    "resume_session": "resumed",
    "start": "started",
    "exec": "command",
    "stop": "stopped",
    "shutdown": "shut down",
    "persist_workspace": "saved",
    "hydrate_workspace": "restored",
}
"""What the operation of a sandbox is called; by default, its name."""
_AROUND = frozenset(("prepare_agent", "cleanup", "cleanup_sessions"))
"""Spans of a sandbox that only hold others: the waterfall shows them."""


def guardrail_passed(state: Conversation, event: events.GuardrailPassed) -> None:
    guardrail_refused(state, event)
    took = duration(event.at - event.began)
    guardrail = f"{STAGES.get(event.stage, '')} guardrail {event.guardrail}".lstrip()
    what = event.tool or event.agent
    if event.instead is None:
        on = f" on {what}" if what else ""
        _add(state, event, f"{guardrail} passed{on} · {took}")
        return
    verb = "replaced the result of" if event.stage == "tool_output" else "refused"
    text = f"{guardrail} {verb} {what} · {took}\nthe model gets: {event.instead}"
    _add(state, event, text, "warning")


def span_ended(state: Conversation, event: events.SpanEnded) -> None:
    """A handoff has a row as a tool call; what has not changed since the last time has none."""
    around = event.kind == "sandbox" and event.name in _AROUND
    if not event.error and (event.kind == "handoff" or event.again or around):
        return
    what = _SANDBOX.get(event.name, event.name) if event.kind == "sandbox" else event.name
    head = f"{_KINDS.get(event.kind, event.kind)} {what}"
    took = duration(event.at - event.began)
    if event.error:
        verb = event.error if event.kind == "guardrail" else f"failed: {event.error}"
        lines = (f"{head} {verb} · {took}", event.about)
    elif event.kind in {"mcp_tools", "sandbox"} and event.about:
        lines = (f"{head}: {event.about} · {took}", "")
    else:
        lines = (f"{head} · {took}", event.about)
    text = "\n".join(filter(None, lines))
    _add(state, event, text, "warning" if event.error else "info")


def _add(
    state: Conversation,
    event: events.Event,
    text: str,
    level: Literal["info", "warning"] = "info",
) -> None:
    shown: OutputLevel = level
    line = OutputLine(key="", run=event.run, at=event.at, text=text, level=shown, source="span")
    state.change(Change("began", line))
