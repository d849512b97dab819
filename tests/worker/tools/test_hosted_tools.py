"""Calls that the provider runs itself: what they asked for, and what came of it."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from openai.types.responses import ResponseOutputItem
from pydantic import TypeAdapter

from tests.support.provider import Answer
from tests.worker.conftest import StartProvider, StartWorker
from tui.protocol.events import ToolCalled, ToolFinished, ToolStarted
from tui.worker.tools.hosted_tools import Outcome, arguments_of, is_hosted, name_of, outcome_of

ITEMS: TypeAdapter[Any] = TypeAdapter(ResponseOutputItem)
SEARCH = {
    "id": "ws_1", "type": "web_search_call", "status": "completed",
    "action": {"type": "search", "query": "tides", "sources": [{"type": "url", "url": "https://t.test"}]},
}  # fmt: skip
FILES = {
    "id": "fs_1", "type": "file_search_call", "status": "completed", "queries": ["tides", "moon"],
    "results": [{"file_id": "f1", "filename": "a.md", "text": "ebb", "score": 0.5}],
}  # fmt: skip
CODE = {
    "id": "ci_1", "type": "code_interpreter_call", "status": "completed", "container_id": "c1",
    "code": "print(6 * 7)", "outputs": [{"type": "logs", "logs": "42"}],
}  # fmt: skip
MCP = {
    "id": "mcp_1", "type": "mcp_call", "server_label": "sea", "name": "tide",
    "arguments": '{"port": "Hue"}', "output": "high at noon",
}  # fmt: skip
LIST = {
    "id": "mcpl_1", "type": "mcp_list_tools", "server_label": "sea",
    "tools": [{"name": "tide", "input_schema": {}}],
}  # fmt: skip
IMAGE = {"id": "ig_1", "type": "image_generation_call", "status": "completed", "result": "aGVsbG8="}


@pytest.mark.parametrize(
    ("fields", "name", "arguments", "result"),
    [
        (SEARCH, "web_search", "tides", ""),
        (FILES, "file_search", '["tides", "moon"]', "ebb"),
        (CODE, "code_interpreter", "print(6 * 7)", "42"),
        (MCP, "tide", '{"port": "Hue"}', "high at noon"),
        (LIST, "mcp_list_tools", "", "tide"),
        (IMAGE, "image_generation", "", "image, 5 bytes"),
    ],
)
def test_arguments_and_results_are_read_from_where_each_kind_has_them(
    fields: dict[str, Any], name: str, arguments: str, result: str
) -> None:
    item = ITEMS.validate_python(fields)
    assert is_hosted(item)
    assert name_of(item) == name
    assert arguments in arguments_of(item)
    assert outcome_of(item)[0] == "ok"
    assert result in outcome_of(item)[1]


@pytest.mark.parametrize("kind", ["message", "reasoning", "function_call", "shell_call_output"])
def test_what_this_side_answers_is_no_hosted_tool(kind: str) -> None:
    assert not is_hosted(SimpleNamespace(type=kind))


def test_an_item_of_an_unknown_type_is_shown_as_it_is() -> None:
    item = SimpleNamespace(type="dream", id="d1", status="done", mood="calm", results=["sheep"])
    assert is_hosted(item)
    assert name_of(item) == "dream"
    assert json.loads(arguments_of(item)) == {"mood": "calm"}
    assert outcome_of(item) == Outcome("ok", '["sheep"]')


def test_a_failed_call_has_its_error() -> None:
    item = SimpleNamespace(**MCP | {"error": "no such port", "output": None})
    outcome, _, problem, _ = outcome_of(item)
    assert outcome == "error"
    assert problem is not None
    assert problem.message == "no such port"


@pytest.mark.parametrize(
    ("item", "output"),
    [
        (SimpleNamespace(**IMAGE | {"status": "incomplete"}), "image, 5 bytes"),
        (SimpleNamespace(**CODE | {"status": "failed"}), "42\ncontainer c1"),
        (SimpleNamespace(**CODE | {"status": "failed", "outputs": None}), ""),
        (SimpleNamespace(**FILES | {"status": "failed", "results": None}), ""),
    ],
    ids=str,
)
def test_a_failed_call_shows_what_came_of_it_and_no_base64(item: Any, output: str) -> None:
    assert outcome_of(item)[:2] == ("error", output)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("no such port", "no such port"),
        ({"type": "http_error", "code": 502, "message": "closed"}, "closed (502)"),
        ({"type": "mcp_tool_execution_error", "content": [{"text": "x"}]}, '[{"text": "x"}]'),
        ({"type": "odd"}, '{"type": "odd"}'),
    ],
)
def test_an_error_is_read_in_each_of_its_shapes(error: object, words: str) -> None:
    problem = outcome_of(SimpleNamespace(**MCP | {"error": error, "output": None})).problem
    assert problem is not None
    assert problem.message == words


def test_a_long_result_is_whole() -> None:
    item = SimpleNamespace(**MCP | {"output": "x" * 300_000})
    assert outcome_of(item).output == "x" * 300_000


def sent(kind: str, item: dict[str, Any], index: int) -> bytes:
    event = {"type": f"response.output_item.{kind}", "output_index": index, "item": item}
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


@pytest.mark.parametrize("api", ["responses"])
def test_arguments_that_come_at_the_end_and_unknown_items_have_rows(
    api: str, provide: StartProvider, work: StartWorker
) -> None:
    begun = {**CODE, "status": "in_progress", "code": "", "outputs": None}
    dream = {"id": "d1", "type": "dream", "mood": "calm", "results": ["sheep"]}
    hosted = (
        sent("added", begun, 7)
        + sent("done", CODE, 7)
        + sent("added", dream, 8)
        + sent("done", dream, 8)
    )
    provider = provide(Answer(deltas=["It is ", "42."], inserts={1: hosted}))
    worker = work("plain", provider, api=api)
    assert worker.say("go").outcome == "ok"
    called = worker.all(ToolCalled)
    assert [(one.tool_call, one.name, one.arguments) for one in called] == [
        ("ci_1", "code_interpreter", "print(6 * 7)"),
        ("d1", "dream", '{"mood": "calm"}'),
    ]
    assert len(worker.all(ToolStarted)) == 2
    outputs = {one.tool_call: one.output for one in worker.all(ToolFinished)}
    assert "42" in outputs["ci_1"]
    assert "sheep" in outputs["d1"]
