"""A handoff in the chat, the log, the heading and the export; also after a resume."""

from tests.support.conversations import Folding, assert_shown_again, settled_items
from tests.support.provider import Answer, ToolCall
from tests.worker.conftest import StartProvider, StartWorker
from tui.core import conversation
from tui.core.conversation import Conversation, Handoff, Speech, fold
from tui.core.metrics import Thresholds
from tui.journal.markdown_export import markdown
from tui.journal.resume import Now, read_back

SPECIALIST = "Specialist for Coastal Waters and Tidal Harbours"


def test_a_handoff_is_a_line_and_the_agent_that_took_over_is_named(
    provide: StartProvider, work: StartWorker
) -> None:
    call = ToolCall("to_specialist", {}, id="over")
    provider = provide(Answer(tool_calls=[call]), Answer("High at noon."), Answer("Low at six."))
    worker = work("team", provider)
    assert worker.say("when is high tide?").output == "High at noon."
    it = Folding()
    shown = settled_items(it.feed(*worker.events))
    (handoff,) = (one for one, _ in shown if isinstance(one, Handoff))
    assert (handoff.previous, handoff.agent, handoff.call) == ("Team", SPECIALIST, "over")
    (row,) = (one for one, _ in shown if isinstance(one, conversation.ToolCall))
    assert (row.name, row.state, row.output) == ("to_specialist", "ok", SPECIALIST)
    (answer,) = (one for one, _ in shown if isinstance(one, Speech))
    assert answer.agent == it.state.agent == SPECIALIST
    assert_shown_again(worker.events)
    now = Now(at=0, wall=0.0)
    stored = read_back([worker.events], clean=lambda event: event, thresholds=Thresholds(), now=now)
    resumed = fold(stored.conversation or Conversation(), worker.loaded())
    assert resumed.agent == SPECIALIST
    document = markdown("", worker.events)
    assert "**to_specialist** (ok)\n\n```\n{}\n```" in document
    assert f"## {SPECIALIST}\n\nHigh at noon." in document
    assert worker.say("and low tide?").output == "Low at six."
    assert provider.problems == []
