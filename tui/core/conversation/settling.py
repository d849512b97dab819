"""Settles everything that is still open when its run or its worker ends."""

from collections.abc import Iterator

from msgspec.structs import replace

from tui.core.conversation.conversation import Conversation
from tui.core.conversation.items import Change
from tui.core.conversation.speech_changes import cut_speech
from tui.core.conversation.tool_changes import end_tool
from tui.protocol import events
from tui.protocol.events import Event, Problem

ENDED_HERE = Problem(kind="cancelled", message="the dashboard ended here")
"""The reason of a run without an end: its dashboard was killed."""


ENDS_RUN = (events.WorkerStarted, events.RunStarted, events.RetryUndone)
"""They come when no run is open; if one is, the dashboard of that run was killed."""


def settle(state: Conversation, at: int, why: str) -> None:
    """End everything that is open; ``why`` is what cut it off, "" if the run ended well."""
    for speech in tuple(state.speech.values()):
        cut_speech(state, speech, at, why)
    for tool in tuple(state.open_tools.values()):
        # A tool that had started was cut off at an unknown point: it may have completed.
        ended = "cancelled" if tool.began is None else "unknown"
        note = why or "no end was reported"
        end_tool(state, replace(tool, state=ended, ended=at, blocks=False, note=note))
    for attempt in tuple(state.attempts.values()):
        state.change(Change("ended", replace(attempt, state="cancelled")))
    state.attempts.clear()
    state.calls.clear()
    state.phases.clear()
    state.backoffs = frozenset()
    state.handoffs = ()


def completed(state: Conversation, event: Event) -> Iterator[Event]:
    """The event, and before it the ends that the stream left out."""
    if isinstance(event, ENDS_RUN):
        yield from missing_ends(state)
    yield event


def missing_ends(state: Conversation) -> Iterator[Event]:
    """The events that end the open run and its tools; none when nothing runs."""
    run = state.open_run
    if run is None or not run.begun:
        return
    for tool in state.open_tools.values():
        yield events.ToolFinished(
            at=state.at,
            run=run.id,
            tool_call=tool.key,
            name=tool.name,
            outcome="cancelled" if tool.began is None else "unknown",
            lost=True,
        )
    # Once the worker has reported a change of the ledger, the user's message is in it.
    kept = run.kept or run.mode == "continue"
    yield events.RunFinished(
        at=state.at,
        run=run.id,
        outcome="cancelled",
        problem=ENDED_HERE,
        agent=run.agent,
        kept=kept,
        can_continue=kept,
        lost=True,
    )
