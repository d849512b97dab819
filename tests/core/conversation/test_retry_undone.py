"""A retry is undone: the items, the ledger and the figures are as before it, in every order."""

from collections.abc import Sequence
from functools import reduce
from typing import Literal, NamedTuple

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.conversations import assert_shown_again
from tui.core.conversation import (
    Change,
    Conversation,
    MessageSent,
    RetrySent,
    Speech,
    UndoSent,
    UserMessage,
    fold,
)
from tui.core.conversation.document import Document
from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.core.metrics import Metrics
from tui.core.metrics import fold as fold_metrics
from tui.core.metrics.state import state_of
from tui.protocol import events
from tui.protocol.events import Event, HistoryChanged, RetryUndone, RunFinished, RunStarted

Step = Literal["send", "continue", "rewind", "undo"]
Mode = Literal["send", "continue", "rewind"]


class Turn(NamedTuple):
    """What a message and its runs have left."""

    prompt: str
    runs: tuple[int, ...]


class Script:
    """Events of whole runs, and a simple model of what they must leave."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.turns: list[Turn] = []
        self.aside: list[Turn] = []
        self._sent: list[msgspec.Raw] = []
        self._runs = 0

    def take(self, step: Step) -> None:
        if step == "undo":
            self._undo()
        elif step == "send" or self.turns:
            self._run(step)

    def ledger(self) -> list[msgspec.Raw]:
        return [msgspec.Raw(msgspec.json.encode(one)) for one in self.spoken()]

    def spoken(self) -> list[str]:
        return [
            text for prompt, runs in self.turns for text in (prompt, *(f"a{run}" for run in runs))
        ]

    def _run(self, mode: Mode) -> None:
        self._runs += 1
        prompt = f"p{self._runs}" if mode == "send" else self.turns[-1].prompt
        match mode:
            case "send":
                self.turns.append(Turn(prompt, (self._runs,)))
                self.aside.clear()
            case "continue":
                self.turns[-1] = Turn(prompt, (*self.turns[-1].runs, self._runs))
            case "rewind":
                self.aside.append(self.turns.pop())
                self.turns.append(Turn(prompt, (self._runs,)))
        run, shown = f"r{self._runs}", "" if mode == "continue" else prompt
        self._add(RunStarted(at=0, run=run, prompt=shown, entered_at=1, wall=1.0, mode=mode))
        self._add(events.ModelCallStarted(at=0, run=run, call=run, agent="Ann", model="m"))
        self._add(events.AttemptStarted(at=0, run=run, call=run, attempt=1))
        self._add(events.TextDelta(at=0, run=run, call=run, attempt=1, text=f"a{self._runs}"))
        self._add(events.AttemptFinished(at=0, run=run, call=run, attempt=1))
        self._changed()
        self._add(RunFinished(at=0, run=run, outcome="ok"))

    def _undo(self) -> None:
        self._add(RetryUndone(at=0, run=f"r{self._runs}"))
        if self.aside:
            self.aside.insert(0, self.turns.pop())
            self.turns.append(self.aside.pop())
        self._sent = self.ledger()

    def _changed(self) -> None:
        """As the worker does it: only what is new is sent."""
        now, keep = self.ledger(), 0
        while keep < len(now) and keep < len(self._sent) and now[keep] == self._sent[keep]:
            keep += 1
        self._sent = now
        self._add(HistoryChanged(at=0, keep=keep, items=tuple(now[keep:])))

    def _add(self, event: Event) -> None:
        self.events.append(msgspec.structs.replace(event, at=len(self.events) + 1))


def told(steps: Sequence[Step]) -> Script:
    session = Script()
    for step in steps:
        session.take(step)
    return session


STEPS: st.SearchStrategy[list[Step]] = st.lists(
    st.sampled_from(["send", "continue", "rewind", "rewind", "undo", "undo"]), max_size=12
)


@settings(max_examples=200)
@given(STEPS)
def test_items_ledger_run_and_figures_are_those_of_the_answer_that_stands(
    steps: list[Step],
) -> None:
    session = told(steps)
    document, mirror, state = Document(), HistoryMirror(), Conversation()
    for event in session.events:
        mirror.observe(event)
        state = document.after(state, event)
    entries = [
        text if isinstance(entry, Speech) else entry.text
        for entry, text in document.entries()
        if isinstance(entry, Speech) or (isinstance(entry, UserMessage) and entry.text)
    ]
    assert entries == session.spoken()
    assert list(mirror.take().items) == session.ledger()
    assert len(state.taken_back) == len(session.aside)
    assert (mirror.before_retry() is None) == (not session.aside)
    standing = {run for turn in session.turns for run in turn.runs}
    if session.turns:
        assert state.run is not None
        assert state.run.id == f"r{session.turns[-1].runs[-1]}"
    turns = reduce(fold_metrics, session.events, Metrics()).settled().turns
    assert {turn.number for turn in turns if not turn.taken_back} == standing
    assert_shown_again(session.events)


def test_the_figures_count_both_answers() -> None:
    before = reduce(fold_metrics, told(["send", "rewind"]).events, Metrics()).settled()
    after = reduce(fold_metrics, told(["send", "rewind", "undo"]).events, Metrics()).settled()
    assert after.turn_count == before.turn_count == 2
    assert after.counters == before.counters
    assert after.real == before.real


def test_the_state_at_rest_is_that_of_the_turn_that_stands() -> None:
    session = told(["send", "rewind"]).events
    session[-1] = RunFinished(at=session[-1].at, run="r2", outcome="cancelled")
    loaded = events.AgentLoaded(at=0, agent="Ann", model="m")
    metrics = reduce(fold_metrics, [loaded, *session], Metrics())
    assert state_of(metrics.settled(), 99).kind == "cancelled"
    metrics = fold_metrics(metrics, RetryUndone(at=98, run="r2"))
    assert state_of(metrics.settled(), 99).kind == "idle"


def of_retry(*steps: Step) -> Conversation:
    return reduce(fold, told(steps).events, Conversation())


def test_what_was_removed_comes_back_after_what_takes_its_place_is_removed() -> None:
    state = fold(of_retry("send", "rewind"), RetryUndone(at=99, run="r2"))
    assert [(one.kind, one.item.key) for one in state.changes] == [
        ("removed", "user r2"), ("restored", "user r1"),
    ]  # fmt: skip


def test_an_undo_without_a_retry_changes_nothing() -> None:
    state = of_retry("send", "rewind", "send")
    again = fold(state, RetryUndone(at=99, run="r3"))
    assert (again.run, again.user_message, again.changes) == (state.run, state.user_message, ())


def test_nothing_is_sent_while_the_worker_undoes() -> None:
    state = fold(of_retry("send", "rewind"), UndoSent(at=98))
    later = events.FollowUpQueued(
        at=98, key="m", text="later", message=msgspec.Raw(b'{"text":"later"}')
    )
    state = fold(state, later)
    assert state.undoing
    assert state.next_to_send is None
    assert fold(state, RetryUndone(at=99, run="r2")).next_to_send is not None
    assert fold(state, events.UndoRefused(at=99, run="r2", reason="no")).next_to_send is not None


def test_a_retry_whose_worker_dies_before_it_begins_leaves_the_turn_as_it_was() -> None:
    before = of_retry("send")
    state = fold(before, RetrySent(run="r2", mode="rewind", at=90))
    state = fold(state, events.WorkerExited(at=99, code=7))
    assert state.run == before.run
    assert state.returned_prompt == ""
    assert not state.taken_back


def test_a_message_that_was_never_sent_does_not_hinder_it() -> None:
    state = of_retry("send", "rewind")
    for event in (
        MessageSent(run="r3", text="more", at=90),
        events.WorkerExited(at=91, code=7),
        RetryUndone(at=99, run="r2"),
    ):
        state = fold(state, event)
    assert state.run is not None
    assert state.run.id == "r1"
    assert Change("restored", state.user_message) in state.changes  # type: ignore[arg-type]


def test_a_retry_that_was_killed_at_once_returns_no_message_that_the_ledger_has() -> None:
    state = Conversation()
    for event in (
        RunStarted(at=1, run="r1", prompt="m1", entered_at=1, wall=1.0, mode="send"),
        HistoryChanged(at=2, run="r1", keep=0, items=(msgspec.Raw(b'"m1"'),)),
        RunFinished(at=3, run="r1", outcome="failed", kept=True),
        # Its ledger is the same, which is not reported.
        RunStarted(at=4, run="r2", prompt="m1", entered_at=4, wall=1.0, mode="rewind"),
        events.WorkerStarted(at=5, pid=1, python="3", wall=1.0),
    ):
        state = fold(state, event)
    assert state.run is not None
    assert state.run.outcome == "cancelled"
    assert state.returned_prompt == ""
