"""The rows of the tool log."""

import pytest

from tests.support.conversations import Folding, printed
from tui.core.conversation import ToolCall
from tui.dashboard.tools.tool_rows import MOST_ROWS, MOST_SAID, Row, ToolRows, details, summary
from tui.dashboard.tools.tool_text import shared
from tui.protocol import events
from tui.protocol.events import Event


def call_of(row: Row) -> ToolCall:
    assert row.call is not None
    return row.call


class Fed(ToolRows):
    """Rows of a conversation that the test feeds."""

    def __init__(self) -> None:
        super().__init__()
        self._folding = Folding()

    def feed(self, event: Event) -> list[Row]:
        """Fold an event; the rows that it has changed."""
        found = [self.show(change) for change in self._folding.feed(event)]
        return [row for row in found if row is not None]

    def print(self, texts: list[str]) -> None:
        for change in printed(texts):
            self.show(change)


def announced(rows: Fed, key: str = "t1", parent: str = "", text: str = "") -> None:
    rows.feed(
        events.ToolArgumentsDelta(
            at=1, call="c1", text=text, tool_call=key, name="roll_dice", parent=parent
        )
    )


def test_a_row_appears_with_the_first_piece_of_its_arguments() -> None:
    rows = Fed()
    announced(rows)
    announced(rows, text='{"sid')
    (row,) = rows
    assert (row.name, row.state, row.arguments) == ("roll_dice", "calling", '{"sid')


def test_changed_arguments_are_shown_beside_those_of_the_model() -> None:
    rows = Fed()
    rows.feed(events.ToolCalled(at=1, tool_call="t1", name="dig", arguments='{"deep": 1}'))
    rows.feed(events.ApprovalRequested(at=2, tool_call="t1", name="dig", arguments='{"deep": 1}'))
    rows.feed(events.ApprovalAnswered(at=3, tool_call="t1", approved=True, arguments='{"deep": 2}'))
    (row,) = rows
    assert details(row)[:2] == [("arguments", '{"deep": 1}'), ("changed to", '{"deep": 2}')]


def test_the_time_of_a_tool_is_that_of_its_own_code() -> None:
    rows = Fed()
    announced(rows)
    rows.feed(events.ToolCalled(at=5, tool_call="t1", name="roll_dice", arguments="{}"))
    (row,) = rows
    assert call_of(row).elapsed(100) is None
    rows.feed(events.ToolStarted(at=10, tool_call="t1"))
    assert call_of(row).elapsed(25) == 15
    rows.feed(events.ToolFinished(at=40, tool_call="t1", outcome="ok", output="17"))
    assert call_of(row).elapsed(100) == 30
    assert (row.state, summary(row)) == ("ok", "17")


def test_a_failed_tool_shows_its_error_and_the_output_for_the_model() -> None:
    rows = Fed()
    announced(rows)
    problem = events.Problem(
        kind="tool", message="ValueError: no", advice="Say yes.", detail="line 3"
    )
    rows.feed(
        events.ToolFinished(at=2, tool_call="t1", outcome="error", output="sorry", problem=problem)
    )
    (row,) = rows
    assert summary(row) == "ValueError: no"
    assert ("what to do", "Say yes.") in details(row)
    assert ("result", "sorry") in details(row)
    assert ("detail", "line 3") in details(row)


def test_calls_of_nested_agents_are_indented() -> None:
    rows = Fed()
    announced(rows, "t1")
    announced(rows, "t2", parent="t1")
    announced(rows, "t3", parent="t2")
    assert [call_of(row).depth for row in rows] == [0, 1, 2]


def made(call: str, parent: str = "t1") -> events.ModelCallStarted:
    return events.ModelCallStarted(
        at=2, call=call, agent="Inner", model="m", api="chat", provider="p", parent=parent
    )


def inside(rows: Fed, call: str, *texts: str, attempt: int = 1) -> None:
    for text in texts:
        assert rows.feed(events.TextDelta(at=3, call=call, text=text, attempt=attempt))


def test_the_row_of_an_agent_used_as_a_tool_shows_its_text_while_it_runs() -> None:
    rows = Fed()
    announced(rows, "t1")
    rows.feed(events.ToolStarted(at=2, tool_call="t1", name="ask_inner"))
    rows.feed(made("c2"))
    rows.feed(made("c3", parent=""))
    inside(rows, "c2", "the first ", "half")
    assert rows.feed(events.ReasoningDelta(at=3, call="c2", text="hm")) == []
    assert rows.feed(events.TextDelta(at=3, call="c3", text="the chat's")) == []
    (row,) = rows
    assert summary(row) == "the first half"
    assert details(row)[-1] == ("says", "the first half")
    reset = events.Problem(kind="network", message="reset")
    failed = rows.feed(events.AttemptFailed(at=4, call="c2", attempt=1, problem=reset))
    assert row in failed
    inside(rows, "c2", "and the rest.", attempt=2)
    whole = "the first half\n\n✂ interrupted: reset\n\nand the rest."
    assert details(row)[-1] == ("says", whole)
    rows.feed(events.ToolFinished(at=9, tool_call="t1", outcome="ok", output="half and the rest"))
    assert summary(row) == "half and the rest"
    assert details(row)[-2:] == [("said", whole), ("result", "half and the rest")]


