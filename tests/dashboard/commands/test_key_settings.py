"""The section ``keys`` of the settings."""

import re
from pathlib import Path

import pytest

from tui.dashboard.commands.command import PLACES
from tui.dashboard.commands.command_table import COMMANDS, command_of
from tui.dashboard.commands.comparison_commands import COMPARISON_COMMANDS
from tui.dashboard.commands.key_settings import key_problem, with_keys
from tui.dashboard.commands.replay_commands import REPLAY_COMMANDS

CHANGEABLE = [command.id for command in COMMANDS if command.keys and not command.fixed]


def test_the_default_keys_are_no_problem() -> None:
    every = {command.id: ",".join(command.keys) for command in COMMANDS if command.id in CHANGEABLE}
    assert key_problem({}) == key_problem(every) == ""


@pytest.mark.parametrize("name", CHANGEABLE)
def test_every_key_can_be_changed(name: str) -> None:
    assert key_problem({name: "f13, f14"}) == ""
    commands = with_keys({name: "f13, f14"})
    assert command_of(commands, name).keys == ("f13", "f14")
    assert [one for one in commands if one.id != name] == [
        one for one in COMMANDS if one.id != name
    ]


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"retrie": "f6"}, "unknown binding keys.retrie; did you mean keys.retry?"),
        ({"scroll": "f6"}, "unknown binding keys.scroll"),
        ({"retry": ""}, "keys.retry is empty"),
        ({"retry": "f6,"}, "keys.retry is empty"),
        ({"retry": "r"}, "keys.retry = 'r': this command works in the prompt too"),
        ({"help": "?"}, "keys.help = '?': this command works in the prompt too"),
    ],
)
def test_keys_that_cannot_work_are_named(keys: dict[str, str], words: str) -> None:
    assert key_problem(keys).startswith(words)


@pytest.mark.parametrize(
    ("keys", "key", "ids"),
    [
        ({"retry": "ctrl+q"}, "Ctrl+Q", ("retry", "quit")),
        ({"retry": "f6", "redraw": "f5,f6"}, "F6", ("retry", "redraw")),
        ({"tools.copy": "space"}, "Space", ("tools.fold", "tools.copy")),
        ({"search": "?"}, "?", ("letter.help", "search")),
        # Scopes that are in force at the same time.
        ({"tools.copy": "ctrl+r"}, "Ctrl+R", ("retry", "tools.copy")),
        ({"transcript.copy": "s"}, "s", ("stop_after_call", "transcript.copy")),
        ({"approval.once": "ctrl+q"}, "Ctrl+Q", ("quit", "approval.once")),
    ],
)
def test_a_key_of_two_commands_is_reported_with_both(
    keys: dict[str, str], key: str, ids: tuple[str, str]
) -> None:
    said = key_problem(keys)
    assert said.startswith(f"{key} is the key of ")
    for name in ids:
        assert f"keys.{name} ({command_of(COMMANDS, name).title}, " in said


@pytest.mark.parametrize(
    "keys",
    [
        {"retry": "ctrl+o", "open_session": "ctrl+r"},
        {"tools.copy": "c", "performance.order": "y"},
        {"approval.once": "s"},
        {"prompt.new_line": "f6", "tools.fold": "f6"},
    ],
)
def test_the_same_key_may_stand_for_commands_that_never_meet(keys: dict[str, str]) -> None:
    assert key_problem(keys) == ""


def test_the_documentation_lists_every_command_where_its_keys_work() -> None:
    document = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text()
    for scope, place in PLACES.items():
        (row,) = [line for line in document.splitlines() if line.startswith(f"| {place} |")]
        names = [
            one.id for one in REPLAY_COMMANDS if one.keys and not one.fixed and one.scope == scope
        ]
        assert re.findall(r"`([^`]+)`", row) == names


def test_keys_of_a_replay_can_be_changed_too() -> None:
    assert key_problem({"replay_end": "w"}) == ""
    assert key_problem({"replay_end": "full_stop"}).startswith(". is the key of keys.")
    assert key_problem({"replay_end": "v"}).startswith("v is the key of keys.view_files")


def test_keys_of_the_comparison_can_be_changed_too() -> None:
    assert key_problem({"compare.report": "f9"}) == ""
    (report,) = [
        one
        for one in with_keys({"compare.report": "f9"}, COMPARISON_COMMANDS)
        if one.id == "compare.report"
    ]
    assert report.keys == ("f9",)
    assert key_problem({"compare.report": "x"}).startswith("x is the key of keys.compare.cancel")
    assert key_problem({"compare.repot": "f9"}).endswith("did you mean keys.compare.report?")
