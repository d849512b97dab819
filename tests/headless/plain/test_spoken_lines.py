"""A conversation as lines that a screen reader speaks."""

from tui.core.conversation import Conversation, Step, fold
from tui.headless.plain.spoken_lines import SpokenLines, spoken_time
from tui.protocol import events
from tui.protocol.events import Event

START = (
    events.RunStarted(at=2, run="r1", prompt="hello", entered_at=2, wall=1.0, agent="Ann"),
    events.ModelCallStarted(at=3, run="r1", call="c1", agent="Ann", model="m"),
    events.AttemptStarted(at=4, run="r1", call="c1"),
)


def spoken(*batch: Event) -> list[str]:
    lines, state, found = SpokenLines(), Conversation(), list[str]()
    for event in (*START, *batch):
        state = fold(state, event)
        found.extend(lines.of(Step(event, state.changes)))
    return found


def delta(text: str) -> Event:
    return events.TextDelta(at=5, run="r1", call="c1", text=text)


def test_text_is_spoken_sentence_by_sentence_and_the_speaker_once() -> None:
    pieces = map(delta, ("He", "llo the", "re. How **are**", " you?\n# Head", "ing\nrest"))
    done = events.AttemptFinished(at=6, run="r1", call="c1")
    assert spoken(*pieces, done) == [
        "Ann: Hello there.", "How are you?", "Heading", "rest",
    ]  # fmt: skip


def test_a_sentence_without_an_end_is_not_held_back_for_ever() -> None:
    lines = spoken(*[delta("word ")] * 200)
    assert lines
    assert max(map(len, lines)) < 450


def test_a_tool_is_said_when_it_runs_and_when_it_ends() -> None:
    lines = spoken(
        events.ToolCalled(at=6, run="r1", tool_call="t", name="digs", arguments='{"deep": 3}'),
        events.ToolStarted(at=7, run="r1", tool_call="t"),
        events.ToolFinished(at=2_000_007, run="r1", tool_call="t", outcome="ok", output="sand"),
    )
    assert lines == ["Tool digs runs: deep=3", "Tool digs finished after 2 milliseconds: sand"]


def test_a_failure_says_what_to_type_and_no_key_of_the_screen() -> None:
    problem = events.Problem(
        kind="server", message="it broke", advice="Press the retry key. Or wait."
    )
    lines = spoken(
        delta("Half a "),
        events.RunFinished(at=9, run="r1", outcome="failed", problem=problem),
    )
    assert "Ann: Half a" in lines
    assert "Failed: it broke" in lines
    assert "Or wait." in lines
    assert not any("key" in line for line in lines)


def test_times_are_words() -> None:
    assert spoken_time(500) == "1 millisecond"
    assert spoken_time(2_500_000_000) == "2.5 seconds"
