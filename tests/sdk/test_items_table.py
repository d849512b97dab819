"""`docs/sdk/items.md` against the installed packages: nothing is missing or too much."""

import inspect
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from agents import items, stream_events, tool
from agents.tracing import span_data
from openai.types.responses import ResponseOutputItem

from tests.sdk.table import Row, Table, check_tests, check_tests_exist
from tui.worker.model.answers.unknown_events import OTHER_NAMES, known_types
from tui.worker.model.attempts.attempt_run import Attempt

TABLE = Table("items.md")


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
    to_do = "Show it, and test that it is shown live, after a resume and in the export."
    TABLE.check_names(section, INSTALLED[section](), to_do=to_do)


def test_every_section_of_the_table_is_compared() -> None:
    assert TABLE.sections == set(INSTALLED)


@pytest.mark.parametrize("row", TABLE.rows, ids=str)
def test_every_row_says_where_it_is_shown_and_names_a_test_that_exists(row: Row) -> None:
    check_tests(row)
    if row.words.startswith("Nothing"):
        assert len(row.words.split()) > 4, f"{row}: say why nothing is shown"


def test_tests_that_the_text_names_exist() -> None:
    check_tests_exist(TABLE.text)


def test_an_event_that_is_read_is_shown_and_no_other_one() -> None:
    read = {*Attempt._DELTAS, *Attempt._OTHERS} - OTHER_NAMES | {"error"}
    silent = {
        row.name
        for row in TABLE.rows
        if row.section == "Raw stream events" and row.words.startswith("Nothing")
    }
    listed = {row.name for row in TABLE.rows if row.section == "Raw stream events"}
    assert not read & silent, "these are read; say in the table what is shown of them"
    assert not listed - read - silent, "these are not read; say in the table why nothing is shown"
