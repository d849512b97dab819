"""A result that comes in pieces after the end of its call."""

import pytest

from tests.core.conversation.test_fold_of_runs import STARTED, called, finished, last_of, started
from tests.support.conversations import Folding
from tui.core.conversation import ToolCall
from tui.protocol import events


def ended(more: int) -> events.ToolFinished:
    return events.ToolFinished(
        at=16, run="r1", tool_call="t1", outcome="ok", output="begin ", more=more
    )


def piece(text: str, *, last: bool = False) -> events.ToolOutputContinued:
    return events.ToolOutputContinued(at=17, run="r1", tool_call="t1", text=text, last=last)


@pytest.fixture
def it() -> Folding:
    folding = Folding()
    folding.feed(STARTED, called("t1"), started("t1"), ended(6))
    return folding


def test_the_call_changes_once_when_all_of_its_result_has_come(it: Folding) -> None:
    assert it.feed(piece("mid"), piece("dle ")) == ()
    tool = last_of(it.feed(piece("end", last=True)))["t1"]
    assert isinstance(tool, ToolCall)
    assert tool.state == "ok"
    assert tool.whole_output == "begin middle end"
    assert tool.output == "begin "


def test_what_did_not_come_is_counted(it: Folding) -> None:
    it.feed(piece("mid"), finished())
    tool = it.state.tools["t1"]
    assert tool.whole_output == "begin \n… (6 more characters did not arrive)"
    assert tool.brief_output == "begin \n… (6 more characters)"


def test_a_piece_of_an_unknown_call_or_after_the_last_changes_nothing(it: Folding) -> None:
    it.feed(piece("whole", last=True))
    assert it.feed(piece("again", last=True)) == ()
    stray = events.ToolOutputContinued(at=18, run="r1", tool_call="t9", text="x", last=True)
    assert it.feed(stray) == ()
    assert it.state.tools["t1"].whole_output == "begin whole"
