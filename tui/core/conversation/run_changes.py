"""How events and requests about runs change the conversation."""

from collections.abc import Sequence
from typing import Literal

from msgspec.structs import replace

from tui.core.conversation import follow_ups
from tui.core.conversation.conversation import UNNAMED, Conversation, Run
from tui.core.conversation.items import Change, Failure, Notice, OutputLine, UserMessage
from tui.core.conversation.requests import CancelSent, MessageSent, RetrySent
from tui.core.conversation.retry_changes import begin_turn, take_back
from tui.core.conversation.settling import settle
from tui.core.conversation.speech_changes import close_speech, say_output
from tui.core.formatting import counted
from tui.protocol import events


def message_sent(state: Conversation, request: MessageSent) -> None:
    _begin(state, Run(id=request.run, prompt=request.text))
    shown = with_attached(request.shown or request.text, request.attached)
    _add_message(state, request.run, shown, request.at)


def retry_sent(state: Conversation, request: RetrySent) -> None:
    prompt = state.run.prompt if state.run is not None else ""
    ran = _ran_tools(state) and request.mode == "continue"
    _begin(state, Run(id=request.run, prompt=prompt, mode=request.mode, ran_tools=ran))


def cancel_sent(state: Conversation, request: CancelSent) -> None:
    state.set_run(cancelling_since=request.pressed)


def run_started(state: Conversation, event: events.RunStarted) -> None:
    last = state.run
    sent = last if last is not None and last.id == event.run else None
    # The prompt as the user typed it: in events, keys are masked.
    prompt = (sent.prompt if sent else event.prompt) or (last.prompt if last else "")
    ran = _ran_tools(state) and event.mode == "continue"
    cancelling = sent.cancelling_since if sent is not None and not sent.outcome else None
    before = state.before if sent is not None and not sent.begun else last
    # A rewound ledger that is the same as before is not reported: the message may be in it already.
    kept = event.mode == "rewind" and before is not None and before.kept
    _begin(
        state,
        Run(id=event.run, prompt=prompt, mode=event.mode, begun=True, agent=event.agent,
            ran_tools=ran, kept=kept, cancelling_since=cancelling),
    )  # fmt: skip
    if event.wall:
        state.anchor = (event.at, event.wall)
    if event.mode == "rewind":
        take_back(state, before)
    elif event.mode == "send":
        begin_turn(state)
    state.before = None
    shown = sent is not None and not sent.begun
    if event.mode == "rewind" or (event.mode == "send" and not shown):
        # As if it was shown when it was entered.
        at = event.entered_at if event.mode == "send" and event.entered_at else event.at
        _add_message(state, event.run, _with_images(event), at)


def run_finished(state: Conversation, event: events.RunFinished) -> None:
    run = state.open_run
    if event.run:
        state.ended_runs |= {event.run}
    if run is None or (event.run and run.id not in {event.run, UNNAMED}):
        return
    problem = event.problem
    cancelled = event.outcome == "cancelled"
    reason = problem.message if cancelled and problem is not None else ""
    settle(state, event.at, "" if event.outcome == "ok" else reason or event.outcome)
    state.run = replace(
        run,
        outcome=event.outcome,
        lost=event.lost,
        kept=event.kept,
        can_continue=event.can_continue,
        cancelling_since=None,
    )
    if event.outcome == "ok" and event.output and not event.spoken:
        if event.made_by:
            add_notice(state, event, "note", f"answered by {event.made_by}")
        say_output(state, event)
    if event.empty:
        add_notice(state, event, "note", event.empty)
    steered = cancelled and run.cancelling_since is None and follow_ups.steering(state)
    if event.outcome != "ok" and not steered:
        follow_ups.hold(state)
    _say_end(state, event, reason, steered=steered)


def _say_end(state: Conversation, event: events.RunFinished, reason: str, *, steered: bool) -> None:
    """Notices about a run that did not end well, and about tools that it has left behind."""
    problem = event.problem
    if steered:
        add_notice(state, event, "note", "stopped here for your next message")
    elif event.outcome == "cancelled":
        offer: Literal["", "retry"] = "retry" if event.can_continue else ""
        add_notice(state, event, "cancelled", reason, offer=offer, lost=event.lost)
    # If the agent could not be loaded, that failure is on the screen already.
    elif event.outcome == "failed" and problem is not None and problem != state.load_problem:
        add_failure(state, event, problem, "run", can_continue=event.can_continue)
    if state.left_behind:
        names = ", ".join(sorted(state.left_behind))
        verb = "is" if len(state.left_behind) == 1 else "are"
        text = f"{names} {verb} still running in the background"
        state.left_notice = add_notice(state, event, "left_behind", text, offer="restart")


