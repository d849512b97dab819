"""The messages that wait for the end of a run, above the prompt."""

from pathlib import Path

import pytest

from tests.dashboard.test_main_screen import Desk, desk, finished, loaded, said, started
from tui.core.config.settings import Config, Ui
from tui.protocol import events
from tui.protocol.commands import CancelRun, RetryRun, StartRun


async def queue(it: Desk, *texts: str) -> None:
    await it.feed(*loaded(), *started())
    for text in texts:
        it.app.main.runs.submit(text, 1)
    await it.pilot.pause()


def prompts(it: Desk) -> list[str]:
    return [one.prompt for one in it.sent if isinstance(one, StartRun)]


async def test_any_number_of_messages_waits_in_order_above_the_prompt() -> None:
    async with desk() as it:
        await queue(it, "two", "three")
        assert it.shows(r"queued: two +Ctrl\+S sends it now\n +2\. three")
        await it.press(*"four", "enter", *"five", "enter")
        assert it.shows(r"3\. four +and 1 more: Shift\+Tab")
        await it.feed(finished())
        assert prompts(it) == ["two"]
        assert it.shows("queued: three")


async def test_up_edits_the_last_message_where_it_is() -> None:
    async with desk() as it:
        await queue(it, "two", "six")
        await it.press("up")
        assert it.app.main.prompt.text == "six"
        assert it.shows("editing: six")
        await it.press("backspace", *"t", "enter")
        assert it.shows(r"queued: two[^\n]*\n +2\. sit")
        assert not it.app.main.prompt.text


async def test_an_edit_keeps_the_draft_and_esc_leaves_the_message_as_it_was() -> None:
    async with desk() as it:
        await queue(it, "two")
        await it.press(*"draft", "shift+tab", "enter")
        assert it.app.main.prompt.text == "two"
        assert it.shows(r"editing: two +Esc discards the edit")
        await it.press(*"!!", "escape")
        assert it.app.main.prompt.text == "draft"
        assert it.shows("queued: two")
        assert not any(isinstance(one, CancelRun) for one in it.sent)


async def test_a_message_that_is_edited_is_sent_only_when_the_edit_is_done() -> None:
    async with desk() as it:
        await queue(it, "two", "three")
        await it.press("shift+tab", "enter")
        await it.feed(finished())
        assert prompts(it) == []
        await it.press("!", "enter")
        assert prompts(it) == ["two!"]
        assert it.shows("queued: three")


async def test_a_file_that_an_edit_no_longer_names_is_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("secret")
    async with desk() as it:
        await queue(it, "see @a.txt @b.txt")
        (tmp_path / "b.txt").unlink()
        assert it.shows(r"\[a\.txt, b\.txt\]")
        await it.press("up", "!", "enter")
        assert it.shows(r"\[a\.txt, b\.txt\]")
        await it.press("up", "ctrl+u", *"see @b.txt, bob@example.org", "enter")
        assert it.shows(r"\[b\.txt\]")
        await it.press("up", "ctrl+u", *"bob@example.org", "enter")
        assert it.shows("queued: bob@example.org")
        assert it.app.main.conversation.waiting[0].images == ()


async def test_the_keys_of_the_list_move_drop_and_bring_back() -> None:
    async with desk() as it:
        await queue(it, "two", "three", "four")
        await it.press("shift+tab", "down", "down", "K", "K")
        assert it.shows(r"queued: four[^\n]*\n +2\. two[^\n]*\n +3\. three")
        await it.press("x")
        assert it.shows(r"queued: two[^\n]*\n +2\. three")
        await it.press("u")
        assert it.shows(r"queued: four[^\n]*\n +2\. two[^\n]*\n +3\. three")
        assert it.shows("Enter edit")


async def test_the_last_message_can_be_brought_back_after_it_was_dropped() -> None:
    async with desk() as it:
        await queue(it, "two")
        await it.press("shift+tab", "x")
        assert it.app.main.prompt.has_focus
        assert not it.shows("queued:")
        await it.press(*"/unqueue", "enter")
        assert it.shows("queued: two")


async def test_the_mouse_chooses_a_message_and_presses_what_stands_beside_it() -> None:
    async with desk() as it:
        await queue(it, "two", "three")
        await it.pilot.click("#waiting", offset=(3, 1))
        assert it.app.main.waiting_list.has_focus
        line = next(line for line in it.text.splitlines() if "2. three" in line)
        assert "send now" in line
        await it.pilot.click("#waiting", offset=(line.index("drop"), 1))
        await it.pilot.pause()
        assert it.shows("queued: two")
        assert not it.shows("three")


async def test_steering_stops_after_the_call_and_says_so() -> None:
    async with desk() as it:
        await queue(it, "later")
        await it.feed(said("Going right."))
        await it.press(*"left", "ctrl+s")
        assert it.sent[-1] == CancelRun(run="r1", mode="after_call")
        assert it.shows(r"next: left +after this model call\n +2\. later")
        await it.feed(finished("cancelled", can_continue=True))
        assert prompts(it) == ["left"]
        assert it.shows("stopped here for your next message")
        assert not it.shows("resumes from here")


