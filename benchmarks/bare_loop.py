"""A bare loop over `Runner.run_streamed`: the speed of the SDK alone.

Prints one JSON line per run: deltas and seconds. Other benchmarks run it as a process.
"""

import asyncio
import json
import sys
import time

from agents import Agent, OpenAIChatCompletionsModel, OpenAIResponsesModel, RunConfig, Runner
from openai import AsyncOpenAI
from openai.types.responses import ResponseTextDeltaEvent


async def measure(base_url: str, api: str, runs: int) -> None:
    client = AsyncOpenAI(base_url=base_url, api_key="none")
    model_type = OpenAIResponsesModel if api == "responses" else OpenAIChatCompletionsModel
    agent = Agent(name="bare", model=model_type("bench", client))
    for _ in range(runs):
        started = time.perf_counter()
        cpu = time.process_time()
        result = Runner.run_streamed(agent, "go", run_config=RunConfig(tracing_disabled=True))
        deltas = 0
        async for event in result.stream_events():
            if event.type == "raw_response_event" and isinstance(
                event.data, ResponseTextDeltaEvent
            ):
                deltas += 1
        took = {"deltas": deltas, "seconds": time.perf_counter() - started}
        print(json.dumps(took | {"cpu": time.process_time() - cpu}), flush=True)


if __name__ == "__main__":
    asyncio.run(measure(sys.argv[1], sys.argv[2], int(sys.argv[3])))
