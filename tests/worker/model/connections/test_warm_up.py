"""The first model call must find everything loaded. In new processes, where nothing is."""

import json
import subprocess
import sys

import pytest

FIRST_CALL = """
import asyncio, json, sys
from agents import Agent, RunConfig, Runner
from tests.support.provider import Answer, Provider, Usage, Wire
from tui.worker.model.connections.model_provider import make_provider
from tui.protocol.worker_settings import WorkerSettings
from tui.worker.model.connections.warm_up import warm_up

api = sys.argv[1]

async def main(provider):
    models = make_provider(WorkerSettings(base_url=provider.base_url, api=api))
    cold = set(sys.modules)
    await warm_up(api, "127.0.0.1")
    warm = set(sys.modules)
    config = RunConfig(model_provider=models, model="m", tracing_disabled=True)
    result = Runner.run_streamed(Agent(name="A", instructions="B"), "hello", run_config=config)
    async for _ in result.stream_events():
        pass
    loaded = sorted(set(sys.modules) - warm)
    print(json.dumps([result.final_output, len(warm - cold), loaded]))

answer = Answer("Hello.", usage=Usage(input=1, output=2), wire=Wire(sparse=True))
with Provider(answer) as provider:
    asyncio.run(main(provider))
"""


@pytest.mark.parametrize("api", ["responses", "chat"])
def test_after_the_warm_up_the_first_model_call_loads_no_module(api: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FIRST_CALL, api], capture_output=True, text=True, check=True
    )
    answer, by_the_warm_up, by_the_call = json.loads(done.stdout)
    assert answer == "Hello."
    assert by_the_warm_up > 0
    assert by_the_call == []
