"""Keys that edit the prompt's text, in a headless terminal."""

import pytest
from textual.events import Key, Paste
from textual.pilot import Pilot

from tests.dashboard.chat.test_prompt import Desk

LONG = "\n".join(f"line {number}" for number in range(500))


async def paste(pilot: Pilot[None], text: str) -> None:
    pilot.app.screen.post_message(Paste(text))
    await pilot.pause()


async def test_ctrl_a_and_ctrl_e_go_to_the_ends_of_the_line_and_then_of_the_text() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await pilot.press(*"one", "ctrl+j", *"  two", "ctrl+a", "x")
        assert app.prompt.text == "one\nx  two"
        await pilot.press("ctrl+a", "ctrl+a", "y")
        assert app.prompt.text == "yone\nx  two"
        await pilot.press("ctrl+e", "z", "ctrl+e", "ctrl+e", "!")
        assert app.prompt.text == "yonez\nx  two!"


@pytest.mark.parametrize("left", ["alt+left", "alt+b", "ctrl+left"])
@pytest.mark.parametrize("right", ["alt+right", "alt+f", "ctrl+right"])
async def test_alt_and_an_arrow_go_by_words(left: str, right: str) -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await pilot.press(*"one two", left, left, "x", right, "y")
        assert app.prompt.text == "xoney two"


@pytest.mark.parametrize("undo", ["ctrl+z", "ctrl+underscore"])
@pytest.mark.parametrize("redo", ["ctrl+y", "alt+z"])
async def test_undo_and_redo(undo: str, redo: str) -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await pilot.press(*"one two", "ctrl+u")
        assert app.prompt.text == ""
        await pilot.press(undo)
        assert app.prompt.text == "one two"
        await pilot.press(redo)
        assert app.prompt.text == ""


async def test_an_alt_letter_that_does_nothing_types_nothing() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        for letter in "qwk":
            app.prompt.post_message(Key(f"alt+{letter}", letter))
        await pilot.press("a")
        assert app.prompt.text == "a"


async def test_backspace_and_the_arrows_take_a_sequence_as_one_character() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await paste(pilot, "a👨‍👩‍👧e\u0301🇻🇳")
        await pilot.press("backspace")
        assert app.prompt.text == "a👨‍👩‍👧e\u0301"
        await pilot.press("left", "left", "delete")
        assert app.prompt.text == "ae\u0301"
        await pilot.press("right", "backspace", "x")
        assert app.prompt.text == "ax"


async def test_words_are_deleted_to_both_sides() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await pilot.press(*"one two three", "ctrl+w")
        assert app.prompt.text == "one two "
        await pilot.press("ctrl+a", "alt+d")
        assert app.prompt.text == " two "


async def test_a_large_paste_is_folded_and_sent_whole() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await pilot.press(*"see ")
        await paste(pilot, LONG.replace("\n", "\r"))
        await pilot.press(*" end")
        assert app.prompt.text == "see [pasted 500 lines] end"
        await pilot.press("enter")
        await pilot.pause()
        assert app.submitted == [f"see {LONG} end"]
        await pilot.press("up")
        assert app.prompt.whole == f"see {LONG} end"


async def test_a_folded_paste_is_deleted_passed_and_brought_back_as_one() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await paste(pilot, LONG)
        await pilot.press("x", "left", "left", "y", "right", "backspace")
        assert app.prompt.text == "yx"
        await pilot.press("ctrl+z")
        assert app.prompt.whole == f"y{LONG}x"
        await pilot.press("ctrl+e", "left", "ctrl+w")
        assert app.prompt.text == "yx"


async def test_several_pastes_of_one_size_are_told_apart() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await paste(pilot, LONG)
        await paste(pilot, LONG.upper())
        assert app.prompt.text == "[pasted 500 lines][pasted 500 lines, 2]"
        assert app.prompt.whole == LONG + LONG.upper()


async def test_ctrl_g_shows_the_folded_text_which_undo_folds_again() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await paste(pilot, LONG)
        await pilot.press("ctrl+g")
        assert app.prompt.text == LONG
        await pilot.press("ctrl+z")
        assert app.prompt.text == "[pasted 500 lines]"


@pytest.mark.parametrize("text", ["a\u2028b", "a\x0cb", "a\x85b"])
async def test_separators_that_an_editor_would_change_are_sent_as_they_are(text: str) -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await paste(pilot, text)
        await pilot.press("enter")
        await pilot.pause()
        assert app.submitted == [text]
