"""Importing this prepares the process, and all that it forks, for a first model call."""

import asyncio
import gc
import os

from agents import RunConfig, Runner
from agents.models.openai_chatcompletions import OpenAIChatCompletionsModel
from agents.models.openai_responses import OpenAIResponsesModel
from openai import AsyncOpenAI

from tests.support.provider import Answer, Provider, ToolCall
from tests.worker.sequences.agents import captain  # building its tools' schemas takes time
from tests.worker.sequences.names import NOTES
from tui.worker.model.attempts.attempt_cost import load_listed
from tui.worker.model.connections.warm_up import warm_up
from tui.worker.process import run  # noqa: F401

STEPS = (
    Answer("let me see", reasoning=["hm"], tool_calls=[ToolCall("note", {"token": "none"})]),
    Answer("done"),
)


async def run_once() -> None:
    """Run an agent once on each API: the SDK builds much of what it needs at the first use."""
    with Provider(*STEPS, repeat=True) as provider:
        async with AsyncOpenAI(api_key="none", base_url=provider.base_url) as client:
            for model in (OpenAIResponsesModel, OpenAIChatCompletionsModel):
                config = RunConfig(model=model("m", client), tracing_disabled=True)
                result = Runner.run_streamed(captain, "go", run_config=config)
                async for _ in result.stream_events():
                    pass


os.environ[NOTES] = os.devnull
for api in ("responses", "chat"):
    asyncio.run(warm_up(api))
asyncio.run(run_once())
load_listed()
# Without this, a collection in a forked process would write to every shared page and copy it.
gc.collect()
gc.freeze()
