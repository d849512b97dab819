"""`docs/sdk/items.md` against the installed packages: nothing is missing or too much."""

import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, get_args

import pytest
from agents import items, stream_events, tool
from agents.tracing import span_data
from openai.types.responses import ResponseOutputItem

from tui.worker.model.answers.unknown_events import OTHER_NAMES, known_types
from tui.worker.model.attempts.attempt_run import Attempt

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "sdk" / "items.md"
_ROW = re.compile(r"^\| `([^`]+)` \|(.*)\|(.*)\|$")
_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


class Row(NamedTuple):
    section: str
    kind: str
    shown: str
    tests: str


@cache
def rows() -> tuple[Row, ...]:
    found, section = [], ""
    for line in TABLE.read_text().splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ")
        elif match := _ROW.match(line):
            found.append(Row(section, *(cell.strip() for cell in match.groups())))
    return tuple(found)


def literals(model: Any) -> Iterator[str]:
    yield from get_args(model.model_fields["type"].annotation)


def output_items() -> set[str]:
    union, *_ = get_args(ResponseOutputItem)
    return {kind for model in get_args(union) for kind in literals(model)}


def classes(module: Any, base: type) -> Iterator[type]:
    for value in vars(module).values():
        if inspect.isclass(value) and issubclass(value, base) and value is not base:
            yield value


def run_items() -> set[str]:
    return {str(vars(one)["type"]) for one in classes(items, items.RunItemBase)}


def event_names() -> set[str]:
    return set(get_args(inspect.get_annotations(
        stream_events.RunItemStreamEvent, eval_str=True)["name"]))  # fmt: skip


def stream_kinds() -> set[str]:
    return {str(one.type) for one in get_args(stream_events.StreamEvent)}


def spans() -> set[str]:
    return {str(object.__new__(one).type) for one in classes(span_data, span_data.SpanData)}


def tools() -> set[str]:
    return {getattr(one, "__origin__", one).__name__ for one in get_args(tool.Tool)}


def tool_outputs() -> set[str]:
    return {one.__name__ for one in get_args(tool.ValidToolOutputPydanticModels)}


INSTALLED = {
    "Output items": output_items,
    "Run items": run_items,
    "Names of run item events": event_names,
    "Kinds of stream events": stream_kinds,
    "Raw stream events": lambda: set(known_types() - OTHER_NAMES) | {"error"},
    "Spans": spans,
    "Tools": tools,
    "Where function tools come from": lambda: {str(one.value) for one in tool.ToolOriginType},
    "Outputs of tools": tool_outputs,
}


@pytest.mark.parametrize("section", INSTALLED)
def test_the_table_has_what_the_installed_packages_have(section: str) -> None:
    installed = INSTALLED[section]()
    listed = [row.kind for row in rows() if row.section == section]
    assert installed, f"no types were found for {section!r}: mend how this test reads them"
    assert len(listed) == len(set(listed)), f"{section}: a type stands there twice"
    new, gone = installed - set(listed), set(listed) - installed
    assert not new, (
        f"{section}: {sorted(new)} is new in the installed packages. Show it, test that it is "
        f"shown live, after a resume and in the export, and add its row to {TABLE.name}."
    )
    assert not gone, (
        f"{section}: the installed packages have no {sorted(gone)} any more. Remove the row from "
        f"{TABLE.name}, and the code that showed it if nothing else needs it."
    )


def test_every_section_of_the_table_is_compared() -> None:
    assert {row.section for row in rows()} == set(INSTALLED)


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.section}: {row.kind}")
def test_every_row_says_where_it_is_shown_and_names_a_test_that_exists(row: Row) -> None:
    assert row.shown, f"{row.kind}: say where it is shown, or why nothing is"
    if row.shown.startswith("Nothing"):
        assert len(row.shown.split()) > 4, f"{row.kind}: say why nothing is shown"
    named = _TEST.findall(row.tests)
    assert named, f"{row.kind}: name the test that proves it, as `tests/…/test_….py::test_…`"
    for path, function in named:
        assert (ROOT / path).is_file(), f"{row.kind}: there is no {path}"
        defined = re.findall(r"^(?:async )?def (test_\w+)", (ROOT / path).read_text(), re.MULTILINE)
        assert not function or function in defined, f"{row.kind}: {path} has no {function}"


def test_tests_that_the_text_names_exist() -> None:
    for path, function in _TEST.findall(TABLE.read_text()):
        assert function in (ROOT / path).read_text(), f"{path} has no {function}"


def test_an_event_that_is_read_is_shown_and_no_other_one() -> None:
    read = {*Attempt._DELTAS, *Attempt._OTHERS} - OTHER_NAMES | {"error"}
    silent = {
        row.kind
        for row in rows()
        if row.section == "Raw stream events" and row.shown.startswith("Nothing")
    }
    listed = {row.kind for row in rows() if row.section == "Raw stream events"}
    assert not read & silent, "these are read; say in the table what is shown of them"
    assert not listed - read - silent, "these are not read; say in the table why nothing is shown"
