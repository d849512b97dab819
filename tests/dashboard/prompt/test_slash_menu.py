"""The menu of commands and of their arguments' values above the prompt."""

import asyncio
import re
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.dashboard.chat.test_prompt import Desk
from tests.dashboard.test_main_screen import Desk as MainDesk
from tests.dashboard.test_main_screen import desk, loaded
from tests.support.patience import PATIENCE
from tui.dashboard.commands.command_table import COMMANDS
from tui.dashboard.prompt.choices import Choice, command_choices, fitting
from tui.dashboard.prompt.prompt_menu import PromptMenu
from tui.journal.store import SessionInfo
from tui.protocol import events
from tui.protocol.commands import ListModels, StartRun


def shown(app: Desk) -> list[str]:
    menu = app.query_one(PromptMenu)
    return [one.text for one in menu.offer.choices] if menu.display else []


async def typed(pilot: Pilot[None], text: str) -> None:
    await pilot.press(*text)
    await pilot.pause()


def test_the_start_of_a_name_is_before_a_part_of_it_and_letters_of_it() -> None:
    names = ["model", "mode", "the-model", "remodel", "m-o-x-d-e-l"]
    assert [one.text for one in fitting("model", map(Choice, names))] == [
        "model", "the-model", "remodel", "m-o-x-d-e-l",
    ]  # fmt: skip
    assert next(one.text for one in fitting("thm", command_choices(COMMANDS))) == "/theme"


async def test_a_slash_shows_all_commands_with_their_arguments_and_help() -> None:
    async with desk() as it:
        await it.feed(*loaded())
        await it.press("slash")
        assert it.shows("/agent +Show the agent's model")
        assert it.shows(r"/export \[")
        assert it.shows("↓ \\d+ more")
        await it.press("t", "h")
        assert it.shows(r"/theme \[name\] +Choose the colours")
        assert not it.shows("/quit")


async def test_in_a_narrow_terminal_the_help_under_the_cursor_is_whole() -> None:
    async with desk(size=(60, 20)) as it:
        await it.feed(*loaded())
        await it.press("slash", "down")
        agent = next(one for one in COMMANDS if one.slash == "agent")
        assert it.shows(r"/agent +Show the agent's model.*…")
        assert it.shows(f"\n {re.escape(agent.help)}")


async def test_enter_takes_the_command_under_the_cursor() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await typed(pilot, "/s")
        assert shown(app)[:2] == ["/save", "/search"]
        await pilot.press("down", "down", "down", "up", "enter")
        assert app.prompt.text == "/session "
        await pilot.press("ctrl+u")
        await typed(pilot, "/hel")
        await pilot.press("enter")
        await pilot.pause()
        assert app.submitted == ["/help"]


async def test_a_command_that_is_typed_whole_is_entered_as_it_is() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        for text in ("/theme", "/theme nord", "/search two words", "/nothing"):
            await typed(pilot, text)
            await pilot.press("enter")
            await pilot.pause()
        assert app.submitted == ["/theme", "/theme nord", "/search two words", "/nothing"]


async def test_tab_completes_and_without_a_menu_goes_on() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        await typed(pilot, "/hi")
        await pilot.press("tab")
        assert app.prompt.text == "/history"


async def test_values_of_an_argument_are_offered_too() -> None:
    async with desk() as it:
        await it.feed(*loaded())
        await it.press(*"/theme dra")
        assert it.shows("dracula")
        await it.press("enter")
        assert it.app.theme == "dracula"
        await it.press(*"/pace ")
        assert it.shows("smooth +Bursts")
        await it.press("down", "down", "enter")
        assert it.app.main.chat.transcript.pace == "smooth"


@pytest.mark.parametrize("size", [(160, 50), (60, 20), (30, 8)])
async def test_it_fits_every_terminal_and_the_prompt_stays_visible(size: tuple[int, int]) -> None:
    async with desk() as it:
        await it.feed(*loaded())
        await it.pilot.resize_terminal(*size)
        await it.press("slash")
        assert it.shows("/agent")
        prompt, menu = it.app.main.prompt, it.app.main.query_one(PromptMenu)
        assert 0 <= menu.region.y < menu.region.bottom <= prompt.region.y
        assert prompt.region.bottom < size[1]
        last = menu.offer.choices[-1].text
        await it.press("up")
        assert it.shows(last)
        await it.press("escape")
        assert not it.shows(last)


