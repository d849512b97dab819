"""Which theme a terminal gets at the start, and later."""

import sys
from pathlib import Path

import pytest

from tui.core.config.settings import AppOptions, Config, Display
from tui.dashboard.app import StreamTui
from tui.dashboard.terminal.screen_memory import DAMAGED, ScreenMemory
from tui.dashboard.terminal.theme_choice import dark_by_environment, theme_for, theme_names

IDLE = (sys.executable, "-c", "import sys; sys.stdin.read()")


def app_with(memory: Path | None = None, theme: str | None = None) -> StreamTui:
    config = Config(display=Display(theme=theme))
    return StreamTui(AppOptions(config=config, worker_command=IDLE, screen_memory=memory))


@pytest.mark.parametrize(
    ("value", "dark"),
    [
        ("15;0", True), ("0;15", False), ("0;default;15", False), ("12;8", True), ("0;7", False),
        ("15;default", None), ("", None), ("garbage", None), ("0;300", None),
    ],
)  # fmt: skip
def test_colorfgbg_says_whether_the_background_is_dark(value: str, dark: bool | None) -> None:
    assert dark_by_environment({"COLORFGBG": value}) is dark
    assert dark_by_environment({}) is None


def test_every_theme_that_is_chosen_by_itself_exists() -> None:
    chosen = {theme_for(dark=d, few_colours=f) for d in (True, False) for f in (True, False)}
    assert len(chosen) == 4
    assert chosen <= set(theme_names())


async def test_a_chosen_theme_is_remembered_and_the_settings_override_it(tmp_path: Path) -> None:
    memory = tmp_path / "screen.json"
    async with app_with(memory).run_test() as pilot:
        assert isinstance(pilot.app, StreamTui)
        pilot.app.main.views.theme("nord")
    assert app_with(memory).theme == "nord"
    assert app_with(memory, theme="gruvbox").theme == "gruvbox"


async def test_a_theme_of_the_list_is_chosen_too_and_one_only_looked_at_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    memory = tmp_path / "screen.json"
    app = app_with(memory)
    async with app.run_test() as pilot:
        app.main.views.theme()
        await pilot.pause()
        await pilot.press("down")
        await pilot.pause()
        looked_at = app.theme
        assert looked_at != "textual-dark"
        app.themes._background_is((1.0, 1.0, 0.9))
        assert app.theme == looked_at
        await pilot.press("escape")
        await pilot.pause()
        assert app.theme == "textual-light"
        app.main.views.theme()
        await pilot.pause()
        await pilot.press("up", "enter")
        await pilot.pause()
        chosen = app.theme
        assert chosen != "textual-light"
        app.themes._background_is((0.0, 0.0, 0.0))
        assert app.theme == chosen
    assert app_with(memory).theme == chosen


async def test_what_the_terminal_says_counts_only_if_nothing_was_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLORTERM", "truecolor")
    memory = tmp_path / "screen.json"
    async with app_with(memory).run_test() as pilot:
        assert isinstance(pilot.app, StreamTui)
        assert pilot.app.theme == "textual-dark"
        pilot.app.themes._background_is((1.0, 1.0, 0.9))
        assert pilot.app.theme == "textual-light"
        pilot.app.themes._background_is((0.0, 0.1, 0.1))
        assert pilot.app.theme == "textual-dark"
        pilot.app.themes._background_is((1.0, 1.0, 0.9))
    # Known from the first frame on.
    assert app_with(memory).theme == "textual-light"
    async with app_with(memory, theme="nord").run_test() as pilot:
        assert isinstance(pilot.app, StreamTui)
        pilot.app.themes._background_is((0.0, 0.0, 0.0))
        assert pilot.app.theme == "nord"


async def test_an_unknown_theme_in_the_settings_is_said_and_what_fits_is_shown() -> None:
    async with app_with(theme="nrod").run_test() as pilot:
        await pilot.pause()
        assert isinstance(pilot.app, StreamTui)
        assert "There is no theme 'nrod'" in pilot.app.notices.past[0].text


@pytest.mark.parametrize(
    "damaged", [b"", b"{", b"\xff\xfe", b'{"theme": 3}', b'{"panes": {"wide": {"chat": 7}}}']
)
async def test_a_damaged_memory_gives_the_defaults_and_is_said_once(
    tmp_path: Path, damaged: bytes
) -> None:
    memory = tmp_path / "screen.json"
    memory.write_bytes(damaged)
    async with app_with(memory).run_test() as pilot:
        await pilot.pause()
        assert isinstance(pilot.app, StreamTui)
        assert pilot.app.notices.past[0].text.startswith(DAMAGED)
    assert memory.with_name("screen.json.damaged").read_bytes() == damaged
    assert not ScreenMemory(memory).problem


def test_two_dashboards_do_not_forget_for_each_other(tmp_path: Path) -> None:
    one, other = ScreenMemory(tmp_path / "s.json"), ScreenMemory(tmp_path / "s.json")
    one.keep(theme="nord")
    other.keep(dark=False)
    kept = ScreenMemory(tmp_path / "s.json").kept
    assert (kept.theme, kept.dark) == ("nord", False)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    memory = ScreenMemory(tmp_path / "file" / "s.json")
    memory.keep(theme="nord")
    assert "not remembered" in memory.problem
