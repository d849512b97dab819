"""The user's hooks run beside ours, as the SDK calls them."""

import inspect
from pathlib import Path

from agents import RunHooks

from tests.support.provider import Answer, ToolCall
from tests.worker.conftest import StartProvider
from tests.worker.driver import WorkerProcess
from tui.protocol.events import AgentChanged
from tui.worker.run_hooks import BothHooks

SOURCE = """
from agents import *
class Printing(RunHooks):
    async def on_llm_start(self, context, agent, instructions, items): print('run llm start')
    async def on_llm_end(self, context, agent, response): print('run llm end')
    async def on_agent_start(self, context, agent): print('run start', agent.name)
    async def on_agent_end(self, context, agent, output): print('run end', output)
    async def on_handoff(self, context, from_agent, to_agent): print('run to', to_agent.name)
    async def on_tool_start(self, context, agent, tool): print('run tool', tool.name)
    async def on_tool_end(self, context, agent, tool, result): print('run got', result)
class Own(AgentHooks):
    async def on_start(self, context, agent): print('own start')
    async def on_end(self, context, agent, output): print('own end', output)
    async def on_tool_end(self, context, agent, tool, result): print('own got', result)
class Failing(RunHooks):
    async def on_tool_end(self, context, agent, tool, result): raise OSError('no log')
@function_tool
def add(a: int, b: int) -> int:
    return a + b
second = Agent(name='Second', tools=[add], hooks=Own())
agent = Agent(name='First', handoffs=[second])
adder = Agent(name='Adder', tools=[add])
streamtui = {'hooks': Printing}
failing = {'hooks': Failing()}
"""
ADD = Answer(tool_calls=[ToolCall("add", {"a": 1, "b": 1})])


def test_every_hook_of_the_user_is_called_and_ours_still_count(
    provide: StartProvider, tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text(SOURCE)
    provider = provide(Answer(tool_calls=[ToolCall("transfer_to_second", {})]), ADD, Answer("two"))
    with WorkerProcess(
        agent="mine.py:agent", cwd=tmp_path, base_url=provider.base_url, model="m"
    ) as worker:
        assert worker.say("add").output == "two"
        assert [event.agent for event in worker.all(AgentChanged)] == ["First", "Second"]
        assert any(item.get("output") == "2" for item in worker.history())
    printed = worker.printed.decode().splitlines()
    assert [line for line in printed if line.startswith("run")] == [
        "run start First", "run llm start", "run llm end", "run to Second",
        "run start Second", "run llm start", "run llm end", "run tool add", "run got 2",
        "run llm start", "run llm end", "run end two",
    ]  # fmt: skip
    own = [line for line in printed if line.startswith("own")]
    assert own == ["own start", "own got 2", "own end two"]


def test_what_a_hook_raises_fails_the_run_and_the_tools_output_is_kept(
    provide: StartProvider, tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text(SOURCE)
    provider = provide(ADD, Answer("two"))
    with WorkerProcess(
        agent="mine.py:adder",
        cwd=tmp_path,
        base_url=provider.base_url,
        model="m",
        run_options="mine.py:failing",
    ) as worker:
        finished = worker.say("add")
        assert finished.problem is not None
        assert "no log" in finished.problem.message
        assert worker.history()[-1]["output"] == "2"
        assert worker.retry("continue").output == "two"
    assert provider.problems == []


def test_both_hooks_pass_on_every_method_that_the_sdk_has() -> None:
    methods = {name for name, _ in inspect.getmembers(RunHooks, inspect.isfunction)}
    methods = {name for name in methods if name.startswith("on_")}
    passed_on = {name for name in vars(BothHooks) if name.startswith("on_")}
    assert passed_on == methods, f"BothHooks must pass on {sorted(methods ^ passed_on)} too"
