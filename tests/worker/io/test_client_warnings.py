"""Warnings about what a server sent are not the user's; those of the user's code are."""

import json
from pathlib import Path

from tests.support.provider import Answer, Page, ToolCall
from tests.support.provider.responses_api import response_events
from tests.worker.conftest import StartProvider, StartWorker
from tui.protocol.events import ToolFinished

ODD = {"id": "ws_1", "type": "web_search_call", "status": "done", "action": {"type": "look_around"}}


def with_odd_types() -> Page:
    """An answer with a search of an unknown kind and a source of an unknown kind."""
    body = ""
    for event in response_events(Answer("It is hot."), {}, 1):
        data = json.loads(json.dumps(event.data))
        if event.name == "response.completed":
            for step in ("added", "done"):
                name = f"response.output_item.{step}"
                odd = {"type": name, "output_index": 1, "item": ODD}
                body += f"event: {name}\ndata: {json.dumps(odd)}\n\n"
            output = data["response"]["output"]
            output[0]["content"][0]["annotations"] = [{"type": "hearsay", "from": "a friend"}]
            output.append(ODD)
        body += f"event: {event.name}\ndata: {json.dumps(data)}\n\n"
    return Page(body, "text/event-stream")


def test_warnings_about_an_answer_are_not_shown_and_those_of_the_users_code_are(
    provide: StartProvider, work: StartWorker
) -> None:
    measuring = Answer(tool_calls=[ToolCall("measure")])
    provider = provide(with_odd_types(), measuring, Answer("Hot."), strict=False)
    worker = work("agent", provider, api="responses", file="warning_agent.py", cwd=HERE)
    assert worker.say("hot?").output == "It is hot."
    assert worker.printed == b""
    assert worker.say("measure it").output == "Hot."
    assert worker.all(ToolFinished)[-1].output == "{'degrees': 'hot'}"
    worker.until_printed(b"the sensor is old")
    worker.until_printed(b"Expected `int`")
    assert b"Expected `literal" not in worker.printed


HERE = Path(__file__).parent
