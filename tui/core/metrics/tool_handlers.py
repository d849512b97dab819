"""How events of tools and approvals change the session."""

from msgspec.structs import replace

from tui.core.metrics.groups import ToolRow, bounded_name
from tui.core.metrics.session_state import OpenTool, Session
from tui.core.metrics.spans import add_spans
from tui.core.metrics.waterfall import Span
from tui.protocol.events import (
    ApprovalAnswered,
    ApprovalRequested,
    ToolCalled,
    ToolFinished,
    ToolStarted,
)


def tool_called(session: Session, event: ToolCalled) -> None:
    session.called[event.tool_call] = event


def tool_started(session: Session, event: ToolStarted) -> None:
    called = session.called.get(event.tool_call)
    session.tools[event.tool_call] = OpenTool(
        tool_call=event.tool_call,
        name=event.name or (called.name if called else ""),
        started=event.at,
        run=event.run,
        parent=called.parent if called else "",
        quality="estimated" if called and called.hosted else "measured",
    )
    turn = session.open_turns.get(event.run)
    if turn is not None:
        session.replace_turn(event.run, tools=turn.tools + 1)


def tool_finished(session: Session, event: ToolFinished) -> None:
    called = session.called.pop(event.tool_call, None)
    tool = session.tools.pop(event.tool_call, None)
    name = tool.name if tool else event.name or (called.name if called else "")
    duration = None
    if tool is not None:
        duration = None if event.lost else event.at - tool.started
        span = Span(part="tool", start=tool.started, end=event.at, name=name,
                    key=event.tool_call, parent=tool.parent, outcome=event.outcome,
                quality="unavailable" if event.lost else tool.quality)  # fmt: skip
        add_spans(session, tool.run, span)
    failed = event.outcome == "error"
    if failed:
        session.count_error(event.problem.kind if event.problem else "tool", event.run)
    if called is None or not (called.handoff or called.approval):
        hosted = tool is not None and tool.quality == "estimated"
        _count_call(session, name, duration, event.outcome, hosted=hosted)


def end_lost_tool(session: Session, tool_call: str, at: int) -> None:
    """End a tool that has no end event: the worker died, or the run is over."""
    tool = session.tools.pop(tool_call)
    span = Span(part="tool", start=tool.started, end=at, name=tool.name,
                key=tool_call, parent=tool.parent, outcome="unknown",
                quality=tool.quality)  # fmt: skip
    add_spans(session, tool.run, span)
    _count_call(session, tool.name, None, "unknown")


def approval_requested(session: Session, event: ApprovalRequested) -> None:
    """A call that only seemed to have started, in the stream of another server, has not.

    Asked again, because an edit of its arguments was refused, it has waited since the first time.
    """
    turn = session.open_turns.get(event.run)
    if session.tools.pop(event.tool_call, None) is not None and turn is not None:
        session.replace_turn(event.run, tools=turn.tools - 1)
    asked = session.approvals.get(event.tool_call)
    session.approvals[event.tool_call] = replace(event, at=asked.at) if asked else event


def approval_answered(session: Session, event: ApprovalAnswered) -> None:
    end_approval(session, event.tool_call, event.at, "ok" if event.approved else "rejected")


def end_approval(session: Session, tool_call: str, at: int, outcome: str) -> None:
    asked = session.approvals.pop(tool_call, None)
    if asked is not None:
        span = Span(part="approval", start=asked.at, end=at, name=asked.name,
                    key=tool_call, parent=asked.parent, outcome=outcome)  # fmt: skip
        add_spans(session, asked.run, span)


def _count_call(
    session: Session,
    name: str,
    duration: int | None,
    outcome: str,
    *,
    hosted: bool = False,
) -> None:
    """The duration counts of a call that ran to its end."""
    whole = outcome in {"ok", "error"}
    name = bounded_name(name, session.by_tool)
    row = session.by_tool.get(name, ToolRow())
    session.by_tool[name] = replace(
        row,
        calls=row.calls + 1,
        failed=row.failed + (outcome == "error"),
        cancelled=row.cancelled + (outcome in {"cancelled", "unknown"}),
        rejected=row.rejected + (outcome == "rejected"),
        estimated=row.estimated + (hosted and whole),
        durations=row.durations.add([duration] if whole and duration is not None else []),
    )
