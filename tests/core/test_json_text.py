"""JSON to be shown."""

import json

import pytest

from tui.core.json_text import brief_arguments, pretty_json
from tui.core.sanitize.characters import clean


def test_arguments_are_written_on_one_line() -> None:
    assert brief_arguments('{"sides": 20, "name": "a b"}') == 'sides=20, name="a b"'
    assert brief_arguments('{"sides": 2') == '{"sides": 2'
    assert brief_arguments("") == ""
    assert brief_arguments("[1,\n 2]") == "[1, 2]"


def test_a_million_brackets_are_returned_unchanged() -> None:
    assert pretty_json("[" * 1_000_000) == "[" * 1_000_000


@pytest.mark.parametrize("escape", ["\\u202e", "\\u009b", "\\u007f", "\\ud800", "\\u2066"])
def test_escapes_in_json_do_not_bring_back_forbidden_characters(escape: str) -> None:
    arguments = f'{{"a{escape}": "b{escape}"}}'
    forbidden = json.loads(f'"{escape}"')
    for shown in (brief_arguments(arguments), pretty_json(arguments)):
        assert forbidden not in shown
        assert shown == clean(shown)
    assert brief_arguments('{"a\\u001b[2J\\n": 1}') == "a␛[2J␊=1"


def test_cleaned_json_keeps_its_letters() -> None:
    assert brief_arguments('{"straße": "日本\\u00e9"}') == 'straße="日本é"'
    assert pretty_json('{"a":"\\u00e9"}') == '{\n  "a": "é"\n}'
