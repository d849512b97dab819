"""Lines about the conversation: in the chat, and again after a resume."""

from tests.support.conversations import Folding, assert_shown_again
from tui.core.conversation import Notice, OutputLine, Speech
from tui.journal.markdown_export import markdown
from tui.protocol import events

SESSION = events.Noticed(at=1, text="2 items from the session s", chat=True)
HANDLED = (
    events.RunStarted(at=2, run="r1", prompt="go", entered_at=2, wall=1.0),
    events.RunFinished(
        at=3, run="r1", outcome="ok", output="stopped", spoken=False,
        made_by="the agent's max_turns handler",
    ),
)  # fmt: skip


def test_a_notice_for_the_chat_is_a_line_there_and_any_other_one_is_in_the_log() -> None:
    changes = Folding().feed(SESSION, events.Noticed(at=2, text="elsewhere"))
    note, line = [change.item for change in changes]
    assert isinstance(note, Notice)
    assert (note.kind, note.text) == ("note", "2 items from the session s")
    assert isinstance(line, OutputLine)


def test_an_answer_that_a_handler_made_stands_below_a_line_that_says_so() -> None:
    items = [change.item for change in Folding().feed(*HANDLED)]
    notes = [place for place, item in enumerate(items) if isinstance(item, Notice)]
    speeches = [place for place, item in enumerate(items) if isinstance(item, Speech)]
    note = items[notes[0]]
    assert isinstance(note, Notice)
    assert note.text == "answered by the agent's max_turns handler"
    assert notes[0] < speeches[0]


def test_both_are_shown_again_after_a_resume() -> None:
    assert_shown_again([SESSION, *HANDLED])


def test_both_are_in_the_export() -> None:
    text = markdown("s", [SESSION, *HANDLED])
    assert "> 2 items from the session s" in text
    assert text.index("answered by the agent's max_turns handler") < text.index("stopped")


def test_an_answer_without_text_has_a_line_that_says_so() -> None:
    run = (
        events.RunStarted(at=2, run="r1", prompt="go", entered_at=2, wall=1.0),
        events.RunFinished(at=3, run="r1", outcome="ok", empty="the answer is empty"),
    )
    notes = [one.item for one in Folding().feed(*run) if isinstance(one.item, Notice)]
    assert [note.text for note in notes] == ["the answer is empty"]
    assert "> the answer is empty" in markdown("s", run)
    assert_shown_again(run)
