"""The loop of `bare_loop` with the worker's tap in the SDK: what metering costs at its source.

The events go to the null device, encoded and in batches as in a worker. One JSON line per run.
"""

import asyncio
import json
import os
import sys
import time

from agents import Agent, OpenAIChatCompletionsModel, OpenAIResponsesModel, RunConfig, Runner
from openai import AsyncOpenAI

from tui.events import Delta
from tui.worker import tap
from tui.worker.event_writer import EventWriter
from tui.worker.observer import Observer
from tui.worker.settings import WorkerSettings


class CountingWriter(EventWriter):
    """Counts the deltas that it is given."""

    deltas = 0

    def emit_delta(self, event: Delta) -> None:
        self.deltas += 1
        super().emit_delta(event)


async def measure(base_url: str, api: str, runs: int) -> None:
    writer = CountingWriter(os.open(os.devnull, os.O_WRONLY), lambda: None)
    writer.batch_in(asyncio.get_running_loop())
    observer = Observer(writer, WorkerSettings())
    tap.install(observer)
    client = AsyncOpenAI(base_url=base_url, api_key="none")
    model_type = OpenAIResponsesModel if api == "responses" else OpenAIChatCompletionsModel
    agent = Agent(name="tapped", model=model_type("bench", client))
    for _ in range(runs):
        writer.deltas = 0
        started = time.perf_counter()
        cpu = time.process_time()
        observer.run_config = config = RunConfig(tracing_disabled=True)
        async for _ in Runner.run_streamed(agent, "go", run_config=config).stream_events():
            pass
        took = {"deltas": writer.deltas, "seconds": time.perf_counter() - started}
        print(json.dumps(took | {"cpu": time.process_time() - cpu}), flush=True)


if __name__ == "__main__":
    asyncio.run(measure(sys.argv[1], sys.argv[2], int(sys.argv[3])))
