"""How tool calls, approvals and handoffs change the conversation."""

from msgspec.structs import replace

from tui.core.conversation.conversation import Call, Conversation
from tui.core.conversation.items import Change, Handoff, ToolCall
from tui.core.conversation.speech_changes import close_open
from tui.protocol import events

MOST_ARGUMENTS = 100_000
"""Characters of streamed arguments that are joined; `ToolCalled` has all of them."""
MOST_OUTPUT = 100_000
"""Characters of an output that are joined as they come; `ToolFinished` has all of them."""


def arguments_arrived(state: Conversation, event: events.ToolArgumentsDelta) -> None:
    call = state.calls.get(event.call, Call(agent=""))
    tool = _found(
        state, event, name=event.name, agent=event.agent, parent=event.parent or call.parent
    )
    if event.text and tool.state == "calling" and len(tool.arguments) < MOST_ARGUMENTS:
        _update(state, replace(tool, arguments=tool.arguments + event.text, call=event.call))


def tool_called(state: Conversation, event: events.ToolCalled) -> None:
    tool = _found(state, event, name=event.name, agent=event.agent, parent=event.parent)
    # The arguments of a hosted tool may be complete only when it has run for a while.
    began = event.at if tool.began is None else tool.began
    attempt = state.attempts.get(event.call)
    if event.handoff:
        state.handoffs += (event.tool_call,)
    _update(
        state,
        replace(
            tool,
            name=event.name,
            arguments=event.arguments,
            call=event.call or tool.call,
            hosted=event.hosted,
            handoff=event.handoff,
            source=event.source,
            cached=attempt is not None and attempt.cached,
            approval=event.approval,
            state="running" if event.hosted else "called",
            began=began if event.hosted else None,
        ),
    )


def tool_started(state: Conversation, event: events.ToolStarted) -> None:
    tool = _found(state, event, name=event.name)
    state.set_run(ran_tools=True)
    _update(state, replace(tool, state="running", began=event.at))


def tool_progressed(state: Conversation, event: events.ToolProgressed) -> None:
    tool = state.open_tools.get(event.tool_call)
    if tool is not None:
        attachments = event.attachments or tool.attachments
        progress = event.status or tool.progress
        output = tool.output + event.output[: max(0, MOST_OUTPUT - len(tool.output))]
        _update(state, replace(tool, progress=progress, attachments=attachments, output=output))


def tool_finished(state: Conversation, event: events.ToolFinished) -> None:
    tool = _found(state, event, name=event.name)
    if event.outcome == "unknown" and state.cancelling_since is not None:
        state.left_behind |= {tool.name or event.tool_call}
    end_tool(
        state,
        replace(
            tool,
            state=event.outcome,
            ended=event.at,
            progress="",
            # One that is cut off keeps what it had printed.
            output=event.output or tool.output,
            more=event.more,
            attachments=event.attachments or tool.attachments,
            problem=event.problem,
            lost=event.lost,
            blocks=False,
        ),
    )


def output_continued(state: Conversation, event: events.ToolOutputContinued) -> None:
    """The call changes when its output is whole, and not with each piece."""
    tool = state.tools.get(event.tool_call)
    if tool is None or not tool.more or tool.rest:
        return
    pieces = (*state.arriving.get(event.tool_call, ()), event.text)
    if not event.last:
        state.arriving[event.tool_call] = pieces
        return
    state.arriving.pop(event.tool_call, None)
    tool = replace(tool, rest=pieces)
    state.tools[tool.key] = tool
    state.change(Change("updated", tool))


def guardrail_refused(state: Conversation, event: events.GuardrailPassed) -> None:
    """A tool's guardrail refused the call, which then ends, or the output of one that has ended."""
    tool = state.tools.get(event.tool_call)
    if tool is None or event.instead is None:
        return
    sent = event.instead if event.stage == "tool_output" else ""
    tool = replace(tool, sent=sent, guardrail=event.guardrail)
    state.tools[tool.key] = tool
    if tool.open:
        state.open_tools[tool.key] = tool
    state.change(Change("updated", tool))


def approval_requested(state: Conversation, event: events.ApprovalRequested) -> None:
    tool = _found(state, event, name=event.name, agent=event.agent, parent=event.parent)
    # In the stream of another server it may have seemed to run.
    asked = replace(tool, state="waiting", asked=True, arguments=event.arguments, began=None)
    _update(state, replace(tool, arguments=event.arguments) if event.by_rule else asked)


def approval_answered(state: Conversation, event: events.ApprovalAnswered) -> None:
    tool = state.open_tools.get(event.tool_call)
    if tool is not None:
        if event.always:
            # Of all runs, so a copy of the state shares it.
            state.standing_answers = {**state.standing_answers, (tool.agent, tool.name): event}
        state_now = "called" if tool.state == "waiting" else tool.state
        _update(
            state,
            replace(tool, state=state_now, refused=not event.approved, edited=event.arguments),
        )


def loop_blocked(state: Conversation, event: events.LoopBlocked) -> None:
    tool = state.open_tools.get(event.tool_call)
    if tool is not None:
        _update(state, replace(tool, blocks=True))


def loop_freed(state: Conversation, _: events.LoopFreed) -> None:
    for tool in [one for one in state.open_tools.values() if one.blocks]:
        _update(state, replace(tool, blocks=False))


def agent_changed(state: Conversation, event: events.AgentChanged) -> None:
    if event.parent:
        return
    state.set_run(agent=event.agent)
    if event.reason != "handoff":
        return
    close_open(state, "", event.at)
    call, *rest = state.handoffs or ("",)
    state.handoffs = tuple(rest)
    handoff = Handoff(
        key=f"handoff {call or event.at}",
        run=event.run,
        at=event.at,
        wall=state.wall(event.at),
        previous=event.previous,
        agent=event.agent,
        call=call,
    )
    state.change(Change("began", handoff))


def end_tool(state: Conversation, tool: ToolCall) -> None:
    """Record the end of a call, in the state of ``tool``."""
    state.open_tools.pop(tool.key, None)
    state.tools[tool.key] = tool
    state.change(Change("ended", tool))


def _found(
    state: Conversation, event: events.Event, *, name: str, agent: str = "", parent: str = ""
) -> ToolCall:
    """The call that an event is about; a new one if this is its first event."""
    key: str = event.tool_call  # type: ignore[union-attr]  # every caller's event has one
    tool = state.tools.get(key)
    if tool is not None:
        if (name and name != tool.name) or (agent and agent != tool.agent):
            return replace(tool, name=name or tool.name, agent=agent or tool.agent)
        return tool
    close_open(state, parent, event.at)
    above = state.tools.get(parent)
    call = state.calls.get(getattr(event, "call", ""))
    tool = ToolCall(
        key=key,
        run=event.run,
        at=event.at,
        wall=state.wall(event.at),
        name=name,
        agent=agent,
        parent=parent,
        depth=above.depth + 1 if above is not None else int(bool(parent)),
        top=not (parent if call is None else call.parent),
    )
    state.tools[key] = state.open_tools[key] = tool
    state.change(Change("began", tool))
    return tool


def _update(state: Conversation, tool: ToolCall) -> None:
    state.tools[tool.key] = state.open_tools[tool.key] = tool
    state.change(Change("updated", tool))
