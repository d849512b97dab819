"""Function tools, agents as tools, and what becomes of a tool's result."""

import json
import re
from typing import Any

import pytest

from tests.examples.conftest import Show, row
from tests.support.provider import Answer, Gate, ToolCall


def test_function_tools(show: Show) -> None:
    example = show(
        "tools",
        Answer(
            tool_calls=[
                ToolCall("forecast", {"city": "Hue"}, id="one"),
                ToolCall("distance", {"start": "Hue", "end": "Huế"}, id="two"),
                ToolCall("distance", {"start": "Hue", "end": "Hue"}, id="three"),
            ]
        ),
        Answer("Light wind and a short way."),
    )
    example.ask(
        "Shall I walk?",
        "Light wind and a short way.",
        row("✓", "forecast", "city=.*light"),
        row("✓", "distance", "start=.*12.5"),
        row("✗", "distance", "that is the same place"),
    )
    outputs = example.provider.requests[1].tool_outputs
    assert outputs["two"] == "12.5"
    assert "degrees=21" in outputs["one"] or '"degrees":21' in outputs["one"]
    assert outputs["three"].startswith("An error occurred")
    offered: Any = example.provider.requests[0].body["tools"]
    tools = {tool["name"]: tool for tool in offered}
    assert tools["forecast"]["parameters"]["properties"]["city"]["description"] == (
        "The city's name."
    )
    assert tools["distance"]["parameters"]["properties"]["unit"]["default"] == "km"
    example.quit()


def test_agents_as_tools(show: Show) -> None:
    answers = {"into_french": "Bonjour la mer", "into_dutch": "Dag zee"}

    def route(request: object) -> Answer:
        instructions = getattr(request, "instructions", "")
        if "French" in instructions:
            return Answer(answers["into_french"])
        if "Dutch" in instructions:
            return Answer(answers["into_dutch"])
        if getattr(request, "tool_outputs", None):
            return Answer("Here are both.")
        return Answer(tool_calls=[ToolCall(name, {"input": "Hello sea"}) for name in answers])

    example = show("agents_as_tools", route=route)
    example.ask(
        "Say hello to the sea",
        "Here are both.",
        row("✓", "into_french", "Bonjour la mer"),
        row("✓", "into_dutch", "Dag zee"),
        "Coordinator",
    )
    assert sorted(example.provider.requests[-1].tool_outputs.values()) == sorted(answers.values())
    example.quit()


@pytest.mark.parametrize(
    ("behaviour", "answer", "requests"),
    [
        ("first", "18 degrees in Hue", 1),
        ("some", "18 degrees in Hue", 2),
        ("custom", "I measured 18 degrees in Hue.", 1),
    ],
)
def test_tool_use_behaviour(show: Show, behaviour: str, answer: str, requests: int) -> None:
    measure = ToolCall("measure", {"city": "Hue"})
    steps = [Answer(tool_calls=[measure])]
    if behaviour == "some":
        steps.insert(0, Answer(tool_calls=[ToolCall("note", {"text": "first"})]))
    example = show(f"tool_use:{behaviour}", *steps)
    in_the_chat = re.compile(rf"^\W*{re.escape(answer)}", re.MULTILINE)
    example.ask("How warm is it?", in_the_chat, row("✓", "measure"))
    assert len(example.provider.requests) == requests
    example.quit()


def test_a_forced_tool(show: Show) -> None:
    example = show("forced", Answer(tool_calls=[ToolCall("dice")]), Answer("It is a five."))
    example.ask("Throw", "It is a five.", row("✓", "dice", "5"))
    choices = [request.body.get("tool_choice") for request in example.provider.requests]
    assert choices[0] == "required"
    assert choices[1] != "required"
    example.quit()


def test_arguments_are_shown_while_they_stream(show: Show) -> None:
    gate = Gate()
    code = "print('the first line')\nprint('the last line')\n"
    call = ToolCall("write_file", {"name": "a.py", "content": code}, argument_pieces=6)
    example = show("arguments", Answer(tool_calls=[call], gates={4: gate}), Answer("Written."))
    example.terminal.type("Write it\n")
    example.terminal.wait_for(re.compile("write_file .*print"))
    assert "the last line" not in example.terminal.text
    gate.open()
    example.sees("Written.", row("✓", "write_file", "47 characters"))
    (output,) = example.provider.requests[1].tool_outputs.values()
    assert output == f"a.py: {len(code)} characters"
    example.quit()


def test_structured_output(show: Show) -> None:
    event = {"title": "Tea", "day": 12, "guests": ["Ann", "Bob"]}
    example = show("structured", Answer(json.dumps(event)))
    example.ask("Tea with Ann and Bob on the 12th", "Tea", "guests", "Ann", "Bob")
    text: Any = example.provider.requests[0].body["text"]
    assert text["format"]["type"] == "json_schema"
    assert set(text["format"]["schema"]["required"]) == set(event)
    example.quit()
