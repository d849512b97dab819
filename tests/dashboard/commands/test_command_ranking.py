"""Which entries fit what was typed."""

import pytest

from tui.dashboard.commands.command_ranking import Choice, ranked
from tui.dashboard.commands.command_table import COMMANDS
from tui.dashboard.windows.palette import command_choices

CHOICES = list(command_choices(COMMANDS))


def titles(typed: str, *recent: str) -> list[str]:
    return [one.choice.title for one in ranked(typed, CHOICES, recent)]


def of(*names: str) -> list[Choice]:
    return [Choice(id=name, title=name) for name in names]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("thm", "Theme"),
        ("theme", "Theme"),
        ("the ag", "The agent"),
        ("ag re", "Reload the agent"),
        ("sess open", "Open a session"),
        ("/clear", "New session"),
        ("clear", "New session"),
        ("q", "Quit"),
        ("colours", "Theme"),
    ],
)
def test_what_comes_first(typed: str, first: str) -> None:
    assert titles(typed)[0] == first


def test_the_beginning_comes_before_words_and_words_before_letters() -> None:
    choices = of("Display a tile", "A dark table", "Datasheet", "Data table")
    found = [one.choice.title for one in ranked("dat", choices)]
    assert found == ["Data table", "Datasheet", "A dark table", "Display a tile"]
    found = [one.choice.title for one in ranked("data t", choices)]
    assert found[0] == "Data table"


def test_the_letters_that_were_typed_are_marked() -> None:
    (found,) = ranked("thm", of("Other themes"))
    assert "".join(found.choice.title[place] for place in found.marked) == "thm"
    assert found.marked == (6, 7, 9)


def test_nothing_fits_letters_in_another_order() -> None:
    assert titles("zzz") == []
    assert ranked("mht", of("Theme")) == []


def test_before_anything_is_typed_the_recent_ones_are_on_top_and_the_rest_by_title() -> None:
    found = titles("", "theme", "help")
    assert found[:2] == ["Theme", "Help"]
    assert found[2:] == sorted(found[2:], key=str.casefold)
    assert len(found) == len(CHOICES)


def test_of_equal_entries_the_recent_one_is_first() -> None:
    choices = of("Save as", "Save all")
    assert [one.choice.title for one in ranked("save", choices)] == ["Save all", "Save as"]
    assert ranked("save", choices, ["Save as"])[0].choice.title == "Save as"