def guardrail_tripped(state: Conversation, event: events.GuardrailTripped) -> None:
    if event.stage in {"input", "output"}:
        answers = [one for one in state.spoken.values() if not one.parent]
        for speech in answers if event.stage == "input" else answers[-1:]:
            note = f"withdrawn by the guardrail {event.guardrail}"
            close_speech(state, speech, event.at, "withdrawn", note)
    text = f"{event.stage} guardrail {event.guardrail} tripped {event.info}".rstrip()
    add_notice(state, event, "guardrail", text)


def history_compacted(state: Conversation, event: events.HistoryCompacted) -> None:
    """A line in the log; at the top, in the chat too."""
    text = f"the history was compacted from {counted(event.before, 'item')} to {event.after:,}"
    if event.tokens_before is not None and event.tokens_after is not None:
        text += f", {counted(event.tokens_before, 'token')} to {event.tokens_after:,}"
    line = OutputLine(
        key="", run=event.run, at=event.at, text=f"compaction: {text}", level="info", source="span"
    )
    state.change(Change("began", line))
    if not event.parent:
        add_notice(state, event, "compacted", text)


def end_run(state: Conversation, at: int, why: str) -> None:
    """The worker has exited, and its run with it."""
    run = state.open_run
    settle(state, at, why)
    _forget_left_behind(state)
    state.undoing = False
    if run is None:
        return
    follow_ups.hold(state)
    state.ended_runs |= {run.id}
    if not run.begun and run.mode != "send":
        # The turn that was to be retried is as it was.
        state.run, state.before = state.before, None
    else:
        state.run = replace(
            run, outcome="failed", kept=run.begun, can_continue=True, cancelling_since=None
        )


def remove_unsent(state: Conversation) -> None:
    """Remove a message that no worker has started a run with."""
    message, run = state.user_message, state.open_run
    if run is not None and not run.begun and message is not None and message.run == run.id:
        state.change(Change("removed", message))
        state.user_message, state.message_before = state.message_before, None


def _begin(state: Conversation, run: Run) -> None:
    if not run.begun and state.run is not None:
        state.before = state.run if state.run.begun else state.before
    state.run = run
    follow_ups.follow(state, retry=run.mode != "send")
    state.runs = max(state.runs, _number(run.id))
    state.ended_runs -= {run.id}
    _forget_left_behind(state)
    state.tools.clear()
    state.arriving.clear()
    state.spoken.clear()


def _forget_left_behind(state: Conversation) -> None:
    state.left_behind = frozenset()
    if state.left_notice is not None:
        state.change(Change("ended", state.left_notice))
        state.left_notice = None


def _with_images(event: events.RunStarted) -> str:
    if event.images and not event.attached:  # an older recording
        return f"{event.prompt}\n[{counted(event.images, 'picture')}]"
    return with_attached(event.prompt, event.attached)


def with_attached(text: str, attached: Sequence[str]) -> str:
    """A message as it is shown: with what was sent with it."""
    return "\n".join([text, *(f"[{one}]" for one in attached)])


def _number(run: str) -> int:
    """A name may be longer, with what makes it unique in a worker: ``r3.x``."""
    number = run[1:].partition(".")[0]
    return int(number) if run[:1] == "r" and number.isdecimal() else 0


def _ran_tools(state: Conversation) -> bool:
    return state.run is not None and state.run.ran_tools


def _add_message(state: Conversation, run: str, text: str, at: int) -> None:
    message = UserMessage(key=f"user {run}", run=run, at=at, wall=state.wall(at), text=text)
    state.message_before, state.user_message = state.user_message, message
    state.change(Change("began", message))


def add_notice(
    state: Conversation,
    event: events.Event,
    kind: Literal["cancelled", "guardrail", "left_behind", "loaded", "note", "own", "compacted"],
    text: str,
    *,
    offer: Literal["", "retry", "restart"] = "",
    lost: bool = False,
    number: int | None = None,
    wall: float | None = None,
) -> Notice:
    """``number``: of several notices about one event; ``wall``: if it is not the event's time."""
    which = "" if number is None else f" {number}"
    notice = Notice(
        key=f"{kind} {event.run} {event.at}{which}",
        run=event.run,
        at=event.at,
        wall=state.wall(event.at) if wall is None else wall,
        kind=kind,
        text=text,
        offer=offer,
        lost=lost,
    )
    state.change(Change("began", notice))
    return notice


def add_failure(
    state: Conversation,
    event: events.Event,
    problem: events.Problem,
    cause: Literal["run", "worker", "load"],
    *,
    can_continue: bool = False,
) -> None:
    failure = Failure(
        key=f"failure {event.run} {event.at}",
        run=event.run,
        at=event.at,
        wall=state.wall(event.at),
        problem=problem,
        cause=cause,
        can_continue=can_continue,
    )
    state.change(Change("began", failure))
