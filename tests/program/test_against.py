"""The dashboard with a recording in place of a model."""

from pathlib import Path

import pytest

from tests.program.conftest import Launch
from tests.program.session_files import quit_from, store
from tests.support.provider import Answer, Provide, RequestRecord, Step, ToolCall

CODE = """
from agents import Agent, function_tool

@function_tool
def add(a: int, b: int) -> int:
    return a + b

agent = Agent(name="Adder", model="m", tools=[add])
"""


def adding(request: RequestRecord) -> Step:
    if request.tool_outputs:
        return Answer(f"The sum is {next(iter(request.tool_outputs.values()))}.")
    return Answer(tool_calls=[ToolCall("add", {"a": 2, "b": 2})])


@pytest.fixture
def agent(tmp_path: Path) -> Path:
    path = tmp_path / "adder.py"
    path.write_text(CODE)
    return path


def test_a_session_of_the_dashboard_answers_changed_code(
    launch: Launch, provide: Provide, agent: Path
) -> None:
    live = launch("adder.py:agent", provider=provide(route=adding))
    live.type("2 + 2?\r")
    live.wait_for("The sum is 4.")
    live.wait_for("idle")
    quit_from(live)

    (session,) = store(agent.parent).sessions()
    again = launch("adder.py:agent", "--against", session.id, "--no-journal")
    again.wait_for("RECORDED")
    again.type("2 + 2?\r")
    again.wait_for("The sum is 4.")
    again.wait_for("scripted")
    again.type("and 3?\r")
    again.wait_for("message 5 is new, the")
    agent.write_text(CODE.replace("a + b\n", "a + b + 1\n"))
    again.wait_for("the agent was reloaded")
    again.type("/clear\r")
    again.type("2 + 2?\r")
    again.wait_for("The recording has no answer for this request")
    again.wait_for("now '5'")
    quit_from(again)
