"""Which of a module's agents is started, and what is said about it."""

from pathlib import Path

import pytest

from tests.worker.agent.test_agents_as_written import problem_of, write
from tests.worker.driver import WorkerProcess

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


def test_the_agent_that_the_program_runs_comes_first_and_helpers_last(tmp_path: Path) -> None:
    write(
        tmp_path,
        GUARDED
        + """
    writer = Agent(name="Writer")
    lead = Agent(name="Lead", handoffs=[writer])
    writer.handoffs.append(lead)

    async def main():
        print("RAN")
        current = lead
        await Runner.run(current, "hi")
""",
    )
    lines = problem_of(tmp_path, "mine.py").advice.splitlines()
    assert lines == [
        "Choose one:",
        "    streamtui mine.py:lead      Lead",
        "    streamtui mine.py:writer    Writer",
        "    streamtui mine.py:checker   Homework check (a helper: of the guardrail homework)",
    ]
