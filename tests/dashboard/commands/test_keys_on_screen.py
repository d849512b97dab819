"""Whatever the screen says about a key, it names the key of the settings."""

import re
from pathlib import Path

import pytest

from tests.dashboard.sessions.fixed_stock import FixedStock
from tests.dashboard.test_main_screen import Desk, desk, finished, loaded, started
from tui.core.config.settings import Config
from tui.dashboard.commands.bindings import commands_of
from tui.dashboard.commands.command_table import COMMANDS, command_of
from tui.dashboard.commands.key_names import is_typed, key_in_words
from tui.dashboard.screens.bug_panel import bug_text
from tui.dashboard.sessions.session_list import SessionList
from tui.protocol import events

MOVED = {
    command.id: f"f{number}"
    for number, command in enumerate(COMMANDS, 20)
    if command.keys and not command.fixed
}
DEFAULT = re.compile(
    r"\^[A-Z]\b|\b(Ctrl|Alt|Delete|Esc|Enter|Space|Tab|Shift|F[1-9](?![0-9╭╰│]))(?!\w)"
)
"""A key that somebody pressed before the settings were changed, except letters."""


def moved(name: str) -> str:
    return key_in_words(MOVED[name])


def screens(it: Desk, *names: str) -> None:
    """The screen names these keys and none of the defaults."""
    for name in names:
        assert it.shows(rf"\b{moved(name)}\b"), (name, it.text)
    assert not DEFAULT.search(it.text), it.text


@pytest.fixture
def config() -> Config:
    return Config(keys=MOVED)


async def test_the_first_screen(config: Config) -> None:
    async with desk(config=config) as it:
        hinted = {command.id: command for command in COMMANDS if command.hint}
        panes = {"chat": "show_chat", "tools": "show_tools", "performance": "show_performance"}
        now = {"escape", "retry"}
        anywhere = [one for one, command in hinted.items() if command.scope not in panes]
        assert now < {*anywhere}
        screens(it, *({*anywhere} - now), "prompt.send")
        await it.feed(*loaded(), *started())
        screens(it, *({*anywhere} - {"retry"}))
        await it.feed(finished("failed", problem=events.Problem(kind="server", message="No.")))
        screens(it, *({*anywhere} - {"escape"}))
        for scope, show in panes.items():
            it.app.main.perform(show)
            await it.pilot.pause()
            here = [one for one, command in hinted.items() if command.scope == scope]
            elsewhere = {
                one for one, command in hinted.items() if command.scope in {*panes} - {scope}
            }
            line = str(it.app.main.hints.content)
            assert here
            assert all(f" {hinted[one].hint} " in line for one in here)
            words = {hinted[one].hint for one in elsewhere} - {hinted[one].hint for one in here}
            assert not any(f" {word} " in line for word in words)
        await it.pilot.resize_terminal(60, 20)
        await it.pilot.pause()
        screens(it, "letter.show_chat", "letter.show_tools", "letter.show_performance")
        assert not it.shows(r"\b1 chat")


async def test_a_failed_turn(config: Config) -> None:
    problem = events.Problem(kind="network", message="It broke.", detail="line\n" * 20)
    async with desk(config=config) as it:
        await it.feed(*loaded(), *started())
        await it.feed(finished("failed", problem=problem, can_continue=True))
        screens(it, "retry", "transcript.fold")
        assert it.shows(f"{moved('transcript.fold')} shows the detail")


async def test_a_long_message_that_is_folded(config: Config) -> None:
    async with desk(config=config) as it:
        await it.feed(*loaded(), *started(prompt="word\n" * 500))
        item = it.app.main.chat.transcript.item_list.items[0]
        it.app.main.chat.transcript.fold(item.key, folded=True)
        await it.pilot.pause()
        while not it.app.main.chat.transcript.is_settled:
            await it.pilot.pause()
        screens(it, "transcript.fold")


async def test_a_tool_that_runs_and_one_that_asks(config: Config) -> None:
    async with desk(config=config) as it:
        await it.feed(*loaded(), *started())
        await it.feed(events.ToolStarted(at=6, run="r1", tool_call="t1", name="dig"))
        await it.press(MOVED["show_tools"])
        screens(it, "cancel_tool")
        await it.feed(
            events.ApprovalRequested(at=6, run="r1", tool_call="t2", name="dive", arguments="{}")
        )
        screens(it, "approval.once", "approval.always", "approval.reject")


@pytest.mark.parametrize("command", ["help", "history", "stats", "agent", "faults"])
async def test_a_text_on_top(config: Config, command: str) -> None:
    async with desk(config=config) as it:
        await it.feed(*loaded())
        await it.app.run_action(f"screen.command('{command}')")
        await it.pilot.pause()
        assert len(it.app.screen_stack) == 2
        screens(it, "escape")


async def test_a_question(config: Config) -> None:
    async with desk(config=config) as it:
        it.app.main.ask("Really?", list)
        await it.pilot.pause()
        screens(it, "question.yes", "question.no")


async def test_the_list_of_sessions_and_a_bug_report(config: Config) -> None:
    async with desk(config=config) as it:
        it.app.push_screen(SessionList(FixedStock(), []))
        await it.pilot.pause()
        screens(it, "sessions.open", "escape")
        bug = it.app.bugs.met(ZeroDivisionError())
        words = bug_text(bug, commands_of(it.app.main)).plain
        assert moved("bug.resume") in words
        assert moved("bug.quit") in words
        assert not DEFAULT.search(words)


async def test_the_card_of_a_session(config: Config, tmp_path: Path) -> None:
    from rich.console import Console

    from tui.dashboard.reports.cards import session_card

    async with desk(config=config) as it:
        console = Console(width=200)
        with console.capture() as captured:
            console.print(session_card("s", None, tmp_path, it.app.main.commands))
        assert moved("open_session") in captured.get()
        assert moved("new_session") in captured.get()
        assert not DEFAULT.search(captured.get())


async def test_short_messages(config: Config) -> None:
    async with desk(config=config) as it:
        main = it.app.main
        await it.feed(*loaded())
        main.runs.interrupt()
        main.runs.cancel_tool()
        main.runs.steer()
        await it.press("a", MOVED["prompt.send"])
        main.reloads.reload()
        await it.pilot.pause()
        said = "\n".join(notice.text for notice in it.app.notices.past)
        for name in ("interrupt", "cancel_tool", "show_tools", "escape", "steer"):
            assert moved(name) in said, (name, said)
        assert not DEFAULT.search(said)


def test_every_default_key_but_a_letter_would_be_noticed() -> None:
    for name in MOVED:
        for key in command_of(COMMANDS, name).keys:
            arrow = key in {"up", "down", "left", "right", "pageup", "pagedown", "home", "end"}
            letter = is_typed(key) and key != "space"
            assert arrow or letter or DEFAULT.search(f" {key_in_words(key)} "), key