def test_a_nested_agents_thinking_leaves_its_row_when_it_is_known_for_what_it_is() -> None:
    rows = Fed()
    announced(rows, "t1")
    rows.feed(made("c2"))
    inside(rows, "c2", "I add.\n</think>")
    assert rows.feed(events.ReasoningReplaced(at=4, call="c2", text="I add.", said=True))
    rows.feed(events.TextDelta(at=5, call="c2", text="Four.", part=1))
    (row,) = rows
    assert row.says == "Four."


def test_a_nested_agents_text_that_is_its_result_is_shown_once() -> None:
    rows = Fed()
    announced(rows, "t1")
    rows.feed(made("c2"))
    inside(rows, "c2", "thre")
    rows.feed(events.TextReplaced(at=3, call="c2", text="three"))
    rows.feed(events.ToolFinished(at=9, tool_call="t1", outcome="ok", output="three"))
    (row,) = rows
    assert details(row) == [("result", "three")]


def test_an_open_row_shows_the_end_of_a_long_text_and_moves_it_seldom() -> None:
    rows = Fed()
    announced(rows, "t1")
    rows.feed(made("c2"))
    (row,) = rows
    seen = []
    for number in range(3_000):
        inside(rows, "c2", f"{number:>9} ")
        says = dict(details(row))["says"]
        assert says.endswith(f"{number} ")
        assert len(says) <= MOST_SAID
        seen.append(says[:9])
    assert len(set(seen)) == 7
    rows.feed(events.ToolFinished(at=9, tool_call="t1", outcome="ok", output="that was all"))
    assert len(dict(details(row))["said"]) == 30_000


def test_when_the_worker_dies_no_tool_runs_and_started_ones_are_unknown() -> None:
    rows = Fed()
    announced(rows, "t1")
    announced(rows, "t2")
    rows.feed(events.ToolStarted(at=3, tool_call="t1"))
    rows.feed(events.WorkerExited(at=9, code=1))
    assert [(row.state, call_of(row).ended) for row in rows] == [("unknown", 9), ("cancelled", 9)]
    assert not list(rows.running())


def test_a_flood_of_printed_lines_is_bounded() -> None:
    rows = Fed()
    for number in range(MOST_ROWS + 10):
        rows.print([str(number)])
    assert len(rows.rows) <= MOST_ROWS
    assert rows.rows[-1].result == str(MOST_ROWS + 9)
    rows.print([str(number) for number in range(3 * MOST_ROWS)])
    assert len(rows.rows) <= MOST_ROWS
    assert rows.rows[-1].result == str(3 * MOST_ROWS - 1)


def test_lines_are_dropped_before_calls_and_running_calls_never() -> None:
    rows = Fed()
    announced(rows, "ended")
    rows.feed(events.ToolFinished(at=2, tool_call="ended", outcome="ok", output="1"))
    announced(rows, "running")
    rows.feed(events.ToolStarted(at=3, tool_call="running"))
    rows.print(["old"])
    rows.print([str(number) for number in range(MOST_ROWS)])
    assert [row.key for row in rows][:3] == ["ended", "running", ""]
    assert all(row.result != "old" for row in rows)
    rows.feed(events.ToolFinished(at=9, tool_call="running", outcome="ok", output="2"))
    assert [row.key for row in rows].count("running") == 1


def test_among_calls_only_the_oldest_ended_ones_are_dropped_and_the_newest_line_stays() -> None:
    rows = Fed()
    announced(rows, "running")
    for number in range(MOST_ROWS - 1):
        announced(rows, f"t{number}")
        rows.feed(events.ToolFinished(at=2, tool_call=f"t{number}", outcome="ok", output=""))
    rows.print(["printed"])
    assert len(rows.rows) <= MOST_ROWS
    assert rows.rows[0].key == "running"
    assert rows.rows[1].key != "t0"
    assert rows.rows[-1].result == "printed"


def test_running_calls_are_all_kept() -> None:
    rows = Fed()
    for number in range(MOST_ROWS + 100):
        announced(rows, f"t{number}")
    assert len(rows.rows) == MOST_ROWS + 100
    assert rows.dropped == 0


def test_a_call_may_have_any_id() -> None:
    rows = Fed()
    announced(rows, "")
    rows.print([str(number) for number in range(2 * MOST_ROWS)])
    assert rows.rows[0].name == "roll_dice"


