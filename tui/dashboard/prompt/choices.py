"""What a menu of the prompt offers, and what fits what is typed. Pure."""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from tui.core.formatting import one_line
from tui.dashboard.commands.command import Command, Commands

NO_FIT: Final = 9


class Choice(msgspec.Struct, frozen=True):
    """One row."""

    text: str
    """What it puts into the prompt."""
    label: str = ""
    """What the row shows; "" for the text."""
    help: str = ""
    more: bool = False
    """Something can be typed after it."""
    words: str = ""
    """It is found by these too."""


class Offer(msgspec.Struct, frozen=True):
    """All rows for what is typed, the best first."""

    choices: Sequence[Choice] = ()
    start: int = 0
    """The column from which on a choice replaces the text."""
    typed: str = ""
    """What stands there."""
    only: bool = True
    """Nothing but one of these is meant: Enter takes the first one."""
    title: str = ""
    submits: bool = True
    """Enter submits the text too, where nothing can follow."""
    at_once: bool = False
    """The cursor is on the first one before anything is typed."""


class Values(msgspec.Struct, frozen=True):
    """What an argument may be. ``only``: and nothing else."""

    choices: Sequence[Choice] = ()
    only: bool = False


def fitting(typed: str, choices: Iterable[Choice]) -> list[Choice]:
    """Those that fit: by their start, then by the start of a word, by a part, by letters."""
    ranked = [(rank(typed, one.text, one.words), one) for one in choices]
    return [one for place, one in sorted(ranked, key=lambda pair: pair[0]) if place < NO_FIT]


def rank(typed: str, name: str, words: str = "") -> int:
    """0 is best; ``words`` describe what has the name."""
    typed, name, words = typed.casefold(), name.casefold().removeprefix("/"), words.casefold()
    if name.startswith(typed):
        return 0
    if any(part.startswith(typed) for part in name.replace("-", " ").replace("_", " ").split()):
        return 1
    if typed in name:
        return 2
    if any(word.startswith(typed) for word in words.split()) and len(typed) > 1:
        return 3
    return 4 if are_in_order(typed, name) else NO_FIT


def are_in_order(letters: str, text: str) -> bool:
    """Whether a text has these letters in this order, whatever is between them."""
    at = -1
    for letter in letters:
        at = text.find(letter, at + 1)
        if at < 0:
            return False
    return True


def earlier_choices(typed: str, earlier: Sequence[str]) -> list[Choice]:
    """Earlier messages that have all words, the newest first."""
    words = typed.casefold().split()
    return [
        Choice(one, one_line(one))
        for one in reversed(earlier)
        if all(word in one.casefold() for word in words)
    ]


def command_choices(commands: Commands) -> list[Choice]:
    """The slash commands, by name."""
    named = sorted((one for one in commands if one.slash), key=lambda one: one.slash)
    return [
        Choice(
            f"/{one.slash}",
            f"/{one.slash} {_argument(one)}".strip(),
            one.help,
            bool(one.argument),
            one.title,
        )
        for one in named
    ]


def _argument(command: Command) -> str:
    return f"[{command.argument}]" if command.argument else ""
