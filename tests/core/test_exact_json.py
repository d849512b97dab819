"""JSON that is laid out keeps every character."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.exact_json import laid_out, place_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON)
def test_the_layout_means_the_same(value: object) -> None:
    assert json.loads(laid_out(json.dumps(value))) == value
    assert json.loads(laid_out(json.dumps(value, ensure_ascii=False))) == value


@given(JSON)
def test_only_blanks_between_tokens_differ(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert re.sub(r"\s", "", laid_out(text)) == re.sub(r"\s", "", text)


def test_a_name_that_occurs_twice_is_shown_twice() -> None:
    shown = laid_out('{"path": "safe.txt", "path": "/etc/passwd"}')
    assert shown == '{"path": "safe.txt", "path": "/etc/passwd"}'


def test_numbers_are_not_rounded() -> None:
    assert laid_out('{"n":1.00000000000000000001,"m":1e999}') == (
        '{"n": 1.00000000000000000001, "m": 1e999}'
    )


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (r'"Vi\u1ec7t \u4f60\u597d"', '"Việt 你好"'),
        (r'"\ud83d\ude00"', '"😀"'),
        (r'"a\u202eb\u200bc\u0000d"', r'"a\u202eb\u200bc\u0000d"'),
        (r'"\\u0041"', r'"\\u0041"'),
        (r'"\u0022\u005c"', r'"\u0022\u005c"'),
        (r'"\ud800"', r'"\ud800"'),
    ],
)
def test_escaped_letters_are_readable_and_what_could_hide_stays_escaped(
    given: str, shown: str
) -> None:
    assert laid_out(given) == shown


def test_what_is_no_json_is_unchanged() -> None:
    assert laid_out('{"cut') == '{"cut'


def test_long_objects_are_indented() -> None:
    text = json.dumps({"path": "a" * 60, "lines": [1, 2], "empty": {}})
    assert laid_out(text).split("\n")[1:] == [
        f'  "path": "{"a" * 60}",',
        '  "lines": [',
        "    1,",
        "    2",
        "  ],",
        '  "empty": {}',
        "}",
    ]


@pytest.mark.parametrize(
    ("path", "at"),
    [("$", "{"), ("$.a", "1"), ("$.b[1].c", "3"), ("$.b[0]", "2"), ("$.missing", "{")],
)
def test_a_path_names_a_place(path: str, at: str) -> None:
    text = '{\n  "a": 1,\n  "b": [2, {"c": 3}]\n}'
    line, column = place_of(text, path)
    assert text.split("\n")[line][column] == at
