"""Earlier messages of all sessions, and the search for one."""

import pytest

from tests.dashboard.chat.test_prompt import Desk, send
from tests.dashboard.test_main_screen import desk, finished, loaded, started
from tui.dashboard.prompt.prompt_menu import PromptMenu
from tui.protocol.commands import RetryRun


def found(app: Desk) -> list[str]:
    return [one.text for one in app.query_one(PromptMenu).offer.choices]


def searching(app: Desk) -> None:
    app.prompt.recall(["one apple", "two pears", "an apple\nand a pear", "one apple"])


async def test_messages_of_other_sessions_come_before_those_of_this_one_each_once() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await send(pilot, "now")
        app.prompt.recall(["one", "two", "one", "now"])
        for text in ("now", "one", "two", "two"):
            await pilot.press("up")
            assert app.prompt.text == text


async def test_messages_that_arrive_while_one_is_shown_do_not_move_it() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await send(pilot, "first")
        await send(pilot, "second")
        await pilot.press("up")
        app.prompt.recall(["older"])
        await pilot.press("up")
        assert app.prompt.text == "first"
        await pilot.press("up")
        assert app.prompt.text == "older"


async def test_a_search_shows_what_has_the_words_and_enter_takes_it_without_sending() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        searching(app)
        await pilot.press(*"draft", "ctrl+x", "ctrl+r")
        assert found(app) == ["one apple", "an apple\nand a pear", "two pears"]
        await pilot.press(*"pear")
        assert found(app) == ["an apple\nand a pear", "two pears"]
        await pilot.press(*" an", "enter")
        await pilot.pause()
        assert app.prompt.text == "an apple\nand a pear"
        assert app.submitted == []
        await pilot.press("enter")
        await pilot.pause()
        assert app.submitted == ["an apple\nand a pear"]


async def test_the_key_again_goes_to_the_next_older_one() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        searching(app)
        await pilot.press("alt+r", "ctrl+r", "alt+r", "enter")
        assert app.prompt.text == "two pears"


async def test_esc_ends_a_search_and_the_draft_is_back() -> None:
    async with desk() as it:
        await it.feed(*loaded())
        await it.press(*"draft", "alt+r", *"nothing like it")
        assert it.shows("no earlier message has these words")
        assert it.shows("search your messages · Alt\\+R older · Esc ends")
        await it.press("enter", "escape")
        assert not it.shows("search your messages")
        assert it.app.main.prompt.text == "draft"
        assert not it.shows("no earlier message")


@pytest.mark.parametrize("outcome", ["failed", "ok"])
async def test_ctrl_r_retries_however_the_turn_ended(outcome: str) -> None:
    async with desk() as it:
        await it.feed(*loaded(), *started(), finished(outcome, can_continue=outcome == "failed"))
        it.app.main.prompt.remember(["an earlier one"])
        await it.press("ctrl+r")
        assert isinstance(it.sent[-1], RetryRun)
        assert not it.shows(" an earlier one")


async def test_up_goes_on_past_a_command_that_was_recalled() -> None:
    async with desk() as it:
        await it.feed(*loaded())
        it.app.main.prompt.remember(["the first", "/stats", "/model gpt"])
        seen = []
        for _ in range(3):
            await it.press("up")
            seen.append(it.app.main.prompt.text)
        assert seen == ["/model gpt", "/stats", "the first"]
        await it.press("down")
        assert it.app.main.prompt.text == "/stats"
        # Once it is edited, it is a command that is being typed.
        await it.press("backspace")
        assert it.shows(r"/stats +Show message counts")