@pytest.mark.parametrize("entered", [[*"/steer left", "enter"], ["ctrl+s"]])
async def test_steering_by_command_or_with_the_first_that_waits(entered: list[str]) -> None:
    async with desk() as it:
        await queue(it, "left" if entered == ["ctrl+s"] else "later")
        await it.press(*entered)
        assert it.shows("next: left")
        assert it.sent[-1] == CancelRun(run="r1", mode="after_call")


async def test_after_a_cancel_they_wait_until_enter_in_an_empty_prompt() -> None:
    async with desk() as it:
        await queue(it, "two", "three")
        await it.press("escape")
        await it.feed(finished("cancelled", can_continue=True))
        assert it.shows(r"held: two +Enter sends it\n +2\. three")
        assert prompts(it) == []
        await it.press("enter")
        assert prompts(it) == ["two"]
        assert it.shows("queued: three")


@pytest.mark.parametrize("size", [(100, 30), (60, 20)])
async def test_a_draft_is_sent_alone_and_what_is_held_waits_for_its_own_key(
    size: tuple[int, int],
) -> None:
    async with desk(size) as it:
        await queue(it, "two", "three")
        assert it.shows(r"queued: two +Ctrl\+S sends it now")
        await it.press("x")
        assert it.shows(r"queued: two +Shift\+Tab s sends this now")
        await it.press("backspace", "escape")
        await it.feed(finished("cancelled", can_continue=True))
        assert it.shows(r"held: two +Enter sends it")
        await it.press(*"draft")
        assert it.shows(r"held: two +Enter sends your text, Shift\+Tab s sends this")
        await it.press("enter")
        assert prompts(it) == ["draft"]
        await it.feed(*started("r2", "draft"))
        assert it.shows(r"held: two +Ctrl\+S sends it now")
        await it.press(*"later", "enter")
        assert it.shows(r"queued: later[^\n]*\n +held: two")
        await it.feed(events.RunFinished(at=9, run="r2", outcome="ok"))
        assert prompts(it) == ["draft", "later"]
        await it.feed(*started("r3", "later"), events.RunFinished(at=9, run="r3", outcome="ok"))
        assert prompts(it) == ["draft", "later"]
        assert it.shows(r"held: two +Enter sends it\n +2\. three")
        await it.press("x", "shift+tab", "s")
        assert prompts(it) == ["draft", "later", "two"]
        assert it.app.main.prompt.text == "x"


async def test_up_edits_what_was_entered_last_before_what_is_held() -> None:
    async with desk() as it:
        await queue(it, "two")
        await it.press("escape")
        await it.feed(finished("cancelled", can_continue=True))
        await it.press(*"draft", "enter")
        await it.feed(*started("r2", "draft"))
        await it.press(*"later", "enter", "up")
        assert it.app.main.prompt.text == "later"


@pytest.mark.parametrize("confirm", [True, False])
async def test_a_retry_of_a_turn_that_ran_tools_needs_a_second_key(confirm: bool) -> None:
    async with desk(config=Config(ui=Ui(confirm_retry=confirm))) as it:
        it.app.main.runs.confirm_retry = confirm
        await it.feed(
            *loaded(), *started(), events.ToolStarted(at=6, run="r1", tool_call="t1", name="digs")
        )
        await it.feed(finished())
        await it.press("f5")
        assert it.shows("The last turn ran tools. Ctrl.R again undoes it") == confirm
        assert any(isinstance(one, RetryRun) for one in it.sent) != confirm
        if confirm:
            await it.press("ctrl+r")
        assert isinstance(it.sent[-1], RetryRun)


@pytest.mark.parametrize("size", [(60, 20), (160, 50)])
async def test_they_leave_room_for_the_chat(size: tuple[int, int]) -> None:
    async with desk(size) as it:
        await queue(it, *(f"message {number} {'long ' * 30}" for number in "123456"))
        waiting = it.app.main.waiting_list
        assert waiting.size.height == (2 if size[1] < 24 else 3)
        await it.press("shift+tab")
        assert waiting.size.height == (4 if size[1] < 24 else 7)
        assert it.app.main.chat.size.height >= 5
        assert max(map(len, it.text.splitlines())) <= size[0]
        await it.press(*["down"] * 5)
        assert it.shows(r"6\. message 6")


async def test_a_message_typed_after_a_cancel_is_sent_when_the_run_has_ended() -> None:
    async with desk() as it:
        await queue(it, "before")
        await it.press("escape", *"after", "enter")
        assert it.shows(r"queued: after[^\n]*\n +2\. before")
        await it.feed(finished("cancelled", can_continue=True))
        assert prompts(it) == ["after"]
        assert it.shows("before")
        assert not it.shows("held: after")
