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
    assert 'team = Agent[None](name="Team", …)  # with model, tools' in advice


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


# Helpers and several agents

GUARDED = """
    from agents import GuardrailFunctionOutput, input_guardrail

    checker = Agent(name="Homework check")

    @input_guardrail
    async def homework(ctx, agent, given):
        result = await Runner.run(checker, given)
        return GuardrailFunctionOutput(output_info=None, tripwire_triggered=False)
"""
AS_TOOL = """
    spanish = Agent(name="Spanish")

    def main():
        print("RAN")
        lead = Agent(name="Lead", tools=[spanish.as_tool("spanish", "translates")])
        Runner.run_sync(lead, input())
"""
IN_TOOL = """
    from agents import function_tool
    searcher = Agent(name="Searcher")

    @function_tool
    async def look(text: str) -> str:
        return str(await Runner.run(searcher, text))
"""
HANDOFF = """
    billing = Agent(name="Billing")

    async def main():
        print("RAN")
        triage = Agent(name="Triage", handoffs=[billing])
        await Runner.run(triage, "hi")
"""
MAIN_OF_OTHERS = """

    async def main():
        print("RAN")
        teacher = Agent(name="Teacher", input_guardrails=[homework])
        await Runner.run(teacher, "hi")
"""


@pytest.mark.parametrize(
    ("source", "name", "role", "builds"),
    [
        (GUARDED + MAIN_OF_OTHERS, "checker", "the guardrail homework", '"Teacher"'),
        (AS_TOOL, "spanish", "an agent that main() builds", '"Lead"'),
        (HANDOFF, "billing", "an agent that main() builds", '"Triage"'),
    ],
    ids=["guardrail", "as tool", "handoff"],
)
def test_a_helper_is_not_started_where_a_function_builds_the_agent(
    source: str, name: str, role: str, builds: str, tmp_path: Path
) -> None:
    write(tmp_path, source)
    problem = problem_of(tmp_path, "mine.py")
    assert f"is {name}, a helper: of {role}" in problem.message
    assert f"main() builds {builds}" in problem.advice
    assert problem.advice.endswith(f"To run the helper itself:\n    streamtui mine.py:{name}")
    with WorkerProcess(agent=f"mine.py:{name}", cwd=tmp_path) as worker:
        assert worker.loaded().notices == ()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (GUARDED, "Started checker of mine.py, a helper: of the guardrail homework."),
        (IN_TOOL, "Started searcher of mine.py, a helper: of the tool look."),
    ],
    ids=["guardrail", "tool"],
)
def test_a_helper_that_is_the_only_agent_is_started_with_a_word(
    source: str, words: str, tmp_path: Path
) -> None:
    write(tmp_path, source)
    with WorkerProcess(agent="mine.py", cwd=tmp_path) as worker:
        (notice,) = worker.loaded().notices
    assert words in notice


def test_another_agent_that_a_function_builds_is_mentioned(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        first = Agent(name="First")

        async def main():
            second = Agent(name="Second")
            await Runner.run(first, await Runner.run(second, "hi"))
        """,
    )
    with WorkerProcess(agent="mine.py", cwd=tmp_path) as worker:
        (notice,) = worker.loaded().notices
    assert notice == (
        "Started first of mine.py. main() builds another agent: "
        "streamtui mine.py:main says how to start that."
    )


def test_the_agent_that_main_runs_is_no_helper(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        assistant = Agent(name="Assistant")

        async def main():
            print(await Runner.run(assistant, "hi"))
        """,
    )
    with WorkerProcess(agent="mine.py", cwd=tmp_path) as worker:
        assert worker.loaded().notices == ()


def test_several_agents_are_listed_with_what_to_type_the_first_ones_first(tmp_path: Path) -> None:
    write(
        tmp_path,
        """
        billing = Agent(name="Billing agent")
        refunds = Agent(name="Refund agent")
        triage = Agent(name="Triage agent", handoffs=[billing, refunds])
        """,
    )
    problem = problem_of(tmp_path, "mine.py")
    assert "mine.py has 3 agents: billing, refunds, triage." in problem.message
    lines = problem.advice.splitlines()
    assert lines[1] == "    streamtui mine.py:triage    Triage agent"
    assert lines[2] == "    streamtui mine.py:billing   Billing agent"


# What is no agent

NO_AGENTS = {
    "live": ("from agents.realtime import RealtimeAgent\nlive = RealtimeAgent(name='L')",
             "is a RealtimeAgent: it talks over a live audio session"),
    "runner": ("from agents.realtime import RealtimeAgent, RealtimeRunner\n"
               "runner = RealtimeRunner(RealtimeAgent(name='L'))", "is a RealtimeRunner"),
    "Runner": ("", "is the Runner: streamtui runs the agent itself"),
    "instance": ("instance = Runner()", "is the Runner"),
    "swarm": ("import sys, types\nsw = types.ModuleType('swarm')\n"
              "exec('class Swarm: pass', vars(sw))\nswarm = sw.Swarm()", "is a client of Swarm"),
    "pending": ("async def build(): return Agent(name='A')\npending = build()", "is a coroutine"),
    "Config": ("class Config: pass", "is a class, not an Agent"),
    "asyncio": ("", "is a module, not an Agent (asyncio)"),
    "team": ("team = [Agent(name='A'), Agent(name='B')]", "is a list of 2 agents"),
    "tool": ("from agents import function_tool\n@function_tool\ndef tool() -> str: return ''",
             "is a FunctionTool, not an Agent"),
    "other": ("import types\nother = type('Agent', (), {'__module__': 'elsewhere.x'})()",
              "not an Agent of the OpenAI Agents SDK: it comes from elsewhere"),
    "gives": ("def gives(): return 42", "What mine.py:gives returned is an int, not an Agent"),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_AGENTS)
def test_what_is_no_agent_is_refused_with_its_own_sentence(name: str, tmp_path: Path) -> None:
    source, words = NO_AGENTS[name]
    write(tmp_path, source)
    problem = problem_of(tmp_path, f"mine.py:{name}")
    assert words in problem.message
    assert problem.advice


def test_a_file_that_has_only_a_realtime_agent_says_why_it_is_refused(tmp_path: Path) -> None:
    write(tmp_path, NO_AGENTS["live"][0])
    assert "mine.py:live is a RealtimeAgent" in problem_of(tmp_path, "mine.py").message


def test_a_voice_pipeline_is_refused(tmp_path: Path) -> None:
    # The real one needs numpy, an extra of the SDK: this one has its name and its module.
    write(tmp_path, "Voice = type('VoicePipeline', (), {'__module__': 'agents.voice.pipeline'})\n"
          "pipeline = Voice()")  # fmt: skip
    problem = problem_of(tmp_path, "mine.py:pipeline")
    assert "is a VoicePipeline: it turns speech into text" in problem.message
    assert "Name the Agent inside its workflow" in problem.advice


@pytest.mark.parametrize(
    ("attribute", "words"),
    [
        ("agnt", "Did you mean:\n    streamtui mine.py:agent"),
        ("buildagent", "streamtui mine.py:build_agent"),
        ("zzz", "It has these agents:\n    streamtui mine.py:agent   Mine"),
    ],
)
def test_a_typo_in_the_attribute_suggests_what_is_there(
    attribute: str, words: str, tmp_path: Path
) -> None:
    write(tmp_path, "agent = Agent(name='Mine')\ndef build_agent(): return agent")
    problem = problem_of(tmp_path, f"mine.py:{attribute}")
    assert f"mine.py has no '{attribute}'." in problem.message
    assert words in problem.advice
