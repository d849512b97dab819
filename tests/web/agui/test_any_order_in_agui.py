"""For any order of events, what the client is sent is a well-formed AG-UI stream."""

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.core.conversation.test_any_order import ANY_EVENT, PICTURE, timed
from tests.web.agui.stream_rules import check_stream
from tests.web.agui.translating import as_sent, found_by_validator, steps_of
from tui.core.conversation import Step
from tui.protocol import events
from tui.protocol.events import Event
from tui.web.dialects.agui.run_terms import Terms
from tui.web.dialects.agui.run_translation import RunTranslation

CUT_OFF_PICTURE: list[Event] = [
    events.ApprovalRequested(at=1, run="r1", tool_call="t1", name="dig", arguments="{}"),
    events.ToolProgressed(at=1, run="r1", tool_call="t1", attachments=(PICTURE,)),
    events.WorkerStarted(at=1, pid=1, python="3", wall=1.0),
]
"""A tool's picture was half there when its worker died."""


def runs_of(steps: list[Step], *, modern: bool) -> list[list[dict[str, Any]]]:
    """The streams of AG-UI runs that follow each other, one step at a time."""
    streams, number = [], 0
    history: Any = ()
    translation, sent = None, []
    for step in steps:
        if translation is None or translation.end is not None:
            if translation is not None:
                history = translation.snapshot
                streams.append(as_sent(sent))
            number += 1
            translation = RunTranslation(
                Terms(
                    thread="t", run=f"run{number}", ours="r1", modern=modern, messages=history,
                    client_tools=("dig",) if number % 2 else (), resumes=number > 1,
                )
            )  # fmt: skip
            sent = translation.begin(agent="Ann" if number > 1 else "")
        sent += translation.take([step])
    if translation is not None:
        sent += translation.fail("the server ends", "SHUTTING_DOWN")
        assert translation.take(steps) == []
        streams.append(as_sent(sent))
    return streams


def in_one_run(event: Event) -> Event:
    return replace(event, run="r1") if event.run else event


@settings(max_examples=300, deadline=None)
@given(session=st.lists(ANY_EVENT.map(in_one_run), max_size=60), modern=st.booleans())
@example(session=CUT_OFF_PICTURE, modern=True)
def test_every_run_is_well_formed(session: list[Event], modern: bool) -> None:
    for stream in runs_of(steps_of(timed(session)), modern=modern):
        check_stream(stream)
        # These arguments are random words.
        assert [one for one in found_by_validator(stream) if not one.startswith("AGUI204")] == []
