"""The details of a row as lines, of which only those in view are wrapped."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.core.json_text import LONG_JSON, json_lines
from tui.dashboard.tools.json_colours import coloured
from tui.dashboard.tools.row_document import RowDocument, source_lines

BIG = [{"id": number, "name": f"row {number} 漢字", "on": True} for number in range(80_000)]


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=300)


@given(st.lists(texts, max_size=5), st.integers(2, 60), st.booleans())
def test_wrapped_lines_fit_and_nothing_is_lost(lines: list[str], width: int, prose: bool) -> None:
    source = source_lines([("says" if prose else "result", "\n".join(lines))])
    document = RowDocument(source, width)
    for number in range(len(document)):
        line = document.line(number)
        if line.kind != "heading":
            assert cell_len(line.text[line.start : line.end]) <= max(width, 2)
        if line.kind != "heading" and line.end > line.start:
            assert document.number(line.source, line.start) == number
    joined: dict[int, str] = {}
    for number in range(len(document)):
        line = document.line(number)
        joined[line.source] = joined.get(line.source, "") + line.text[line.start : line.end]
    assert list(joined.values())[1:] == [line.text for line in source][1:]


def test_long_json_looks_like_short_json() -> None:
    value = {"a": [1, 2.5, -3, True, None], "ü": '漢字 \u2028 " \\', "": {}, "b": []}
    long = {"pad": ["x" * LONG_JSON], **value}
    short, much = json_lines(json.dumps(value)), json_lines(json.dumps(long))
    assert short is not None
    assert much is not None
    assert much[4:] == short[1:]
    assert json_lines("no JSON") is None
    assert json_lines("") is None


def test_a_result_of_megabytes_can_be_read_to_its_very_end() -> None:
    text = json.dumps(BIG)
    assert len(text) > 4_000_000
    document = RowDocument(source_lines([("result", text)]), 60)
    last = document.line(len(document) - 1)
    assert (last.kind, last.text) == ("json", "]")
    assert document.line(len(document) - 3).text.strip() == '"on": true'


def test_a_line_of_megabytes_is_cut_only_where_it_is_looked_at() -> None:
    """In time that does not grow with the square of its length: a ratio inside one run."""

    def seconds(count: int) -> float:
        began = time.process_time()
        document = RowDocument(source_lines([("result", "漢" * count)]), 60)
        assert document.line(len(document) - 1).end == count
        return time.process_time() - began

    seconds(1_000)
    assert seconds(400_000) < 200 * max(seconds(20_000), 0.005)


@pytest.mark.parametrize("start", range(30))
def test_any_part_of_a_line_of_json_has_the_colours_of_the_whole(start: int) -> None:
    line = '  "name": "a \\" b: 12", "n": -1.5e3, "t": true, "z": null'
    whole = [kind for text, kind in coloured(line, 0, len(line)) for _ in text]
    part = [kind for text, kind in coloured(line, start, len(line) - 4) for _ in text]
    assert part == whole[start : len(line) - 4]
    assert "".join(text for text, _ in coloured(line, start, len(line))) == line[start:]


def test_the_kinds_of_values_are_told_apart() -> None:
    line = '"name": "a", "n": -1.5e3, "t": true'
    assert [(text, kind) for text, kind in coloured(line, 0, len(line)) if kind] == [
        ('"name"', "key"), ('"a"', "string"), ('"n"', "key"), ("-1.5e3", "number"),
        ('"t"', "key"), ("true", "word"),
    ]  # fmt: skip


def test_a_string_longer_than_a_screen_is_one_string_to_its_end() -> None:
    line = f'"text": "{"word 12 true " * 5_000}"'
    kinds = {kind for start in range(10, len(line) - 90, 7_000)
             for _, kind in coloured(line, start, start + 80)}  # fmt: skip
    assert kinds == {"string"}