def test_a_call_that_a_guardrail_refused_reads_what_the_model_got() -> None:
    rows = Fed()
    announced(rows, "t1")
    rows.feed(events.ToolFinished(at=2, tool_call="t1", outcome="rejected", output="no bombs"))
    announced(rows, "t2")
    rows.feed(events.ApprovalRequested(at=3, tool_call="t2", name="roll_dice", arguments="{}"))
    rows.feed(events.ApprovalAnswered(at=4, tool_call="t2", approved=False))
    rows.feed(events.ToolFinished(at=5, tool_call="t2", outcome="rejected", output="not now"))
    assert [summary(row) for row in rows] == ["no bombs", "rejected by you"]


def test_a_call_that_the_user_approved_and_a_guardrail_rejected_names_the_guardrail() -> None:
    rows = Fed()
    announced(rows, "t1")
    rows.feed(events.ApprovalRequested(at=2, tool_call="t1", name="roll_dice", arguments="{}"))
    rows.feed(events.ApprovalAnswered(at=3, tool_call="t1", approved=True))
    rows.feed(
        events.GuardrailPassed(
            at=4, began=3, tool_call="t1", guardrail="no_bombs", stage="tool_input",
            tool="roll_dice", instead="no bombs",
        )
    )  # fmt: skip
    rows.feed(events.ToolFinished(at=5, tool_call="t1", outcome="rejected", output="no bombs"))
    row, _ = rows
    assert summary(row) == "rejected by no_bombs · no bombs"
    assert ("outcome", "rejected by the guardrail no_bombs") in details(row)


def test_a_result_that_a_guardrail_replaced_shows_both_texts() -> None:
    rows = Fed()
    announced(rows, "t1")
    rows.feed(events.ToolStarted(at=2, tool_call="t1"))
    rows.feed(events.ToolFinished(at=3, tool_call="t1", outcome="ok", output="the key is 7"))
    rows.feed(
        events.GuardrailPassed(
            at=4, began=3, tool_call="t1", guardrail="no_keys", stage="tool_output",
            tool="roll_dice", instead="a key was here",
        )
    )  # fmt: skip
    row, _ = rows
    assert summary(row) == "replaced by no_keys: a key was here (was: the key is 7)"
    assert ("the model got", "a key was here") in details(row)
    assert ("result", "the key is 7") in details(row)


def test_audio_of_an_answer_has_a_row_and_can_be_saved() -> None:
    rows, it = ToolRows(), Folding()
    sound = events.Attachment(media_type="audio/wav", data=b"RIFF")
    for change in it.feed(
        events.ModelCallStarted(at=1, run="r", call="c", agent="Ann", model="m"),
        events.MediaReceived(
            at=2, run="r", call="c", name="audio", text="Hi.", attachments=(sound,)
        ),
    ):
        rows.show(change)
    row = rows.with_files("")
    assert row is not None
    assert (row.state, row.source, row.attachments) == ("info", "audio", (sound,))
    assert row.result == "Ann sent audio: WAV audio, 4 bytes\nHi."


def test_the_files_of_the_call_asked_for_come_before_those_of_the_newest() -> None:
    rows, it = ToolRows(), Folding()
    for number in (1, 2):
        made = events.Attachment(data=bytes(number))
        for change in it.feed(
            events.ToolCalled(at=1, run="r", tool_call=f"t{number}", name="f", arguments=""),
            events.ToolFinished(
                at=2, run="r", tool_call=f"t{number}", outcome="ok", attachments=(made,)
            ),
        ):
            rows.show(change)
    first, newest = rows.with_files("t1"), rows.with_files("unknown")
    assert first is not None
    assert newest is not None
    assert (first.key, newest.key) == ("t1", "t2")


@pytest.mark.parametrize(
    ("arguments", "diff"),
    [
        ('{"type": "update_file", "path": "a.py", "diff": "@@\\n-x\\n+y"}', "@@\n-x\n+y"),
        ('{"path": "a.py", "diff": "\\u001b[31m"}', "\u241b[31m"),
        ('{"path": "a.py", "diff": 7}', ""),
        ('{"diff": "x"}', ""),
        ('{"path": "a.py", "diff": ', ""),
        ('["diff"]', ""),
    ],
)
def test_a_patch_shows_its_diff_line_by_line(arguments: str, diff: str) -> None:
    rows = Fed()
    rows.feed(events.ToolCalled(at=1, tool_call="p", name="apply_patch", arguments=arguments))
    (row,) = rows
    assert dict(details(row)).get("diff", "") == diff


def test_a_state_that_waits_is_shown_whole_and_takes_room_from_the_arguments() -> None:
    words = "waits for your answer"
    arguments, result = shared('path="a long path", mode="w"', words, 30, whole=True)
    assert result == f" → {words}"
    assert len(arguments) <= 30 - len(result)
    assert words not in shared('path="a long path", mode="w"', words, 30)[1]
