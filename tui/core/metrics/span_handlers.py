"""How the spans of the user's code and of the SDK change the waterfall: bars, and no sums."""

from tui.core.metrics.session_state import Session
from tui.core.metrics.spans import add_spans
from tui.core.metrics.waterfall import Span
from tui.protocol.events import GuardrailPassed, SpanEnded


def span_ended(session: Session, event: SpanEnded) -> None:
    name = f"sandbox {event.name}" if event.kind == "sandbox" else event.name
    span = Span(
        part="span",
        start=event.began,
        end=event.at,
        name=f"MCP {name}" if event.kind == "mcp_tools" else name,
        key=_key(event),
        parent=event.parent,
        depth=event.depth,
        outcome="error" if event.error else "ok",
    )
    add_spans(session, event.run, span)


def guardrail_passed(session: Session, event: GuardrailPassed) -> None:
    span = Span(
        part="span",
        start=event.began,
        end=event.at,
        name=event.guardrail,
        key=_key(event),
        parent=event.parent,
        outcome="ok" if event.instead is None else "rejected",
    )
    add_spans(session, event.run, span)


def _key(event: SpanEnded | GuardrailPassed) -> str:
    """Each is a bar of its own."""
    return f"span {event.seq} {event.began} {event.at}"
