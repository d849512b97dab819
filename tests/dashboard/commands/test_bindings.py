"""Bindings come from the table, and every key does what the table and the settings say."""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from contextlib import AbstractAsyncContextManager

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

import tui.dashboard
from tests.dashboard.replay.replay_desk import replay_desk
from tests.dashboard.sessions.fixed_stock import FixedStock
from tests.dashboard.test_main_screen import Desk, desk, loaded, started
from tui.core.config.settings import Config
from tui.core.conversation import FollowUp
from tui.dashboard.app import StreamTui
from tui.dashboard.commands.bindings import action_of
from tui.dashboard.commands.command import PLACES, Command, Commands, Scope
from tui.dashboard.commands.command_table import COMMANDS, command_of
from tui.dashboard.commands.comparison_commands import COMPARISON_COMMANDS
from tui.dashboard.commands.key_settings import with_keys
from tui.dashboard.commands.replay_commands import REPLAY_COMMANDS
from tui.dashboard.screens.bug_panel import BugPanel
from tui.dashboard.sessions.session_list import SessionList
from tui.dashboard.windows.chooser import Chooser
from tui.dashboard.windows.files_card import FilesCard
from tui.dashboard.windows.listing import Listing
from tui.dashboard.windows.pane_line import LineWanted, PaneLine
from tui.dashboard.windows.question import Question
from tui.dashboard.windows.text_entry import TextEntry
from tui.protocol import events
from tui.protocol.events import Attachment

BOUND = [command for command in REPLAY_COMMANDS if command.keys and command.action != "-"]
MOVED = {
    command.id: f"f{number}"
    for number, command in enumerate(REPLAY_COMMANDS, 20)
    if command.keys and not command.fixed
}
"""Another key for every command."""


def our_classes() -> Iterator[type[DOMNode]]:
    for module in pkgutil.walk_packages(tui.dashboard.__path__, "tui.dashboard."):
        importlib.import_module(module.name)
    waiting: list[type[DOMNode]] = [DOMNode]
    while waiting:
        cls = waiting.pop()
        waiting += cls.__subclasses__()
        if cls.__module__.startswith("tui."):
            yield cls


def test_every_binding_of_every_widget_is_in_the_table_and_every_command_is_bound() -> None:
    bound = [*BOUND, *(one for one in COMPARISON_COMMANDS if one.keys and one.action != "-")]
    known = {command.id: command for command in bound}
    seen: set[str] = set()
    for cls in our_classes():
        for binding in vars(cls).get("BINDINGS", ()):
            assert isinstance(binding, Binding), cls
            assert binding.id in known, (cls, binding)
            assert tuple(binding.key.split(",")) == known[binding.id].keys
            seen.add(binding.id)
    assert seen == known.keys()


def of_dashboard(
    scope: Scope,
    config: Config = Config(),  # noqa: B008 - frozen
) -> AbstractAsyncContextManager[Desk]:
    """A dashboard that has this scope."""
    return replay_desk(config=config) if scope == "replay" else desk(config=config)


async def show(it: Desk, scope: Scope) -> None:  # noqa: C901, PLR0912 - a case for each
    """Put what has this scope on the screen, with the focus in it."""
    main = it.app.main
    match scope:
        case "everywhere" | "prompt":
            main.prompt.focus()
        case "outside the prompt" | "chat":
            main.chat.transcript.focus()
        case "tools":
            main.tools.focus()
        case "performance":
            main.performance.focus()
        case "approval":
            main.approval._clock = iter(range(1_000_000)).__next__
            main.approval._hold = 0.0
            main.approval.ask(
                events.ApprovalRequested(at=1, run="r", tool_call="t", name="n", arguments="{}")
            )
        case "waiting messages":
            one = FollowUp(key="a", text="later", shown="later")
            main.waiting_list.show((one,), running=True)
            main.waiting_list.focus()
        case "replay":
            main.query_one("#seek-bar").focus()
        case "text":
            it.app.push_screen(Listing("title", "words"))
        case "files":
            it.app.push_screen(FilesCard("paint", [Attachment()], print))
        case "sessions":
            it.app.push_screen(SessionList(FixedStock(), []))
        case "choices":
            it.app.push_screen(Chooser("Choose", []))
        case "pane line":
            it.app.push_screen(PaneLine(LineWanted(main.tools, "show")))
        case "text entry":
            it.app.push_screen(TextEntry("title"))
        case "question":
            it.app.push_screen(Question("Really?"))
        case _:
            it.app.push_screen(BugPanel(it.app.bugs.met(ZeroDivisionError())))
    await it.pilot.pause()


