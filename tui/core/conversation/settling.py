"""Settling what is open when its run or its worker ends, whatever key its end came under."""

from collections.abc import Iterator

from msgspec.structs import replace

from tui.core.conversation.conversation import Conversation
from tui.core.conversation.items import Change
from tui.core.conversation.speech_changes import close_speech
from tui.core.conversation.tool_changes import end_tool
from tui.protocol import events
from tui.protocol.events import Event, Problem

ENDED_HERE = Problem(kind="cancelled", message="the dashboard ended here")
"""Why a run has no end of its own: its dashboard was killed."""


def settle(state: Conversation, at: int, why: str) -> None:
    """End everything that is open; ``why`` says what ended it, "" where it was complete."""
    for speech in tuple(state.speech.values()):
        cut = bool(why) and speech.kind != "reasoning"
        close_speech(state, speech, at, "interrupted" if cut else "done", why if cut else "")
    for tool in tuple(state.open_tools.values()):
        # A tool that had begun was stopped somewhere: nobody knows what it has done by then.
        ended = "cancelled" if tool.began is None else "unknown"
        note = why or "no end was reported"
        end_tool(state, replace(tool, state=ended, ended=at, blocks=False, note=note))
    for attempt in tuple(state.attempts.values()):
        state.change(Change("ended", replace(attempt, state="cancelled")))
    state.attempts.clear()
    state.calls.clear()
    state.backoffs = frozenset()
    state.handoffs = ()


def completed(state: Conversation, event: Event) -> Iterator[Event]:
    """The event, behind the ends that the stream left out.

    A run was open when its dashboard was killed where another worker or another run begins without
    its end: it was cancelled there.
    """
    if isinstance(event, events.WorkerStarted | events.RunStarted):
        yield from missing_ends(state)
    yield event


def missing_ends(state: Conversation) -> Iterator[Event]:
    """The ends of the run that is open, as they would have come; none when nothing runs."""
    run = state.run
    if run is None or run.outcome or not run.begun:
        return
    for tool in state.open_tools.values():
        yield events.ToolFinished(
            at=state.at,
            run=run.id,
            tool_call=tool.key,
            name=tool.name,
            outcome="cancelled" if tool.began is None else "unknown",
        )
    # The person's message is in the ledger as soon as the worker has reported a change of it.
    kept = run.kept or run.mode == "continue"
    yield events.RunFinished(
        at=state.at,
        run=run.id,
        outcome="cancelled",
        problem=ENDED_HERE,
        agent=run.agent,
        kept=kept,
        can_continue=kept,
    )
