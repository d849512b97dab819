"""What a turn costs the worker in a long conversation, compared with the SDK alone.

A turn of two model calls and a tool after many turns of history: the CPU time of the worker's
process and of a bare loop over `Runner.run_streamed`, and how much of it the history adds. The SDK
copies and the client sends the whole history at each call; the worker's own part must grow little
compared with that. Run: python -m benchmarks.long_conversation
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import msgspec
from agents import Agent, OpenAIResponsesModel, RunConfig, Runner
from openai import AsyncOpenAI

from benchmarks.long_conversation_agent import agent, look
from tests.support.provider.process import ProviderProcess
from tests.worker.driver import WorkerProcess
from tui.protocol.commands import RestoreHistory

HERE = Path(__file__).parent
LENGTHS = (10, 100, 500)
WARM_UP = 3
SHARE_BAR = 0.10
"""How much more the longest history may add to a turn than it adds to one of the bare loop."""


def history(turns: int) -> list[dict[str, object]]:
    """The items of finished turns, in the SDK's form."""
    items: list[dict[str, object]] = []
    for number in range(turns):
        answer = {"type": "output_text", "text": "some words " * 30, "annotations": []}
        items += [
            {"role": "user", "content": f"turn {number}"},
            {"type": "function_call", "id": f"fc_{number}", "call_id": f"call_h{number}",
             "name": "look", "arguments": '{"where": "up"}', "status": "completed"},
            {"type": "function_call_output", "call_id": f"call_h{number}", "output": "stars"},
            {"type": "message", "role": "assistant", "id": f"msg_{number}",
             "status": "completed", "content": [answer]},
        ]  # fmt: skip
    return items


def of_worker(base_url: str, turns: int, rounds: int) -> float:
    """CPU ms of a turn, the median."""
    agent_file = f"{HERE / 'long_conversation_agent.py'}:agent"
    with WorkerProcess(agent=agent_file, base_url=base_url, from_scratch=True) as worker:
        worker.loaded()
        items = tuple(msgspec.Raw(msgspec.json.encode(item)) for item in history(turns))
        worker.send(RestoreHistory(items=items, agent=agent.name))
        took = []
        for number in range(WARM_UP + rounds):
            before = _cpu_ms(worker.process.pid)
            assert worker.say(f"go {number}").outcome == "ok"
            took.append(_cpu_ms(worker.process.pid) - before)
    return statistics.median(took[WARM_UP:])


def _cpu_ms(pid: int) -> float:
    """CPU time of the event loop's thread."""
    return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[0]) / 1e6


async def bare(base_url: str, turns: int, rounds: int) -> list[float]:
    """CPU ms of each turn."""
    client = AsyncOpenAI(base_url=base_url, api_key="none")
    plain = Agent(name=agent.name, model=OpenAIResponsesModel("bench", client), tools=[look])
    items: list[object] = list(history(turns))
    took = []
    for number in range(WARM_UP + rounds):
        began = time.process_time()
        result = Runner.run_streamed(
            plain,
            [*items, {"role": "user", "content": f"go {number}"}],  # type: ignore[list-item]
            run_config=RunConfig(tracing_disabled=True),
        )
        async for _ in result.stream_events():
            pass
        items = list(result.to_input_list())
        took.append((time.process_time() - began) * 1e3)
    return took[WARM_UP:]


def of_bare_loop(base_url: str, turns: int, rounds: int) -> float:
    command = [sys.executable, "-m", "benchmarks.long_conversation", "--bare", base_url]
    printed = subprocess.run(
        [*command, "--turns", str(turns), "--rounds", str(rounds)],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return statistics.median(json.loads(printed))


def compare(lengths: list[int], rounds: int) -> None:
    ours, theirs = {}, {}
    with ProviderProcess(HERE / "long_conversation_answers.py") as provider:
        for turns in lengths:
            ours[turns] = of_worker(provider.base_url, turns, rounds)
            theirs[turns] = of_bare_loop(provider.base_url, turns, rounds)
            print(f"after {turns:>4} turns: {ours[turns]:6.1f} ms of CPU in the worker, "
                  f"{theirs[turns]:6.1f} ms in a bare loop")  # fmt: skip
    first, last = min(lengths), max(lengths)
    added, bare_added = ours[last] - ours[first], theirs[last] - theirs[first]
    share = added / bare_added - 1
    print(f"{last - first} turns add {added:.1f} ms to the worker's turn and {bare_added:.1f} ms "
          f"to the bare loop's: {share:+.0%} (bar +{SHARE_BAR:.0%})")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--turns", type=int, nargs="*", default=list(LENGTHS))
    parser.add_argument("--bare", metavar="URL", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.bare:
        print(json.dumps(asyncio.run(bare(options.bare, options.turns[0], options.rounds))))
    else:
        compare(options.turns, options.rounds)


if __name__ == "__main__":
    main()
