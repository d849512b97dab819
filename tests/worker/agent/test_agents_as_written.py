"""Files as people write them: they load, or a sentence says what to write and to type."""

from pathlib import Path
from textwrap import dedent

import pytest

from tests.worker.driver import WorkerProcess
from tui.protocol.events import Problem

HEAD = "import asyncio\nfrom agents import Agent, Runner\n"


def write(folder: Path, source: str, name: str = "mine.py") -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + dedent(source))


def problem_of(folder: Path, agent: str, **settings: object) -> Problem:
    with WorkerProcess(agent=agent, cwd=folder, **settings) as worker:  # type: ignore[arg-type]
        problem = worker.load_failed().problem
        assert b"RAN" not in worker.printed
    assert problem.kind == "agent"
    return problem


IN_MAIN = """
    async def main():
        print("RAN")
        agent = Agent(name="Support", instructions="Help.")
        result = await Runner.run(agent, input("> "))
        print(result.final_output)

    if __name__ == "__main__":
        asyncio.run(main())
"""
PROGRAMS = {
    "with_input": "def with_input():\n    print('RAN')\n    return input('?')",
    "run_it": "def run_it():\n    print('RAN')\n    return 1",
    "silent": "def silent():\n    print('RAN')",
    "annotated": "def annotated() -> None:\n    print('RAN')\n    return make()",
    "looping": "def looping():\n    print('RAN')\n    return asyncio.run(None)",
}


@pytest.mark.parametrize("name", ["mine.py", "mine.py:main"])
def test_an_agent_made_in_main_is_not_run_and_the_two_lines_are_shown(
    name: str, tmp_path: Path
) -> None:
    write(tmp_path, IN_MAIN)
    problem = problem_of(tmp_path, name)
    print(problem.message, problem.advice, sep="\n")
    assert "mine.py" in problem.message
    assert 'main() builds "Support" on line 6' in problem.advice
    assert '    agent = Agent(name="Support", …)\n' in problem.advice
    assert problem.advice.endswith("    streamtui mine.py:agent")


@pytest.mark.parametrize(("name", "source"), PROGRAMS.items(), ids=PROGRAMS)
def test_what_looks_like_the_program_is_not_run_when_it_is_named(
    name: str, source: str, tmp_path: Path
) -> None:
    write(tmp_path, f"def make():\n    return Agent(name='Made')\n{source}\n")
    problem = problem_of(tmp_path, f"mine.py:{name}")
    assert f"mine.py:{name} was not run: it" in problem.message
    assert problem.code == "looks_like_program"
    assert "Name a function that only makes and returns the agent." in problem.advice


MADE = {
    "main": "def main() -> Agent:\n    return Agent(name='Made')",
    "run_team": "def run_team():\n    return Agent(name='Made')",
    "by_lambda": "by_lambda = lambda: Agent(name='Made')",
    "bound": "import functools\ndef of(name): return Agent(name=name)\n"
    "bound = functools.partial(of, 'Made')",
    "warmed": "async def warmed() -> 'Agent[None]':\n"
    "    if not Agent:\n        await Runner.run(Agent(name='Other'), 'plan')\n"
    "    return Agent(name='Made')",
    "opened": "import contextlib\n@contextlib.asynccontextmanager\n"
    "async def opened():\n    yield Agent(name='Made')",
    "Mine": "class Mine(Agent):\n    def __init__(self): super().__init__(name='Made')",
}


@pytest.mark.parametrize(("name", "source"), MADE.items(), ids=MADE)
def test_a_real_factory_that_is_named_is_called(name: str, source: str, tmp_path: Path) -> None:
    write(tmp_path, source)
    with WorkerProcess(agent=f"mine.py:{name}", cwd=tmp_path) as worker:
        assert worker.loaded().agent == "Made"


NEEDY = {
    "build": (
        "def build(model: str, *, region: str, retries: int = 3) -> Agent:\n"
        "    return Agent(name='Made', model=model)",
        ["build() gives one, but needs model and region", "agent = build(model=…, region=…)"],
    ),
    "later": (
        "async def later(model):\n    return Agent(name='Made', model=model)\nagent = 'taken'",
        ["async def my_agent():\n        return await later(model=…)"],
    ),
}


@pytest.mark.parametrize("name", NEEDY)
def test_a_factory_with_parameters_is_not_called_and_the_two_lines_are_shown(
    name: str, tmp_path: Path
) -> None:
    source, words = NEEDY[name]
    write(tmp_path, source)
    unnamed = problem_of(tmp_path, "mine.py")
    for expected in words:
        assert expected in unnamed.advice
    named = problem_of(tmp_path, f"mine.py:{name}")
    assert f"mine.py:{name} needs model" in named.message
    assert words[-1] in named.advice
    assert "    streamtui mine.py:" in named.advice


