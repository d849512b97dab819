"""Tool search: tools that the provider finds and loads, and their namespaces."""

from typing import Any

import pytest

from tests.support.conversations import Folding, assert_shown_again
from tests.support.provider import Answer
from tests.support.provider.script import raw
from tests.worker.conftest import StartProvider, StartWorker
from tui.core.conversation import ToolCall
from tui.journal.markdown_export import markdown
from tui.worker.tools.tool_lists import listed

FOUND = [
    {"type": "function", "name": "wind", "description": "The wind at a place.", "parameters": {},
     "strict": True, "defer_loading": True},
    {"type": "namespace", "name": "harbour", "description": "Ships and piers",
     "tools": [{"type": "function", "name": "berth", "description": "The berth of a ship."}]},
]  # fmt: skip
SHOWN = "wind · The wind at a place.\nharbour.berth · The berth of a ship."


def search(call_id: str | None, number: int = 1) -> list[dict[str, Any]]:
    common = {"call_id": call_id, "execution": "server", "status": "completed"}
    arguments = {"query": f"berth {number}", "paths": ["harbour"]}
    return [
        {"id": f"ts_{number}", "type": "tool_search_call", "arguments": arguments, **common},
        {"id": f"tso_{number}", "type": "tool_search_output", "tools": FOUND, **common},
    ]


def call(name: str, namespace: str) -> dict[str, Any]:
    key = "place" if name == "wind" else "ship"
    return {"id": f"fc_{name}", "type": "function_call", "call_id": name, "name": name,
            "namespace": namespace, "arguments": f'{{"{key}": "Tern"}}', "status": "completed",
            }  # fmt: skip


@pytest.mark.parametrize("call_id", ["s1", None])
def test_the_query_and_the_tools_that_were_found_are_one_row(
    call_id: str | None, provide: StartProvider, work: StartWorker
) -> None:
    calls = [call("berth", "harbour"), call("wind", "wind")]
    provider = provide(
        Answer(items=raw(*search(call_id), *calls)), Answer("Pier 3."), Answer("Still there.")
    )
    worker = work("searcher", provider)
    assert worker.say("where is it?").output == "Pier 3."
    changes = Folding().feed(*worker.events)
    tools = {one.item.key: one.item for one in changes if isinstance(one.item, ToolCall)}
    found = tools.pop(call_id or "ts_1")
    assert (found.name, found.state, found.output) == ("tool_search", "ok", SHOWN)
    assert found.arguments == '{"query": "berth 1", "paths": ["harbour"]}'
    assert [(one.label, one.output) for one in tools.values()] == [
        ("harbour.berth", "Tern at pier 3"),
        ("wind", "calm at Tern"),
    ]
    assert_shown_again(worker.events)
    document = markdown("", worker.events)
    assert SHOWN in document
    (head,) = (line for line in document.splitlines() if "**harbour.berth** (ok)" in line)
    assert head.endswith(" · namespace harbour")
    assert worker.say("sure?").output == "Still there."
    assert provider.problems == []


def test_outputs_without_ids_end_their_calls_in_order(
    provide: StartProvider, work: StartWorker
) -> None:
    (one, its_output), (other, others_output) = search(None), search(None, 2)
    provider = provide(Answer("Found.", items=raw(one, other, its_output, others_output)))
    worker = work("searcher", provider)
    worker.say("where is it?")
    changes = Folding().feed(*worker.events)
    tools = {one.item.key: one.item for one in changes if isinstance(one.item, ToolCall)}
    assert {key: tool.state for key, tool in tools.items()} == {"ts_1": "ok", "ts_2": "ok"}


def test_an_output_without_a_call_is_a_row(provide: StartProvider, work: StartWorker) -> None:
    provider = provide(Answer("Found.", items=raw(*search("s1")[1:])))
    worker = work("searcher", provider)
    worker.say("where is it?")
    changes = Folding().feed(*worker.events)
    (tool,) = {one.item.key: one.item for one in changes if isinstance(one.item, ToolCall)}.values()
    assert (tool.name, tool.state, tool.output) == ("tool_search", "ok", SHOWN)


@pytest.mark.parametrize(
    ("tools", "shown"),
    [
        ([{"type": "web_search"}], "web_search"),
        ([{"type": "mcp", "server_label": "sea"}], "sea"),
        (["odd"], "odd"),
        ([], ""),
    ],
)
def test_every_kind_of_tool_has_a_line(tools: list[Any], shown: str) -> None:
    assert listed(tools) == shown


def test_tools_that_a_server_adds_are_a_row(provide: StartProvider, work: StartWorker) -> None:
    item = {"id": "at_1", "type": "additional_tools", "role": "developer", "tools": FOUND}
    worker = work("searcher", provide(Answer("Found.", items=raw(item))))
    assert worker.say("go").output == "Found."
    changes = Folding().feed(*worker.events)
    (tool,) = {one.item.key: one.item for one in changes if isinstance(one.item, ToolCall)}.values()
    assert (tool.name, tool.state, tool.output) == ("additional_tools", "ok", SHOWN)
    assert_shown_again(worker.events)
