"""The dashboard's copy of the ledger."""

import msgspec

from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.protocol import events
from tui.protocol.commands import RestoreHistory


def raw(text: str) -> msgspec.Raw:
    return msgspec.Raw(f'"{text}"'.encode())


def test_items_are_kept_and_replaced_as_in_the_ledger() -> None:
    mirror = HistoryMirror()
    assert mirror.empty
    mirror.observe(events.HistoryChanged(at=0, keep=0, items=(raw("a"), raw("b")), agent="A"))
    mirror.observe(events.HistoryChanged(at=0, keep=1, items=(raw("c"),), agent="B"))
    assert mirror.take() == RestoreHistory(items=(raw("a"), raw("c")), agent="B")


def test_the_text_of_an_unfinished_answer_is_the_partial_answer() -> None:
    mirror = HistoryMirror()
    mirror.observe(events.HistoryChanged(at=0, keep=0, items=(raw("a"),)))
    mirror.observe(events.ModelCallStarted(at=0, call="c1", agent="A", model="m"))
    mirror.observe(events.TextDelta(at=0, call="c1", text="once "))
    mirror.observe(events.TextDelta(at=0, call="c1", text="upon"))
    assert mirror.take().partial == "once upon"


def test_text_of_a_nested_agent_is_not_part_of_the_partial_answer() -> None:
    mirror = HistoryMirror()
    mirror.observe(events.ModelCallStarted(at=0, call="c2", agent="B", model="m", parent="t1"))
    mirror.observe(events.TextDelta(at=0, call="c2", text="inner"))
    assert mirror.take().partial == ""


def test_text_that_turned_out_to_be_thinking_is_not_part_of_the_partial_answer() -> None:
    mirror = HistoryMirror()
    mirror.observe(events.ModelCallStarted(at=0, call="c1", agent="A", model="m"))
    mirror.observe(events.TextDelta(at=0, call="c1", text="I add.\n</think>"))
    mirror.observe(events.ReasoningReplaced(at=0, call="c1", text="I add.", said=True))
    mirror.observe(events.TextDelta(at=0, call="c1", text="Fo", part=1))
    assert mirror.take().partial == "Fo"


def test_text_in_the_ledger_is_not_partial() -> None:
    mirror = HistoryMirror()
    mirror.observe(events.TextDelta(at=0, call="c1", text="once"))
    mirror.observe(events.HistoryChanged(at=0, keep=0, items=(raw("once"),)))
    assert mirror.take().partial == ""


def test_ids_of_tool_calls_that_left_the_ledger_are_kept() -> None:
    mirror = HistoryMirror()
    delta = events.ToolArgumentsDelta(at=0, call="c1", tool_call="t1", name="dice", text="{")
    mirror.observe(delta)
    mirror.observe(events.ToolCalled(at=0, tool_call="t1", name="dice", arguments="{}"))
    mirror.observe(events.ToolCalled(at=0, tool_call="t2", name="dice", arguments="{}"))
    mirror.observe(events.HistoryChanged(at=0, keep=0, items=(raw("a"),)))
    assert mirror.take().calls == ("t1", "t2")
    mirror.clear()
    assert mirror.take().calls == ()


def test_a_partial_answer_is_kept_if_the_new_worker_dies_too() -> None:
    mirror = HistoryMirror()
    mirror.observe(events.TextDelta(at=0, call="c1", text="once"))
    assert mirror.take().partial == "once"
    assert mirror.take().partial == "once"