def test_functions_that_could_give_an_agent_are_named_the_best_first(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        def build_other(model):
            return Agent(name="Other", model=model)

        def build_support():
            return Agent(name="Support")

        def helper():
            return 42

        async def main():
            print("RAN")
            agent = Agent(name="Main")
            await Runner.run(agent, "hi")
        """,
    )
    problem = problem_of(tmp_path, "mine.py")
    assert "mine.py has no agent" in problem.message
    assert "build_support() gives one. Type:\n    streamtui mine.py:build_support" in problem.advice
    assert "Other functions that build one: main(), build_other()." in problem.advice


def test_an_agent_inside_an_async_with_is_shown_with_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        from agents import trace
        from agents.mcp import MCPServerStdio

        async def main():
            async with MCPServerStdio({"command": "x"}) as server:
                with trace("work"):
                    helper = Agent(name="Helper")
                    assistant = Agent(name="Assistant", mcp_servers=[server])
                    await Runner.run(assistant, "hi")
        """,
    )
    advice = problem_of(tmp_path, "mine.py").advice
    assert 'main() builds "Assistant"' in advice
    assert (
        "    async def build_assistant():\n"
        "        async with MCPServerStdio(…) as server:\n"
        '            yield Agent(name="Assistant", …)\n'
    ) in advice
    assert advice.endswith("streamtui mine.py:build_assistant")


def test_what_the_call_needs_from_its_function_is_said(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        def main(model):
            tools = []
            team = Agent[None](name="Team", model=model, tools=tools)
            Runner.run_sync(team, "hi")
        """,
    )
    advice = problem_of(tmp_path, "mine.py").advice
    assert 'team = Agent[None](name="Team", …)  # and with it: model, tools' in advice


HIDDEN = {
    "under the guard": (
        "if __name__ == '__main__':\n    lead = Agent(name='Lead')\n    input('RAN')",
        ['"Lead" on line 4 is built under  if __name__ == "__main__":  only.',
         '    lead = Agent(name="Lead", …)', "    streamtui mine.py:lead"],
    ),
    "in an instance": (
        "class Bot:\n    def __init__(self, model, tools=()):\n"
        "        self.helper = Agent(name='Helper', model=model)",
        ["Each Bot has one, as helper (line 5).", "    agent = Bot(model=…).helper"],
    ),
    "in a method": (
        "class Desk:\n    async def run(self, query):\n        plan = Agent(name='Plan')\n"
        "        await Runner.run(plan, query)",
        ['Desk.run() builds "Plan" on line 5', '    plan = Agent(name="Plan", …)\n'],
    ),
    "from a method": (
        "class Desk:\n    def build(self, model):\n        return Agent(name='A', model=model)",
        ["Desk.build() gives one, but needs a Desk and model.",
         "    agent = Desk(…).build(model=…)\n"],
    ),
    "in a list": ("TEAM = [1, Agent(name='A')]", ["    agent = TEAM[1]"]),
    "in a dict": ("TEAM = {'a': Agent(name='A')}\nagent = 1", ["    my_agent = TEAM['a']"]),
}  # fmt: skip


@pytest.mark.parametrize(("source", "lines"), HIDDEN.values(), ids=HIDDEN)
def test_an_agent_that_has_no_name_of_its_own_is_found(
    source: str, lines: list[str], tmp_path: Path
) -> None:
    write(tmp_path, source)
    advice = problem_of(tmp_path, "mine.py").advice
    for line in lines:
        assert line in advice


def test_a_class_whose_instances_have_an_agent_shows_how_to_get_it(tmp_path: Path) -> None:
    write(tmp_path, HIDDEN["in an instance"][0])
    problem = problem_of(tmp_path, "mine.py:Bot")
    assert "mine.py:Bot is a class, not an Agent." in problem.message
    assert "    agent = Bot(model=…).helper\n" in problem.advice
    assert problem.advice.endswith("    streamtui mine.py:agent")


def test_a_method_that_is_named_needs_its_instance(tmp_path: Path) -> None:
    write(tmp_path, HIDDEN["from a method"][0])
    problem = problem_of(tmp_path, "mine.py:Desk.build")
    assert "mine.py:Desk.build needs a Desk and model, which" in problem.message
    assert "    agent = Desk(…).build(model=…)\n" in problem.advice


def test_a_file_without_any_agent_says_what_to_write(tmp_path: Path) -> None:
    write(tmp_path, "number = 42")
    advice = problem_of(tmp_path, "mine.py").advice
    assert 'agent = Agent(name="…", instructions="…")' in advice
    assert advice.endswith("streamtui mine.py:agent")


# Contexts

WITH_CONTEXT = """
    from dataclasses import dataclass

    @dataclass
    class User:
        name: str
        uid: int
        pro: bool = False

    agent = Agent[User](name="Bank")
    def load_user(uid): return User("Ann", uid)
    def main():
        print("RAN")
        return Runner.run_sync(agent, "hi", context=User("Ann", 1))
"""


@pytest.mark.parametrize(
    ("name", "message", "line"),
    [
        ("User", "needs name and uid", "context = User(name=…, uid=…)"),
        ("load_user", "needs uid", "context = load_user(uid=…)"),
    ],
)
def test_a_context_that_needs_arguments_shows_the_two_lines(
    name: str, message: str, line: str, tmp_path: Path
) -> None:
    write(tmp_path, WITH_CONTEXT)
    problem = problem_of(tmp_path, "mine.py:agent", context=f"mine.py:{name}")
    assert message in problem.message
    assert line in problem.advice
    assert problem.advice.endswith("streamtui mine.py:agent --context mine.py:context")


def test_the_program_is_not_run_to_get_a_context(tmp_path: Path) -> None:
    write(tmp_path, WITH_CONTEXT)
    problem = problem_of(tmp_path, "mine.py:agent", context="mine.py:main")
    assert "mine.py:main was not run: it calls Runner.run_sync()" in problem.message
