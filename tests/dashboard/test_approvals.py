"""The card that asks whether a tool may run."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.dashboard.test_main_screen import Desk, desk, loaded, started
from tests.support.patience import PATIENCE
from tui.dashboard.windows.argument_editor import ArgumentEditor
from tui.protocol import events
from tui.protocol.commands import Approve, CancelRun, Reject


def request(call: str = "t1", arguments: str = '{"path": "a"}', **more: str) -> events.Event:
    return events.ApprovalRequested(
        at=6, run="r1", tool_call=call, name="delete_file", arguments=arguments, agent="Ann",
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


@asynccontextmanager
async def asked(*requests: events.Event, size: tuple[int, int] = (140, 40)) -> AsyncIterator[Desk]:
    async with desk(size) as it:
        clock = iter(range(0, 1_000_000, 10))
        it.app.main.approval._clock = lambda: float(next(clock))
        it.app.main.approval._hold = 0.0
        await it.feed(*loaded(), *started(), *requests)
        yield it


def answers(it: Desk) -> list[object]:
    return [one for one in it.sent if isinstance(one, Approve | Reject)]


@pytest.mark.parametrize("size", [(160, 50), (100, 30), (60, 20)])
async def test_all_of_long_arguments_can_be_read(size: tuple[int, int]) -> None:
    lines = {f"line {number}": f"value {number} {'x' * 40}" for number in range(60)}
    async with asked(request(arguments=json.dumps({**lines, "last": "rm -rf /"})), size=size) as it:
        assert it.app.main.approval.has_focus
        assert it.shows(r"lines 1-\d+ of \d+, ↑ ↓ scroll")
        assert not it.shows("rm -rf")
        assert it.app.main.chat.size.height >= 3
        seen: set[str] = set()
        for _ in range(100):
            seen |= {f"value {n} " for n in range(60) if f"value {n} " in it.text}
            if it.shows("rm -rf /"):
                break
            await it.press("pagedown")
        assert len(seen) == 60
        await it.press("home")
        assert it.shows("value 0 ")
        await it.press("y")
        assert answers(it) == [Approve(tool_call="t1")]


async def test_what_could_hide_is_visible() -> None:
    arguments = r'{"path": "a\u202eb\u200b\u001b[2J", "path": "twice", "n": 1.00000000000000000001}'
    async with asked(request(arguments=arguments)) as it:
        for words in (r"a\u202eb\u200b\u001b[2J", '"path": "twice"', "1.00000000000000000001"):
            assert words in it.text, words


async def test_a_call_is_rejected_with_a_reason_that_the_model_gets() -> None:
    async with asked(request()) as it:
        await it.press("r")
        assert it.shows("Why reject delete_file")
        await it.press(*"too risky", "enter")
        assert answers(it) == [Reject(tool_call="t1", reason="too risky")]


async def test_esc_in_the_reason_leaves_the_question_open() -> None:
    async with asked(request()) as it:
        await it.press("r", "x", "escape")
        assert not answers(it)
        assert not any(isinstance(one, CancelRun) for one in it.sent)
        assert it.shows("May Ann run delete_file")


async def test_arguments_are_edited_and_json_is_checked_where_it_is_wrong() -> None:
    async with asked(request()) as it:
        await it.press("e")
        editor = it.app.screen
        assert isinstance(editor, ArgumentEditor)
        editor.area.text = '{"path":\n  oops}'
        await it.press("ctrl+s")
        assert it.shows("line 2, column 3: not JSON")
        assert editor.area.cursor_location == (1, 2)
        editor.area.text = '{"path": "b"}'
        await it.press("ctrl+s")
        assert answers(it) == [Approve(tool_call="t1", arguments='{"path": "b"}')]


async def test_arguments_that_do_not_fit_are_edited_again_with_the_problem_at_its_place() -> None:
    async with asked(request()) as it:
        await it.press("e")
        editor = it.app.screen
        assert isinstance(editor, ArgumentEditor)
        editor.area.text = '{\n  "depth": "x"\n}'
        await it.press("ctrl+s")
        problem = "the arguments do not fit: $.depth: 'x' is not of type 'integer'"
        await it.feed(request(problem=problem))
        again = it.app.screen
        assert isinstance(again, ArgumentEditor)
        assert again.area.text == '{"depth": "x"}'
        assert it.shows(r"line 1, column 11: \$\.depth: 'x' is not of type 'integer'")
        await it.press("escape")
        assert it.shows("Not run yet: the arguments do not fit")
        await it.press("n")
        assert answers(it)[-1] == Reject(tool_call="t1")


async def test_several_are_answered_one_by_one() -> None:
    async with asked(request("t1"), request("t2", '{"path": "b"}')) as it:
        assert it.shows(r"delete_file\?  \(1 of 2\)")
        await it.press("y")
        assert it.shows('"path": "b"')
        await it.press("n")
        assert answers(it) == [Approve(tool_call="t1"), Reject(tool_call="t2")]


@pytest.mark.parametrize("words", ["also do this", "yes, but first tell me", "never", "really"])
async def test_a_message_that_begins_with_a_letter_of_an_answer_is_no_answer(words: str) -> None:
    async with asked(request()) as it:
        it.app.main.approval._hold = 1000.0
        await it.press(
            *("comma" if one == "," else "space" if one == " " else one for one in words)
        )
        assert it.app.main.prompt.text == words
        assert not answers(it)
        assert it.shows("May Ann run delete_file")


async def test_a_letter_alone_answers_after_a_moment() -> None:
    async with asked(request()) as it:
        it.app.main.approval._hold = 0.01
        await it.press("y")
        await it.until(lambda: bool(answers(it)))
        assert answers(it) == [Approve(tool_call="t1")]
        assert it.app.main.prompt.text == ""


async def test_an_answer_that_waits_is_dropped_with_its_question() -> None:
    async with asked(request("t1"), request("t2")) as it:
        it.app.main.approval._hold = 1000.0
        await it.press("y")
        await it.feed(events.ApprovalAnswered(at=7, run="r1", tool_call="t1", approved=False))
        await it.press("n")
        assert not answers(it)
        assert it.app.main.prompt.text == ""


@pytest.mark.parametrize(("key", "kind"), [("Y", Approve), ("N", Reject)])
async def test_all_are_answered_together_after_a_question(key: str, kind: type) -> None:
    async with asked(request("t1"), request("t2", '{"path": "b"}'), request("t3")) as it:
        await it.press(key)
        assert it.shows("all 3 calls?")
        assert it.shows(r'2\. delete_file for Ann[^\n]*\n[^\n]*\{"path": "b"\}')
        assert not answers(it)
        await it.press("n")
        assert not answers(it)
        await it.press(key, "y")
        assert answers(it) == [kind(tool_call=f"t{number}") for number in (1, 2, 3)]
        assert not it.app.main.approval.asking


@pytest.mark.parametrize(("size", "count"), [((100, 30), 700), ((60, 20), 300), ((30, 8), 30)])
async def test_all_calls_are_run_only_after_the_end_of_their_arguments_was_seen(
    size: tuple[int, int], count: int
) -> None:
    path = json.dumps({"path": "".join(f"p{number:04}/" for number in range(count)) + "THE-END"})
    async with asked(request("t1", path), request("t2", '{"to": "LAST"}'), size=size) as it:
        await it.press("Y")
        assert it.shows(r"Run both calls\?")
        assert it.shows(r"lines 1-\d+ of \d+")
        await it.press("y")
        assert not answers(it)
        assert any("Read to the end first" in notice.text for notice in it.app.notices.past)
        rows: dict[str, None] = {}
        while not it.shows("LAST.*│"):
            rows |= dict.fromkeys(re.findall(r"│ (.+?) *│", it.text))
            await it.press("y", "pagedown")
        rows |= dict.fromkeys(re.findall(r"│ (.+?) *│", it.text))
        words = "".join(row for row in rows if " of " not in row and " yes" not in row)
        assert all(f"p{number:04}/" in words for number in range(count))
        assert "THE-END" in words
        assert not answers(it)
        await it.press("home", "y")
        assert answers(it) == [Approve(tool_call="t1"), Approve(tool_call="t2")]


async def test_all_calls_with_a_megabyte_are_run_after_end_and_rejected_at_once() -> None:
    text = json.dumps({f"line {number}": f"value {number}" for number in range(40_000)})
    async with asked(request("t1", text), request("t2", '{"to": "LAST"}')) as it:
        async with asyncio.timeout(PATIENCE):
            while not it.app.main.approval.listens:
                await it.pilot.pause(0.02)
        await it.press("Y", "y")
        assert not answers(it)
        await it.until(r"lines 1-\d+ of 4000\d")
        await it.press("y")
        assert not answers(it)
        await it.press("end")
        assert it.shows("LAST")
        await it.press("n", "N", "y")
        assert answers(it) == [Reject(tool_call="t1"), Reject(tool_call="t2")]


@pytest.mark.parametrize("pane", ["show_chat", "show_tools"])
async def test_while_a_call_waits_the_bottom_line_names_no_other_meaning_of_its_keys(
    pane: str,
) -> None:
    async with asked() as it:
        it.app.main.perform(pane)
        await it.pilot.pause()
        assert it.shows(r" y copy ")
        await it.feed(request("t1"), request("t2"))
        it.app.main.perform(pane)
        await it.pilot.pause()
        line = str(it.app.main.hints.content)
        assert re.search(r"(j next|f filter)", line)
        assert not re.search(r" [yanreYN] ", line)
        await it.press("y", "y")
        assert len(answers(it)) == 2
        it.app.main.perform(pane)
        await it.pilot.pause()
        assert it.shows(r" y copy ")


async def test_with_a_draft_the_card_says_how_to_answer_and_the_draft_stays() -> None:
    async with asked() as it:
        await it.press(*"a draft")
        await it.feed(request())
        assert it.shows("Tab leaves the prompt, then y once")
        await it.press("shift+tab", "y")
        assert answers(it) == [Approve(tool_call="t1")]
        assert it.app.main.prompt.text == "a draft"


async def test_a_reason_for_a_call_that_has_ended_meanwhile_is_not_sent() -> None:
    async with asked(request()) as it:
        await it.press("r", "x")
        await it.feed(events.RunFinished(at=9, run="r1", outcome="cancelled"))
        await it.press("enter")
        assert not answers(it)


async def test_hidden_characters_are_seen_and_come_back_as_they_were_when_edited() -> None:
    raw = '{"path": "pay\u200bpal\u202egnp\ufe0f\u3164\u00a0x👨\u200d👩", "tag": "\U000e0041"}'
    async with asked(request(arguments=raw)) as it:
        for words in (
            r"pay\u200bpal\u202egnp\ufe0f\u3164\u00a0x👨",
            r"👨\u200d👩",
            r"\udb40\udc41",
        ):
            assert words in it.text, words
        await it.press("e")
        await it.press("ctrl+s")
        (answer,) = answers(it)
        assert isinstance(answer, Approve)
        assert json.loads(answer.arguments) == json.loads(raw)


async def test_a_megabyte_can_be_read_to_its_end_and_no_key_answers_before() -> None:
    value = {f"line {number}": f"value {number}" for number in range(40_000)}
    text = json.dumps({**value, "last": "rm -rf /"})
    assert len(text) > 1_000_000
    async with asked(request(arguments=text)) as it:
        bar = it.app.main.approval
        if not bar.listens:
            await it.press("y")
            assert not answers(it)
        async with asyncio.timeout(PATIENCE):
            while not bar.listens:
                await it.pilot.pause(0.02)
        await it.press("end")
        assert it.shows("rm -rf /")
        assert it.shows(r"lines \d+-40003 of 40003")
        await it.press("y")
        assert answers(it) == [Approve(tool_call="t1")]


async def test_in_a_low_terminal_question_arguments_and_keys_have_a_line_each() -> None:
    lines = json.dumps({f"line {number}": "x" * 20 for number in range(9)})
    async with asked(request(arguments=lines), size=(30, 8)) as it:
        assert it.shows(r"May Ann run delete_file\?")
        assert it.shows(r"1/\d+↕ y once n reject a r e")
        await it.press("down")
        assert it.shows(r'"line 0"')
        await it.press("y")
        assert answers(it) == [Approve(tool_call="t1")]
