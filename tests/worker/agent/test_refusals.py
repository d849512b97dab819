"""What is no agent is refused with a sentence of its own, and typos are corrected."""

from pathlib import Path

import pytest

from tests.worker.agent.test_agents_as_written import problem_of, write

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


@pytest.mark.parametrize(
    ("tool", "what", "advice"),
    [
        ("print", "The function print", "@function_tool"),
        ("WebSearchTool", "The class WebSearchTool", "WebSearchTool(...)"),
        ("Agent(name='B')", "The agent B", "as_tool"),
        ("{'type': 'web_search'}", "{'type': 'web_search'}", "@function_tool"),
    ],
)
def test_what_is_no_tool_is_named_with_its_agent(
    tool: str, what: str, advice: str, tmp_path: Path
) -> None:
    write(
        tmp_path,
        "from agents import WebSearchTool\n"
        f"helper = Agent(name='Helper', tools=[WebSearchTool(), {tool}])\n"
        "agent = Agent(name='A', handoffs=[helper])",
    )
    problem = problem_of(tmp_path, "mine.py:agent")
    assert problem.message == f"{what} among the tools of Helper is no tool."
    assert advice in problem.advice


def test_what_a_file_gives_as_its_agent_is_named(tmp_path: Path) -> None:
    write(tmp_path, "def f(): return f\nagent = f")
    message = problem_of(tmp_path, "mine.py").message
    assert message == "agent in mine.py is a function, not an Agent."
