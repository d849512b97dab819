"""The UI's copy of the conversation."""

import msgspec

from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.protocol import events
from tui.protocol.commands import RestoreHistory


def raw(text: str) -> msgspec.Raw:
    return msgspec.Raw(f'"{text}"'.encode())


def test_items_are_kept_and_replaced_as_the_ledger_says() -> None:
    mirror = HistoryMirror()
    assert mirror.empty
    mirror.observe(events.HistoryChanged(at=0, keep=0, items=(raw("a"), raw("b")), agent="A"))
    mirror.observe(events.HistoryChanged(at=0, keep=1, items=(raw("c"),), agent="B"))
    assert mirror.take() == RestoreHistory(items=(raw("a"), raw("c")), agent="B")


def test_the_answer_under_way_is_the_partial_one() -> None:
    mirror = HistoryMirror()
    mirror.observe(events.HistoryChanged(at=0, keep=0, items=(raw("a"),)))
    mirror.observe(events.ModelCallStarted(at=0, call="c1", agent="A", model="m"))
    mirror.observe(events.TextDelta(at=0, call="c1", text="once "))
    mirror.observe(events.TextDelta(at=0, call="c1", text="upon"))
    assert mirror.take().partial == "once upon"


def test_a_nested_agents_text_is_no_part_of_the_answer() -> None:
    mirror = HistoryMirror()
    mirror.observe(events.ModelCallStarted(at=0, call="c2", agent="B", model="m", parent="t1"))
    mirror.observe(events.TextDelta(at=0, call="c2", text="inner"))
    assert mirror.take().partial == ""


def test_text_that_entered_the_ledger_is_not_partial_any_more() -> None:
    mirror = HistoryMirror()
    mirror.observe(events.TextDelta(at=0, call="c1", text="once"))
    mirror.observe(events.HistoryChanged(at=0, keep=0, items=(raw("once"),)))
    assert mirror.take().partial == ""


def test_every_tool_calls_id_is_told_even_of_calls_that_left_the_conversation() -> None:
    mirror = HistoryMirror()
    delta = events.ToolArgumentsDelta(at=0, call="c1", tool_call="t1", name="dice", text="{")
    mirror.observe(delta)
    mirror.observe(events.ToolCalled(at=0, tool_call="t1", name="dice", arguments="{}"))
    mirror.observe(events.ToolCalled(at=0, tool_call="t2", name="dice", arguments="{}"))
    mirror.observe(events.HistoryChanged(at=0, keep=0, items=(raw("a"),)))
    assert mirror.take().calls == ("t1", "t2")
    mirror.clear()
    assert mirror.take().calls == ()


def test_a_partial_answer_outlives_a_worker_that_dies_before_it_has_told_it() -> None:
    mirror = HistoryMirror()
    mirror.observe(events.TextDelta(at=0, call="c1", text="once"))
    assert mirror.take().partial == "once"
    assert mirror.take().partial == "once"
