"""Makes TIMES requests, AT_ONCE at a time, with the SDK or with its client alone.

python -m benchmarks.asking_loop sdk|client TIMES AT_ONCE
"""

# ruff: noqa: PLC0415 - each kind imports only what it needs, as a script of its own would

import asyncio
import sys
from collections.abc import Awaitable, Callable


async def with_client(times: int, at_once: int) -> None:
    from openai import AsyncOpenAI

    client = AsyncOpenAI()

    async def ask() -> None:
        stream = await client.responses.create(model="bench", input="go", stream=True)
        async for _ in stream:
            pass

    await repeated(ask, times, at_once)


async def with_sdk(times: int, at_once: int) -> None:
    from agents import RunConfig, Runner

    from benchmarks.bench_agent import agent

    async def ask() -> None:
        result = Runner.run_streamed(agent, "go", run_config=RunConfig(tracing_disabled=True))
        async for _ in result.stream_events():
            pass

    await repeated(ask, times, at_once)


async def repeated(ask: Callable[[], Awaitable[None]], times: int, at_once: int) -> None:
    left = iter(range(times))

    async def slot() -> None:
        for _ in left:
            await ask()

    await asyncio.gather(*(slot() for _ in range(at_once)))


if __name__ == "__main__":
    kind, times, at_once = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    asyncio.run((with_sdk if kind == "sdk" else with_client)(times, at_once))
