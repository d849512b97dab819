"""The dispatcher, with lists of events and a fake clock."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import reduce

import msgspec

from tests.support.conversations import Folding
from tui.core.conversation import CancelSent, Step
from tui.core.metrics import Metrics, fold
from tui.protocol import events
from tui.protocol.deltas import DELTAS
from tui.stream.dispatcher import (
    FLOOD,
    FLOOD_FRAME,
    FRAME,
    METRICS_EVERY,
    REPLAYED,
    Dispatcher,
    Past,
)
from tui.stream.facts import Fact, FiguresChanged, StreamAdvanced


class Desk:
    """A dispatcher, what it posts and journals, and a clock that the test sets."""

    def __init__(self) -> None:
        self.posted: list[Fact] = []
        self.journalled: list[events.Event] = []
        self.time = 1000.0
        self.dispatcher = Dispatcher(
            self.posted.append,
            journal=self,
            now=lambda: int(self.time * 1e9),
            clock=lambda: self.time,
        )

    def append(self, batch: Sequence[events.Event]) -> None:
        self.journalled.extend(batch)

    def steps(self, *, live: bool = True) -> list[list[Step]]:
        """The steps of each post."""
        return [
            list(fact.steps)
            for fact in self.posted
            if isinstance(fact, StreamAdvanced) and fact.live == live
        ]

    def texts(self) -> list[list[str]]:
        """The texts of each post that has any."""
        texts = [
            [step.event.text for step in steps if isinstance(step.event, DELTAS)]
            for steps in self.steps()
        ]
        return list(filter(None, texts))

    def kinds(self, *, live: bool = True) -> list[list[str]]:
        return [[type(step.event).__name__ for step in steps] for steps in self.steps(live=live)]


class Sink:
    """The journal of another session."""

    def __init__(self, events: list[events.Event]) -> None:
        self._events = events

    def append(self, batch: Sequence[events.Event]) -> None:
        self._events.extend(batch)


def run_started() -> events.RunStarted:
    return events.RunStarted(at=1, run="r1", prompt="hi", entered_at=1, wall=0.0)


def text(words: str, call: str = "c1", part: int = 0) -> events.TextDelta:
    return events.TextDelta(at=1, call=call, text=words, part=part)


async def test_the_first_text_is_posted_at_once() -> None:
    desk = Desk()
    desk.dispatcher.dispatch([text("a"), text("b")])
    assert desk.texts() == [["ab"]]


async def test_text_is_joined_and_posted_once_per_frame() -> None:
    desk = Desk()
    desk.dispatcher.dispatch([text("a")])
    desk.dispatcher.dispatch([text("b")])
    desk.dispatcher.dispatch([text("c"), text("d")])
    assert desk.texts() == [["a"]]
    desk.time += FRAME
    desk.dispatcher.dispatch([text("e")])
    assert desk.texts() == [["a"], ["bcde"]]


async def test_a_flood_of_text_is_posted_less_often_and_nothing_is_lost() -> None:
    desk = Desk()
    desk.dispatcher.dispatch([text("a")])
    desk.dispatcher.dispatch([text("b")] * (FLOOD + 1))
    desk.time += FRAME
    desk.dispatcher.dispatch([text("c")])
    assert desk.texts() == [["a"]]
    desk.time += FLOOD_FRAME
    desk.dispatcher.dispatch([text("d")])
    assert desk.texts() == [["a"], ["b" * (FLOOD + 1) + "cd"]]


async def test_waiting_text_is_posted_with_its_frame() -> None:
    desk = Desk()
    desk.dispatcher.dispatch([text("a")])
    desk.dispatcher.dispatch([text("b")])
    async with asyncio.timeout(5):
        while len(desk.texts()) < 2:
            desk.time += FRAME
            await asyncio.sleep(0)
    assert desk.texts() == [["a"], ["b"]]


async def test_a_structural_event_never_overtakes_text() -> None:
    desk = Desk()
    desk.dispatcher.dispatch([text("a")])
    desk.dispatcher.dispatch(
        [
            text("b"),
            events.ToolCalled(at=2, tool_call="t", name="roll", arguments="{}"),
            text("c"),
        ]
    )
    desk.dispatcher.flush()
    assert desk.kinds() == [["TextDelta"], ["TextDelta"], ["ToolCalled"], ["TextDelta"]]
    assert desk.texts() == [["a"], ["b"], ["c"]]


async def test_texts_of_different_parts_calls_attempts_and_kinds_are_not_joined() -> None:
    desk = Desk()
    desk.dispatcher.dispatch(
        [
            text("a"),
            text("b", part=1),
            text("c", part=1),
            text("d", call="c2", part=1),
            events.ReasoningDelta(at=1, call="c2", part=1, text="e"),
            events.TextDelta(at=1, call="c1", attempt=2, text="f"),
        ]
    )
    assert desk.texts() == [["a", "bc", "d", "e", "f"]]


async def test_arguments_of_two_tools_are_not_joined() -> None:
    desk = Desk()
    desk.dispatcher.dispatch(
        [
            events.ToolArgumentsDelta(at=1, call="c1", text="{", tool_call=key, name="roll")
            for key in ("t1", "t1", "t2")
        ]
    )
    assert desk.texts() == [["{{", "{"]]


async def test_text_is_cleaned_before_it_is_shown_and_stored() -> None:
    desk = Desk()
    desk.dispatcher.dispatch([text("a\x1b[2J")])
    assert desk.texts() == [["a␛[2J"]]
    assert [event.text for event in desk.journalled] == ["a␛[2J"]  # type: ignore[union-attr]


async def test_secrets_are_neither_stored_nor_posted() -> None:
    desk = Desk()
    desk.dispatcher.dispatch([events.SecretsLearned(at=1, values=("a-key-of-some-kind",))])
    assert desk.journalled == []
    assert desk.posted == []


async def test_figures_are_posted_at_once_after_a_structural_event() -> None:
    desk = Desk()
    desk.dispatcher.dispatch(
        [
            events.RunStarted(at=5, run="r1", prompt="hi", entered_at=5, wall=0.0),
        ]
    )
    assert isinstance(desk.posted[-1], FiguresChanged)


async def test_figures_are_posted_less_often_than_text() -> None:
    desk = Desk()
    frames = 30
    for _ in range(frames):
        desk.time += FRAME
        desk.dispatcher.dispatch([text("a")])
    posted = sum(isinstance(message, FiguresChanged) for message in desk.posted)
    assert 1 <= posted <= frames * FRAME / METRICS_EVERY + 1


async def test_a_new_session_has_no_figures_but_keeps_the_agent() -> None:
    desk = Desk()
    desk.dispatcher.dispatch(
        [
            events.WorkerStarted(at=1, pid=1, python="3", wall=0.0),
            events.AgentLoaded(
                at=2, agent="Ann", model="m", mcp_servers=(events.McpServerInfo(name="sums"),)
            ),
            events.McpToolsListed(at=3, server=0, tools=(events.ToolInfo(name="add"),)),
            events.RunStarted(at=5, run="r1", prompt="hi", entered_at=5, wall=0.0),
            events.RunFinished(at=9, run="r1", outcome="ok"),
        ]
    )
    assert desk.dispatcher.figures().session.turns == 1
    another: list[events.Event] = []
    desk.dispatcher.begin(Sink(another))
    figures = desk.dispatcher.figures()
    assert figures.session.turns == 0
    assert (figures.agent, figures.model, figures.state.kind) == ("Ann", "m", "idle")
    kinds = [type(event).__name__ for event in another]
    assert kinds == ["WorkerStarted", "AgentLoaded", "McpToolsListed"]
    loaded = desk.dispatcher.conversation.loaded
    assert loaded is not None
    assert [tool.name for tool in loaded.mcp_servers[0].tools] == ["add"]
    desk.dispatcher.dispatch([text("for the new session")])
    assert another[-1] == text("for the new session")
    assert text("for the new session") not in desk.journalled


async def test_a_session_that_starts_while_the_worker_is_unresponsive_reports_it() -> None:
    desk = Desk()
    desk.dispatcher.dispatch([events.WorkerSilent(at=9_000, since=5_000)])
    desk.dispatcher.begin(None)
    assert desk.dispatcher.figures().state.kind == "silent"
    desk.dispatcher.dispatch([events.WorkerHeard(at=10_000)])
    desk.dispatcher.begin(None)
    assert desk.dispatcher.figures().state.kind != "silent"


async def test_a_new_session_knows_the_open_connections_of_the_worker() -> None:
    desk = Desk()
    newest = events.ConnectionsChanged(at=3, open=2, streaming=0)
    desk.dispatcher.dispatch([events.ConnectionsChanged(at=1, open=1, streaming=1)])
    desk.dispatcher.dispatch([newest, events.AgentLoaded(at=4, agent="Ann", model="m")])
    stored: list[events.Event] = []
    desk.dispatcher.begin(Sink(stored))
    assert desk.dispatcher.figures().connections == newest
    assert stored.count(newest) == 1
    assert len([one for one in stored if isinstance(one, events.ConnectionsChanged)]) == 1
    desk.dispatcher.dispatch([events.WorkerExited(at=5, code=0, expected=True)])
    desk.dispatcher.begin(None)
    assert desk.dispatcher.figures().connections is None


def past(session: Sequence[events.Event]) -> Past:
    folding = Folding()
    steps = tuple(Step(event, folding.feed(event)) for event in session)
    metrics = reduce(fold, session, Metrics())
    return Past(steps=steps, metrics=metrics, conversation=folding.state)


async def test_a_replayed_session_is_shown_in_order_and_not_stored_again() -> None:
    desk = Desk()
    shown = [text(str(number), call=f"c{number}") for number in range(2 * REPLAYED)]
    finished = events.RunFinished(at=9, run="r1", outcome="ok")
    session: list[events.Event] = [run_started(), *shown, finished]
    kept: list[events.Event] = []
    await desk.dispatcher.replay(past(session), Sink(kept))
    replayed = desk.steps(live=False)
    assert [step.event for steps in replayed for step in steps] == session
    assert [len(steps) for steps in replayed] == [REPLAYED, REPLAYED, 2]
    assert desk.steps() == []
    assert (kept, desk.journalled) == ([], [])
    assert desk.dispatcher.figures().session.turns == 1
    assert desk.dispatcher.conversation.run is not None
    assert desk.dispatcher.conversation.run.outcome == "ok"


async def test_live_events_during_a_replay_follow_it() -> None:
    desk = Desk()
    loaded = events.AgentLoaded(at=2, agent="Ann", model="m")
    kept: list[events.Event] = []
    stored = past([text(str(n)) for n in range(REPLAYED + 1)])
    replaying = asyncio.create_task(desk.dispatcher.replay(stored, Sink(kept)))
    await asyncio.sleep(0)
    desk.dispatcher.dispatch([loaded, text("live")])
    await asyncio.wait_for(replaying, 30)
    assert desk.kinds() == []
    desk.dispatcher.release()
    assert desk.kinds() == [["AgentLoaded"], ["TextDelta"]]
    assert kept == [loaded, text("live")]
    assert desk.dispatcher.figures().agent == "Ann"


async def test_a_message_queued_during_a_replay_stays_queued() -> None:
    desk = Desk()
    desk.dispatcher.hold()
    message = msgspec.Raw(msgspec.json.encode({"text": "later"}))
    desk.dispatcher.dispatch([events.FollowUpQueued(at=1, key="a", text="later", message=message)])
    await desk.dispatcher.replay(past([run_started()]), None)
    desk.dispatcher.release()
    assert [one.text for one in desk.dispatcher.conversation.waiting] == ["later"]


async def test_requests_are_folded_after_the_text_before_them() -> None:
    desk = Desk()
    desk.dispatcher.dispatch([run_started(), text("a")])
    desk.dispatcher.dispatch([text("b")])
    desk.dispatcher.note(CancelSent(pressed=7))
    assert desk.kinds()[-2:] == [["TextDelta"], ["CancelSent"]]
    assert desk.dispatcher.conversation.cancelling_since == 7


async def test_any_async_iterator_of_batches_is_a_source() -> None:
    async def source() -> AsyncIterator[list[events.Event]]:
        yield [text("a")]
        yield [events.RunFinished(at=9, run="r1", outcome="ok")]

    desk = Desk()
    await desk.dispatcher.run(source())
    assert desk.kinds() == [["TextDelta"], ["RunFinished"]]


def test_the_ticker_posts_figures_unless_text_has_just_done_so() -> None:
    desk = Desk()
    desk.dispatcher.tick()
    desk.dispatcher.keep_time()
    assert len(desk.posted) == 1
    desk.time += METRICS_EVERY
    desk.dispatcher.keep_time()
    assert len(desk.posted) == 2
