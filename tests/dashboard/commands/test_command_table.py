"""The one table of commands, and what is typed after a slash."""

import subprocess
import sys

import pytest

from tui.dashboard.commands.command_table import COMMANDS, as_typed, message_in, parse_slash

NEVER_BOUND = {"ctrl+b", "ctrl+a", "ctrl+h", "ctrl+m", "ctrl+i", "ctrl+left_square_bracket",
               "ctrl+tab", "f10", "f11"}  # fmt: skip

PALETTE_SCOPES = {"everywhere", "outside the prompt", "chat", "tools", "performance"}


def test_no_id_and_no_slash_word_is_used_twice() -> None:
    for names in (
        [command.id for command in COMMANDS],
        [command.slash for command in COMMANDS if command.slash],
    ):
        assert len(names) == len(set(names))


def test_keys_that_terminals_and_multiplexers_need_stay_free() -> None:
    # In the prompt, keys edit as in a shell.
    keys = {key for command in COMMANDS if command.scope != "prompt" for key in command.keys}
    assert not keys & NEVER_BOUND
    assert not {key for key in keys if key.startswith("alt+")}


def test_more_keys_of_a_command_are_for_one_with_the_same_action() -> None:
    by_id = {command.id: command for command in COMMANDS}
    aliases = [command for command in COMMANDS if command.alias_of]
    assert aliases
    for alias in aliases:
        target = by_id[alias.alias_of]
        assert alias.action == (target.action or target.id)


def test_every_command_can_be_started_and_says_what_it_does() -> None:
    for command in COMMANDS:
        assert command.keys or command.slash, command.id
        assert command.help.endswith("."), command.id
        assert not command.palette or command.scope in PALETTE_SCOPES


def test_the_table_and_its_settings_load_without_textual() -> None:
    code = "import sys, tui.dashboard.commands.key_settings; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("word", ["help", "history", "clear", "stats", "quit"])
def test_the_basic_slash_commands_exist(word: str) -> None:
    entered = parse_slash(f"/{word}")
    assert entered is not None
    assert entered.command is not None
    assert entered.command.slash == word


def test_an_unknown_word_is_not_a_message() -> None:
    entered = parse_slash("/helf me")
    assert entered is not None
    assert entered.command is None
    assert (entered.word, entered.argument) == ("helf", "me")


@pytest.mark.parametrize("text", ["hello", "/etc/hosts is a file", "/", "", "/help\nme"])
def test_messages_are_not_commands(text: str) -> None:
    assert parse_slash(text) is None


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("//help", "/help"),
        ("//nothing at all", "/nothing at all"),
        ("// a comment", "// a comment"),
        ("//etc/hosts", "//etc/hosts"),
        ("/etc/hosts", "/etc/hosts"),
        ("hello", "hello"),
    ],
)
def test_two_slashes_begin_a_message_that_reads_like_a_command(typed: str, message: str) -> None:
    assert message_in(typed) == message
    assert message_in(as_typed(message)) == message