async def actions_of(
    it: Desk, commands: Iterable[Command], monkeypatch: pytest.MonkeyPatch
) -> dict[str, list[str]]:
    """What the keys of some commands of one scope start, by command; nothing of it is done."""
    done: list[str] = []

    async def record(app: StreamTui, action: str, *_: object) -> bool:
        enabled = "answer_approval" not in action or app.main.approval.asking
        if enabled:
            done.append(action)
        return enabled

    found = {}
    with monkeypatch.context() as patch:
        patch.setattr(StreamTui, "run_action", record)
        for command in commands:
            done.clear()
            await it.pilot.press(*command.keys)
            found[command.id] = done.copy()
    return found


def of_scope(scope: Scope, commands: Commands = REPLAY_COMMANDS) -> list[Command]:
    return [one for one in commands if one.scope == scope and one.keys and one.action != "-"]


@pytest.mark.parametrize("scope", PLACES)
async def test_every_key_starts_the_action_of_its_command_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, scope: Scope
) -> None:
    commands = of_scope(scope)
    async with of_dashboard(scope) as it:
        await show(it, scope)
        assert await actions_of(it, commands, monkeypatch) == {
            one.id: [action_of(one)] * len(one.keys) for one in commands
        }


@pytest.mark.parametrize("scope", PLACES)
async def test_keys_of_the_settings_take_the_place_of_the_defaults(
    monkeypatch: pytest.MonkeyPatch, scope: Scope
) -> None:
    commands = of_scope(scope)
    async with of_dashboard(scope, Config(keys=MOVED)) as it:
        await show(it, scope)
        assert await actions_of(
            it, of_scope(scope, with_keys(MOVED, REPLAY_COMMANDS)), monkeypatch
        ) == {one.id: [action_of(one)] for one in commands}
        before = await actions_of(it, commands, monkeypatch)
        assert not [one.id for one in commands if action_of(one) in before[one.id]]


@pytest.mark.parametrize("scope", PLACES)
async def test_every_action_of_the_table_exists(scope: Scope) -> None:
    async with of_dashboard(scope) as it:
        await show(it, scope)
        focused = it.app.focused or it.app.screen
        places = [*focused.ancestors_with_self, it.app]
        for command in of_scope(scope):
            action, _, argument = action_of(command).partition("(")
            if action == "command":
                assert argument.strip("')") in it.app.main._perform, command.id
                continue
            name = f"action_{action.removeprefix('screen.').removeprefix('app.')}"
            assert any(hasattr(place, name) for place in places), command.id


@pytest.mark.parametrize("slash", [one.slash for one in REPLAY_COMMANDS if one.slash])
async def test_every_slash_command_starts_its_action(
    monkeypatch: pytest.MonkeyPatch, slash: str
) -> None:
    (command,) = [command for command in REPLAY_COMMANDS if command.slash == slash]
    async with of_dashboard(command.scope) as it:
        given: list[tuple[object, ...]] = []
        monkeypatch.setitem(it.app.main._perform, command.id, lambda *a: given.append(a))
        it.app.main.runs.submit(f"/{slash} words", 0)
        assert given == [("words",) if command.argument else ()]


async def test_moving_one_key_leaves_another_command_its_default_on_the_same_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with desk(config=Config(keys={"approval.reject": "r"})) as it:
        await show(it, "chat")
        command = command_of(COMMANDS, "next_hit")
        assert await actions_of(it, [command], monkeypatch) == {"next_hit": ["command('next_hit')"]}


async def test_keys_that_the_prompt_reads_itself_can_be_changed() -> None:
    keys = {"prompt.send": "f20", "prompt.earlier": "f21", "prompt.later": "f22"}
    async with desk(config=Config(keys=keys)) as it:
        prompt = it.app.main.prompt
        await it.press("a", "enter", "b")
        assert prompt.text == "a\nb"
        await it.press("f20")
        assert prompt.text == ""
        await it.press("up")
        assert prompt.text == ""
        await it.press("f21")
        assert prompt.text == "a\nb"
        await it.press("f22")
        assert prompt.text == ""


async def test_the_cancel_key_of_the_settings_closes_the_help_before_it_cancels() -> None:
    async with desk(config=Config(keys={"escape": "f20"})) as it:
        await it.feed(*loaded(), *started())
        await it.press("f1", "escape")
        assert it.shows("F20 closes")
        await it.press("f20")
        assert not it.shows("F20 closes")
        assert it.app.main.conversation.cancelling_since is None
        await it.press("f20")
        assert it.app.main.conversation.cancelling_since is not None
