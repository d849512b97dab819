"""The one table of commands."""

import pytest

from tui.dashboard.command_table import ALIASES, COMMANDS, completions, key_name, parse_slash

NEVER_BOUND = {"ctrl+b", "ctrl+a", "ctrl+h", "ctrl+m", "ctrl+i", "ctrl+left_square_bracket",
               "ctrl+tab", "f10", "f11"}  # fmt: skip


def test_no_id_key_or_slash_word_stands_twice() -> None:
    ids = [command.id for command in COMMANDS]
    keys = [key for command in COMMANDS for key in command.keys] + list(ALIASES)
    slashes = [command.slash for command in COMMANDS if command.slash]
    for names in (ids, keys, slashes):
        assert len(names) == len(set(names))


def test_keys_that_terminals_and_multiplexers_need_stay_free() -> None:
    for command in COMMANDS:
        for key in command.keys:
            assert key not in NEVER_BOUND
            assert not key.startswith("alt+")


def test_every_alias_names_a_command() -> None:
    assert set(ALIASES.values()) <= {command.id for command in COMMANDS}


@pytest.mark.parametrize("word", ["help", "history", "clear", "stats", "quit"])
def test_the_slash_commands_of_the_brief_are_there(word: str) -> None:
    entered = parse_slash(f"/{word}")
    assert entered is not None
    assert entered.command is not None
    assert entered.command.slash == word


def test_an_unknown_word_is_told_apart_from_a_message() -> None:
    entered = parse_slash("/helf me")
    assert entered is not None
    assert entered.command is None
    assert (entered.word, entered.argument) == ("helf", "me")


@pytest.mark.parametrize("text", ["hello", "/etc/hosts is a file", "/", "", "/help\nme"])
def test_messages_are_not_commands(text: str) -> None:
    assert parse_slash(text) is None


def test_completion_offers_what_begins_so() -> None:
    assert completions("/h") == ["/help", "/history"]
    assert completions("/HE") == ["/help"]
    assert completions("/model gpt") == []
    assert completions("h") == []


def test_keys_are_written_for_people() -> None:
    assert [key_name(key) for key in ("escape", "ctrl+r", "f1", "s")] == ["Esc", "^R", "F1", "s"]
