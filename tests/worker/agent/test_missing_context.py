"""An agent that expects a context and gets none: said when it is loaded and when it fails."""

from pathlib import Path

import pytest

from tests.support.provider import Answer, ToolCall
from tests.worker.agent.test_agents_as_written import write
from tests.worker.conftest import StartProvider
from tests.worker.driver import WorkerProcess
from tui.protocol.events import ToolFinished

NEEDY = """
    from dataclasses import dataclass
    from agents import RunContextWrapper, function_tool

    @dataclass
    class User:
        name: str
        uid: int

    @dataclass
    class Guest:
        name: str = "Guest"

    def shown(user): return user.name.upper()

    @function_tool{options}
    async def who(ctx: RunContextWrapper[User]) -> str:
        return shown(ctx.context)

    def greet(ctx: RunContextWrapper[Guest], agent) -> str:
        return f"Greet {{ctx.context.name}}."

    ann = User("Ann", 1)
    agent = Agent{typed}(name="Bank", {parts})
"""
WRITE = (
    'Write  streamtui = {"context": User(name=…, uid=…)}  in mine.py, '
    "or name the object with --context mine.py:NAME."
)
START = 'Start with --context mine.py:Guest, or write  streamtui = {"context": Guest}  in mine.py.'
NAME = (
    'Name the object with --context mine.py:NAME, or write  streamtui = {"context": NAME}  '
    "in mine.py."
)


def needy(options: str = "", typed: str = "", parts: str = "tools=[who]") -> str:
    return NEEDY.format(options=options, typed=typed, parts=parts)


@pytest.mark.parametrize(
    ("source", "notice"),
    [
        (needy(typed="[User]", parts=""), f"Bank expects a context, User, and there is none: "
         f"what reads ctx.context will fail. {WRITE}"),
        (needy(), WRITE),
        (needy(parts="instructions=greet"), START),
        (needy(typed="[dict]", parts=""), NAME),
        (needy(typed="[User]", parts="").replace("agent = ", "inner = ")
         + "    agent = Agent(name='Lead', tools=[inner.as_tool('ask', 'Asks.')])", WRITE),
    ],
    ids=["type", "tool", "instructions", "dict", "agent as tool"],
)  # fmt: skip
def test_a_missing_context_is_announced(source: str, notice: str, tmp_path: Path) -> None:
    write(tmp_path, source)
    with WorkerProcess(agent="mine.py:agent", cwd=tmp_path) as worker:
        (said,) = worker.loaded().notices
    assert said.endswith(notice)
    with WorkerProcess(agent="mine.py:agent", cwd=tmp_path, context="mine.py:ann") as worker:
        assert worker.loaded().notices == ()
    write(tmp_path, f"{source}\n    streamtui = {{'context': ann}}\n")
    with WorkerProcess(agent="mine.py:agent", cwd=tmp_path) as worker:
        assert worker.loaded().notices == ()


@pytest.mark.parametrize(
    "source",
    ["agent = Agent(name='A')", "from typing import Any\nagent = Agent[Any](name='A')",
     "agent = Agent[None](name='A')"],
)  # fmt: skip
def test_nothing_is_said_of_an_agent_that_expects_none(source: str, tmp_path: Path) -> None:
    write(tmp_path, source)
    with WorkerProcess(agent="mine.py:agent", cwd=tmp_path) as worker:
        assert worker.loaded().notices == ()


def test_a_tool_that_fails_for_it_says_how_to_give_one(
    provide: StartProvider, tmp_path: Path
) -> None:
    write(tmp_path, needy())
    provider = provide(Answer(tool_calls=[ToolCall("who")]), Answer("I do not know."))
    with WorkerProcess(
        agent="mine.py:agent", cwd=tmp_path, base_url=provider.base_url, model="m"
    ) as worker:
        assert worker.say("who am I?").output == "I do not know."
        problem = worker.until(ToolFinished).problem
    assert problem is not None
    assert problem.message == "AttributeError: 'NoneType' object has no attribute 'name'"
    assert problem.advice.endswith(WRITE)
    assert "trying again cannot help" in problem.advice
    assert problem.code == "missing_context"


@pytest.mark.parametrize(
    ("source", "advice"),
    [
        (needy("(failure_error_function=None)"), WRITE),
        (needy(parts="instructions=greet"), START),
        (needy(parts="instructions=lambda ctx, agent: ctx.context['name']"),
         NAME),
    ],
    ids=["tool", "instructions", "a dict"],
)  # fmt: skip
def test_a_run_that_fails_for_it_does_not_offer_a_retry(
    source: str, advice: str, provide: StartProvider, tmp_path: Path
) -> None:
    write(tmp_path, source)
    provider = provide(Answer(tool_calls=[ToolCall("who")]), Answer("hello"))
    with WorkerProcess(
        agent="mine.py:agent", cwd=tmp_path, base_url=provider.base_url, model="m"
    ) as worker:
        finished = worker.say("who am I?")
        assert finished.problem is not None
        assert finished.problem.advice.endswith(advice)
        assert (finished.problem.code, finished.problem.retry) == ("missing_context", "manual")
        assert not finished.can_continue


OTHER = """
    from agents import RunContextWrapper, function_tool

    @function_tool(failure_error_function=None)
    def who(ctx: RunContextWrapper[None]) -> str:
        return {expression}

    agent = Agent(name="Bank", tools=[who])
    given = {{"user": None}}
"""


@pytest.mark.parametrize(
    ("expression", "context"), [("None.name", None), ("ctx.context['user'].name", "mine.py:given")]
)
def test_another_none_is_not_taken_for_it(
    expression: str, context: str | None, provide: StartProvider, tmp_path: Path
) -> None:
    write(tmp_path, OTHER.format(expression=expression))
    provider = provide(Answer(tool_calls=[ToolCall("who")]))
    with WorkerProcess(
        agent="mine.py:agent", cwd=tmp_path, context=context, base_url=provider.base_url, model="m"
    ) as worker:
        problem = worker.say("who am I?").problem
    assert problem is not None
    assert problem.code == "AttributeError"
    assert "context" not in problem.advice
