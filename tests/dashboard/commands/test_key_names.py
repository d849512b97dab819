"""How keys are called in the settings and written on the screen."""

import string

import pytest
from textual.keys import _character_to_key

from tui.dashboard.commands.key_names import is_typed, key_in_words, key_name, normal_key


@pytest.mark.parametrize("character", [*string.punctuation, "s", "N", "1", "é"])
def test_a_character_is_called_as_textual_calls_it_and_written_as_itself(character: str) -> None:
    name = normal_key(character)
    assert name == _character_to_key(character)
    assert key_name(name) == character
    assert is_typed(name)


@pytest.mark.parametrize(
    ("key", "listed", "in_words"),
    [
        ("escape", "Esc", "Esc"),
        ("ctrl+r", "^R", "Ctrl+R"),
        ("f1", "F1", "F1"),
        ("shift+enter", "Shift+Enter", "Shift+Enter"),
        ("pageup", "PgUp", "PgUp"),
        ("up", "↑", "↑"),
        ("tab", "Tab", "Tab"),
    ],
)
def test_other_keys_are_written_as_on_a_keyboard(key: str, listed: str, in_words: str) -> None:
    assert (key_name(key), key_in_words(key)) == (listed, in_words)
    assert normal_key(f" {key} ") == key
    assert not is_typed(key)


def test_space_types_a_character_and_has_a_name() -> None:
    assert is_typed("space")
    assert key_name("space") == "Space"
