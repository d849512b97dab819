"""The keys of a person's settings: whether they can be used, and the table with them."""

import difflib
from collections.abc import Iterator, Mapping
from itertools import combinations

from msgspec.structs import replace

from tui.dashboard.commands.command import ON_TOP, PLACES, SCREENS_ON_TOP, Command, Commands, Scope
from tui.dashboard.commands.command_table import COMMANDS
from tui.dashboard.commands.comparison_commands import COMPARISON_COMMANDS
from tui.dashboard.commands.key_names import is_typed, key_in_words, normal_key
from tui.dashboard.commands.replay_commands import REPLAY_COMMANDS

_PANES: frozenset[Scope] = frozenset(("chat", "tools", "performance"))
"""Here the keys of "outside the prompt" work too."""


def with_keys(keys: Mapping[str, str], table: Commands = COMMANDS) -> Commands:
    """The table with other keys: command id → key, or several with commas."""
    return tuple(
        replace(command, keys=tuple(map(normal_key, keys[command.id].split(","))))
        if command.id in keys
        else command
        for command in table
    )


def key_problem(keys: Mapping[str, str]) -> str:
    """Why these settings of keys cannot be used, in one sentence; "" if they can."""
    return next(_problems(keys), "")


def _problems(keys: Mapping[str, str]) -> Iterator[str]:
    tables = (COMMANDS, COMPARISON_COMMANDS, REPLAY_COMMANDS)
    known = {one.id for table in tables for one in table if one.keys and not one.fixed}
    for name in keys:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean keys.{near[0]}?" if near else f"known: {', '.join(sorted(known))}"
            yield f"unknown binding keys.{name}; {hint}"
    yield from _clashes(keys, with_keys(keys))
    # Someone who rebinds only the dashboard's keys need not know the other tables.
    for table in tables[1:]:
        own = {one.id for one in table} - {one.id for one in COMMANDS}
        if own & {*keys}:
            yield from _clashes(keys, with_keys(keys, table))


def _clashes(keys: Mapping[str, str], table: Commands) -> Iterator[str]:
    """Of keys that cannot work, and of those that two commands have."""
    changed = [command for command in table if command.id in keys]
    for command in changed:
        if not all(command.keys):
            yield f"keys.{command.id} is empty: write a key, or several with commas"
        for key in command.keys:
            if command.scope == "everywhere" and is_typed(key):
                yield (
                    f"keys.{command.id} = {key_in_words(key)!r}: this command works in the prompt "
                    f"too, where the key types a character; choose another key"
                )
    for one, other in combinations(table, 2):
        both = [key for key in one.keys if key in other.keys]
        if both and _meet(one, other):
            key = key_in_words(both[0])
            yield (
                f"{key} is the key of keys.{one.id} ({one.title}, {PLACES[one.scope]}) and of "
                f"keys.{other.id} ({other.title}, {PLACES[other.scope]}); choose another for one"
            )


def _meet(one: Command, other: Command) -> bool:
    """Whether the keys of two commands are in force at the same time."""
    if one.fixed or other.fixed:
        return False
    scopes = {one.scope, other.scope}
    if scopes & SCREENS_ON_TOP and len(scopes) > 1:
        below = one if other.scope in SCREENS_ON_TOP else other
        # The key of the help closes every text.
        return below.id in ON_TOP or (below.id == "help" and "text" in scopes)
    return (
        len(scopes) == 1
        or "everywhere" in scopes
        or ("outside the prompt" in scopes and bool(scopes & {*_PANES, "replay"}))
    )
