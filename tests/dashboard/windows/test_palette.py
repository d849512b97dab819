"""The palette: a window with every command, its keys, and those used last on top."""

import pytest
from rich.cells import cell_len

from tests.dashboard.test_main_screen import Desk, desk
from tui.core.config.settings import Config
from tui.dashboard.commands.command_ranking import Choice, Ranked
from tui.dashboard.commands.command_table import COMMANDS
from tui.dashboard.commands.key_names import key_in_words
from tui.dashboard.performance.charts import Charts
from tui.dashboard.windows.choice_rows import ChoiceRows, row
from tui.dashboard.windows.chooser import Chooser
from tui.dashboard.windows.palette import command_choices

OFFERED = [command for command in COMMANDS if command.palette]


async def opened(it: Desk, *typed: str) -> Chooser:
    await it.press("ctrl+p")
    screen = it.app.screen
    assert isinstance(screen, Chooser)
    if typed:
        await it.press(*typed)
    return screen


def test_every_entry_has_title_keys_and_help_of_its_command() -> None:
    for command, choice in zip(OFFERED, command_choices(COMMANDS), strict=True):
        slash = [f"/{command.slash}"] if command.slash else []
        assert (choice.title, choice.help) == (command.title, command.help)
        assert [*choice.keys] == [*slash, *map(key_in_words, command.keys)]
        assert choice.keys, command.id


async def test_an_entry_shows_the_keys_of_the_settings() -> None:
    async with desk(config=Config(keys={"retry": "f20"})) as it:
        await opened(it, *"retry")
        assert it.shows(r"Retry +/retry +F20")


async def test_it_is_a_window_and_what_is_behind_it_stays_visible() -> None:
    async with desk() as it:
        await opened(it)
        assert it.shows(r"tool calls.*\n(.*\n)*.*╭─ Commands ─")
        assert it.shows(r"Enter chooses · Esc closes")
        box = it.app.screen.query_one("#chooser")
        assert box.size.width <= 78
        assert box.size.height <= 22


@pytest.mark.parametrize("size", [(30, 8), (60, 20), (100, 30), (200, 60)])
async def test_its_rows_fit_any_terminal(size: tuple[int, int]) -> None:
    async with desk(size) as it:
        screen = await opened(it)
        box = screen.query_one("#chooser").region
        assert screen.region.contains_region(box)
        assert it.shows("Agent|Chat|Cancel a tool")
        await it.press(*"quit")
        assert it.shows(r"Quit +.*Ctrl\+Q")


async def test_it_keeps_its_size_while_one_types() -> None:
    async with desk() as it:
        screen = await opened(it)
        before = screen.query_one("#chooser").region
        await it.press(*"thm")
        assert screen.query_one("#chooser").region == before


async def test_enter_runs_the_first_entry() -> None:
    async with desk() as it:
        await opened(it, *"statistics", "enter")
        assert it.shows("─ Statistics ─")


async def test_a_command_with_an_argument_is_put_into_the_prompt() -> None:
    async with desk() as it:
        await opened(it, *"/model", "enter")
        assert it.app.main.prompt.text == "/model "
        assert it.app.main.prompt.has_focus


async def test_a_command_of_a_pane_goes_to_that_pane() -> None:
    async with desk() as it:
        await opened(it, *"charts", "enter")
        await it.pilot.pause()
        assert it.app.main.performance.has_focus
        assert it.app.main.performance.query(Charts)


async def test_what_was_used_is_on_top_the_next_time() -> None:
    async with desk() as it:
        await opened(it, *"statistics", "enter", "escape")
        screen = await opened(it)
        assert screen._rows.entries[0].choice.title == "Statistics"


async def test_the_help_of_the_entry_under_the_cursor_is_below() -> None:
    async with desk() as it:
        await opened(it, *"thm")
        assert it.shows("Choose the colours.")
        await it.press(*"zzz")
        assert it.shows("Nothing fits.")


@pytest.mark.parametrize("key", ["escape", "ctrl+p"])
async def test_it_closes_without_doing_anything(key: str) -> None:
    async with desk() as it:
        await opened(it, key)
        assert it.app.screen is it.app.main


async def test_a_theme_is_shown_while_it_is_pointed_at_and_esc_brings_the_old_one_back() -> None:
    async with desk() as it:
        before = it.app.theme
        it.app.main.perform("theme")
        await it.pilot.pause()
        assert it.shows(f"{before}.*in use")
        await it.press("down")
        assert it.app.theme != before
        await it.press("escape")
        assert it.app.theme == before
        it.app.main.perform("theme")
        await it.pilot.pause()
        await it.press(*"nord", "enter")
        assert it.app.theme == "nord"


@pytest.mark.parametrize("width", range(4, 60))
def test_a_row_is_as_wide_as_there_is_room(width: int) -> None:
    choice = Choice(id="a", title="Übersicht 漢字", keys=("/over", "Ctrl+O", "F5"))
    for here in (False, True):
        assert cell_len("".join(row(Ranked(choice, (0, 1)), width, here=here))) == width


@pytest.mark.parametrize("theme", ["terminal-dark", "textual-light", "nord"])
async def test_the_keys_can_be_read_on_the_row_of_the_cursor(theme: str) -> None:
    async with desk((100, 30)) as it:
        it.app.theme = theme
        screen = await opened(it)
        strip = screen.query_one(ChoiceRows).render_line(0)
        (keys,) = (one.style for one in strip if one.text.strip().endswith("/unqueue"))
        title = next(iter(strip)).style
        assert keys is not None
        assert title is not None
        assert (keys.color, keys.bgcolor, keys.dim) == (title.color, title.bgcolor, title.dim)
