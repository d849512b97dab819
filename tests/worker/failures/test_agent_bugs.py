"""What is wrong with the agent itself: the advice is to fix it, not to try again."""

from pathlib import Path

import pytest

from tests.worker.driver import WorkerProcess

SOURCES = {
    "instructions": "agent = Agent(name='A', instructions=lambda context, agent: 1 / 0)",
    "output type": "class Out(BaseModel):\n    d: dict[str, int]\n"
                   "agent = Agent(name='A', output_type=Out)",
}  # fmt: skip


@pytest.mark.parametrize("name", SOURCES)
def test_a_mistake_in_the_agent_is_not_offered_for_another_try(name: str, tmp_path: Path) -> None:
    head = "from agents import Agent\nfrom pydantic import BaseModel\n"
    (tmp_path / "mine.py").write_text(head + SOURCES[name])
    base_url = "http://127.0.0.1:1/v1"
    with WorkerProcess(agent="mine.py", cwd=tmp_path, base_url=base_url) as worker:
        worker.loaded()
        finished = worker.say("hi")
        assert finished.problem is not None
        assert (finished.problem.kind, finished.problem.retry) == ("agent", "never")
        assert "Fix the agent" in finished.problem.advice
        assert "retry key" not in finished.problem.advice
        assert not finished.can_continue
