"""The table of the comparison."""

from tui.dashboard.commands.command import PLACES
from tui.dashboard.commands.command_table import COMMANDS, by_slash, parse_slash
from tui.dashboard.commands.comparison_commands import COMPARISON_COMMANDS
from tui.dashboard.commands.key_settings import key_problem


def test_no_id_is_used_twice_and_no_key_has_two_commands_in_one_place() -> None:
    ids = [one.id for one in COMPARISON_COMMANDS]
    assert len(ids) == len(set(ids))
    own = {one.id: ",".join(one.keys) for one in COMPARISON_COMMANDS if one.keys and not one.fixed}
    assert key_problem(own) == ""


def test_a_command_of_both_has_the_same_keys_in_both() -> None:
    dashboard = {one.id: one for one in COMMANDS}
    for one in COMPARISON_COMMANDS:
        assert one.scope in PLACES
        assert one.help.endswith(".")
        if one.id in dashboard:
            assert one.keys == dashboard[one.id].keys
            assert one.scope == dashboard[one.id].scope


def test_the_prompt_offers_only_what_a_comparison_can_do() -> None:
    assert {"export", "help"} <= {*by_slash(COMPARISON_COMMANDS)}
    assert "clear" not in by_slash(COMPARISON_COMMANDS)
    entered = parse_slash("/clear", COMPARISON_COMMANDS)
    assert entered is not None
    assert entered.command is None


def test_more_keys_belong_to_a_command_of_the_table() -> None:
    ids = {one.id for one in COMPARISON_COMMANDS}
    assert all(one.alias_of in ids for one in COMPARISON_COMMANDS if one.alias_of)


def test_no_slash_word_is_used_twice() -> None:
    words = [one.slash for one in COMPARISON_COMMANDS if one.slash]
    assert len(words) == len(set(words))
