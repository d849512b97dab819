"""How the spans of the user's code and of the SDK change the waterfall: bars, and no sums."""

from tui.core.metrics.session_state import Session
from tui.core.metrics.spans import add_spans
from tui.core.metrics.waterfall import Span
from tui.protocol.events import GuardrailPassed, SpanEnded


def span_ended(session: Session, event: SpanEnded) -> None:
    span = Span(
        part="span",
        start=event.began,
        end=event.at,
        name=_name(event),
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


def _name(event: SpanEnded) -> str:
    match event.kind:
        case "sandbox":
            # Their names are ``create_session``, ``prepare_agent``, ``exec`` and the like.
            return f"sandbox {event.name.partition('_')[0]}"
        case "mcp_tools":
            return f"MCP {event.name}"
    return event.name


def _key(event: SpanEnded | GuardrailPassed) -> str:
    """Each is a bar of its own."""
    return f"span {event.seq} {event.began} {event.at}"
