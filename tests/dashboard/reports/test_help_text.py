"""The help's text."""

import io
import re

import pytest
from rich.console import Console

from tui.core.metrics.figure import UNAVAILABLE, Figure, measured
from tui.dashboard.commands.command import Commands
from tui.dashboard.commands.command_table import COMMANDS, command_of
from tui.dashboard.commands.key_names import key_name
from tui.dashboard.commands.key_settings import with_keys
from tui.dashboard.reports.help_text import help_body

MOVED = "f99"


def lines_of(
    estimate_error: Figure = UNAVAILABLE, commands: Commands = COMMANDS, width: int = 300
) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    with console.capture() as captured:
        console.print(help_body(estimate_error, commands))
    return captured.get().splitlines()


def test_the_help_says_by_how_much_live_estimates_were_off() -> None:
    said = "The live estimate was off by 3.0 % on average in this session."
    assert said in " ".join(lines_of(measured(0.03)))
    assert "live estimate was off" not in " ".join(lines_of())


def keys_in_help(commands: Commands = COMMANDS) -> dict[str, list[str]]:
    """The first column beside the help of each command that has keys."""
    lines = [line.rstrip() for line in lines_of(commands=commands)]
    ends = tuple(f" {command.help}" for command in commands)
    found = {}
    for command in commands:
        if command.keys and not command.alias_of:
            line = next(line for line in lines if line.endswith(f" {command.help}"))
            place = lines.index(line)
            keys = lines.pop(place).removesuffix(command.help)  # two lists may have the same words
            while lines[place] and not lines[place].endswith(ends):  # more keys than fit
                keys += "  " + lines.pop(place)
            found[command.id] = re.split(r"  +", keys.strip())
    return found


def test_the_help_lists_the_keys_of_every_command_and_its_aliases() -> None:
    expected = {one.id: [*one.keys] for one in COMMANDS if one.keys and not one.alias_of}
    for one in COMMANDS:
        if one.alias_of:
            expected[one.alias_of] += one.keys
    assert keys_in_help() == {name: [*map(key_name, keys)] for name, keys in expected.items()}


def test_the_help_lists_every_slash_command() -> None:
    lines = [line.rstrip() for line in lines_of()]
    for command in COMMANDS:
        if command.slash:
            words = f"/{command.slash} {command.argument.partition(' ')[0]}".strip()
            assert any(line.startswith(words) and line.endswith(command.help) for line in lines)


@pytest.mark.parametrize(
    "name", [command.id for command in COMMANDS if command.keys and not command.fixed]
)
def test_a_changed_key_is_in_the_help_and_the_default_is_not(name: str) -> None:
    command = command_of(COMMANDS, name)
    row = command.alias_of or name
    before, after = keys_in_help(), keys_in_help(with_keys({name: MOVED}))
    defaults = {key_name(key) for key in command.keys}
    assert set(before[row]) - set(after[row]) == defaults
    assert set(after[row]) - set(before[row]) == {key_name(MOVED)}
    del before[row], after[row]
    assert after == before


@pytest.mark.parametrize("width", [50, 90, 150])
def test_no_word_of_the_help_is_cut_off(width: int) -> None:
    words = set(" ".join(lines_of()).split())
    assert set(" ".join(lines_of(width=width)).split()) == words