async def test_what_begins_like_a_command_is_sent_with_two_slashes_only() -> None:
    app = Desk()
    async with app.run_test() as pilot:
        for text in ("//help", "// a comment"):
            await typed(pilot, text)
            assert shown(app) == [] if app.query(PromptMenu) else True
            await pilot.press("enter")
            await pilot.pause()
        assert app.submitted == ["/help", "// a comment"]


async def test_a_literal_message_reaches_the_agent() -> None:
    async with desk() as it:
        await it.feed(*loaded())
        await it.press(*"//help", "enter")
        assert it.app.main.conversation.running or it.sent
        assert it.sent[-1].prompt == "/help"  # type: ignore[union-attr]


async def test_esc_closes_the_menu_before_it_cancels_a_run() -> None:
    async with desk() as it:
        await it.feed(*loaded())
        await it.press("slash", "escape")
        assert it.app.main.prompt.text == "/"
        await it.press("backspace", "slash")
        assert it.shows("/agent")


async def test_a_command_is_not_sent_to_the_agent_after_esc() -> None:
    async with desk() as it:
        await it.feed(*loaded())
        sent = len(it.sent)
        await it.press(*"/agen", "escape")
        assert it.shows("There is no command /agen")
        await it.press("enter", "ctrl+u", *"/agent", "escape")
        assert it.shows("Enter runs /agent · // at the start sends a message")
        await it.press("enter")
        assert it.app.main.conversation.running == ""
        assert not any(isinstance(one, StartRun) for one in it.sent[sent:])


async def test_esc_takes_a_command_of_the_palette_out_of_the_prompt_again() -> None:
    async with desk() as it:
        await it.feed(*loaded())
        it.app.main.prompt.put("/theme ")
        await it.press("escape")
        assert it.app.main.prompt.text == ""
        await it.press("ctrl+z")
        assert it.app.main.prompt.text == "/theme "


async def test_models_that_the_server_lists_are_offered_once_it_has_answered() -> None:
    async with desk() as it:
        await it.feed(*loaded())
        await it.press(*"/model ")
        assert it.shows(r"\n own")
        assert isinstance(it.sent[-1], ListModels)
        await it.feed(events.ModelsListed(at=9, models=("alpha-1", "beta-2")))
        assert it.shows("beta-2")
        await it.press(*"bet", "tab")
        assert it.app.main.prompt.text == "/model beta-2"


async def test_sessions_are_read_once_for_each_argument_also_if_there_are_none() -> None:
    async with desk() as it:
        await it.feed(*loaded())
        stored: list[SessionInfo] = []
        reads = 0

        def read() -> list[SessionInfo]:
            nonlocal reads
            reads += 1
            return list(stored)

        async def settled() -> None:
            await it.app.workers.wait_for_complete()
            await it.pilot.pause()

        it.app.main.values.stored = read
        await it.press(*"/session ")
        for letter in "ab":
            await settled()
            await it.press(letter)
        assert reads == 1
        stored.append(stored_as("20240102-aaaa", "the new one"))
        await it.press("ctrl+u", *"/session ")
        await settled()
        assert it.shows("20240102-aaaa +the new one")
        stored[0] = stored_as("20240102-aaaa", "another name")
        await it.press("f2")
        it.app.main.prompt.focus()
        await it.until("20240102-aaaa +another name")
        assert reads == 3


def stored_as(id_: str, title: str) -> SessionInfo:
    return SessionInfo(
        id=id_, created=0, changed=0, agent="Ann", model="m", runs=1, events=1, title=title
    )


async def test_the_path_of_a_file_to_write_is_completed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "old one.html").touch()
    (tmp_path / "readme.md").touch()
    monkeypatch.chdir(tmp_path)
    async with desk() as it:
        await it.feed(*loaded())

        async def offered(*rows: str) -> None:
            async with asyncio.timeout(PATIENCE):
                while [one.text for one in menu_of(it).offer.choices] != list(rows):
                    await it.pilot.pause(0.01)

        await it.press(*"/save re")
        await offered("readme.md", "reports/")
        await it.press("down", "down", "enter")
        assert it.app.main.prompt.text == "/save reports/"
        await offered("reports/old one.html")
        await it.press("ctrl+u", *"/export html RE")
        await offered("readme.md", "reports/")
        await it.press("tab")
        assert it.app.main.prompt.text == "/export html readme.md"


def menu_of(it: MainDesk) -> PromptMenu:
    return it.app.screen.query_one(PromptMenu)
