"""The prompt, key by key, in a headless terminal."""

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.events import Key, Paste
from textual.pilot import Pilot

from tui.dashboard.chat.prompt import Prompt
from tui.dashboard.messages import PromptSubmitted


class Desk(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.submitted: list[str] = []
        self.recalled = 0

    def compose(self) -> ComposeResult:
        yield Prompt()

    @property
    def prompt(self) -> Prompt:
        return self.query_one(Prompt)

    @on(PromptSubmitted)
    def _submitted(self, message: PromptSubmitted) -> None:
        self.submitted.append(message.text)

    @on(Prompt.QueuedRecalled)
    def _recalled(self) -> None:
        self.recalled += 1


async def send(pilot: Pilot[None], text: str) -> None:
    await pilot.press(*text, "enter")
    await pilot.pause()


async def test_enter_sends_and_ctrl_j_begins_a_new_line() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await pilot.press("a", "ctrl+j", "b", "enter")
        await pilot.pause()
        assert app.submitted == ["a\nb"]
        assert app.prompt.text == ""


async def test_a_second_enter_at_once_sends_nothing_more() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        for key in ("a", "enter", "enter", "b", "enter"):
            app.prompt.post_message(Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        await pilot.pause()
        assert app.submitted == ["a", "b"]


async def test_an_earlier_prompt_that_was_changed_is_not_thrown_away() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await send(pilot, "one")
        await pilot.press("up", "ctrl+j", "x", "up")
        assert app.prompt.text == "one\nx"


async def test_white_space_alone_is_not_sent() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await pilot.press("space", "enter")
        await pilot.pause()
        assert app.submitted == []


async def test_up_and_down_step_through_earlier_prompts_and_back_to_an_empty_one() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await send(pilot, "one")
        await send(pilot, "two")
        await pilot.press("up")
        assert app.prompt.text == "two"
        await pilot.press("up")
        assert app.prompt.text == "one"
        await pilot.press("up")
        assert app.prompt.text == "one"
        await pilot.press("down")
        assert app.prompt.text == "two"
        await pilot.press("down")
        assert app.prompt.text == ""


async def test_up_in_a_draft_moves_the_cursor() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await send(pilot, "one")
        await pilot.press("a", "ctrl+j", "b", "up", "c")
        assert app.prompt.text == "ac\nb"


async def test_up_in_an_empty_prompt_asks_for_the_queued_message() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await pilot.press("up")
        await pilot.pause()
        assert app.recalled == 1


async def test_a_repeated_prompt_is_remembered_once() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await send(pilot, "one")
        await send(pilot, "one")
        assert app.prompt.earlier == ["one"]


async def test_keys_that_come_in_one_burst_are_done_in_their_order() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        keys = ["a", "ctrl+j", "b", "x", "backspace", "c", "left", "d", "home", "e"]
        for key in keys:
            app.post_message(Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        assert app.prompt.text == "a\nebdc"


@pytest.mark.parametrize(
    "text",
    [
        "\u0645\u06cc\u200c\u0634\u0648\u062f",
        "\U0001f468\u200d\U0001f469",
        "a\u00a0b",
        "co\u00adop",
        "\u200bzero\u2060width\ufeff",
        "\u202bright to left\u202c",
        "an icon \ue0a0 of a font",
        "a new emoji \U0001fadf\U0001fbfa",
        "\u3000wide\u2003spaces",
        "e\u0301 e\ufe0f",
        "flag \U0001f3f4\U000e0067\U000e007f",
    ],
)
async def test_every_character_that_is_no_control_is_typed_as_it_is_pasted(text: str) -> None:
    app = Desk()
    async with app.run_test() as pilot:
        app.screen.post_message(Paste(text))
        await pilot.pause()
        assert app.prompt.text == text
    app = Desk()
    async with app.run_test() as pilot:
        for character in text:
            app.prompt.post_message(Key(character, character))
        await pilot.pause()
        assert app.prompt.text == text
        await pilot.press("enter")
        await pilot.pause()
        assert app.submitted == [text]


async def test_control_characters_are_not_typed() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        for character in "\x07\x1b\x9b":
            app.prompt.post_message(Key("nothing", character))
        await pilot.pause()
        assert app.prompt.text == ""
