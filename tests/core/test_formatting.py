"""Text for times, JSON and long strings."""

import json

import pytest

from tui.core.formatting import (
    MILLISECOND,
    SECOND,
    brief_arguments,
    duration,
    pretty_json,
    stopwatch,
)
from tui.core.sanitize.characters import clean


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (None, "—"),
        (400_000, "<1 ms"),
        (12 * MILLISECOND, "12 ms"),
        (999 * MILLISECOND, "999 ms"),
        (999_600_000, "1.00 s"),
        (1_250 * MILLISECOND, "1.25 s"),
        (12_300 * MILLISECOND, "12.3 s"),
        (59_960 * MILLISECOND, "1 m 00 s"),
        (123 * SECOND, "2 m 03 s"),
        (3_660 * SECOND, "1 h 01 m"),
    ],
)
def test_durations_have_at_most_three_digits(nanoseconds: int | None, text: str) -> None:
    assert duration(nanoseconds) == text


def test_the_stopwatch_keeps_its_width() -> None:
    assert [stopwatch(n * SECOND) for n in (0, 4, 65)] == ["00:00.0", "00:04.0", "01:05.0"]
    assert stopwatch(4_290 * MILLISECOND) == "00:04.2"


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
