"""What metering costs in the worker: its tap in the SDK, installed and removed in turn.

Many short rounds in one process, each with one loop with the tap and one without it, in alternating
order. Compares the CPU time of the process, which other programs on the machine hardly affect.
Prints one JSON line: the CPU seconds of each pair.
"""

import asyncio
import gc
import json
import os
import sys
import time

from agents import (
    Agent,
    ModelSettings,
    OpenAIChatCompletionsModel,
    OpenAIResponsesModel,
    RunConfig,
    Runner,
)
from agents.models.chatcmpl_stream_handler import ChatCmplStreamHandler
from agents.run_internal import run_loop
from openai import AsyncOpenAI
from openai.types.responses import ResponseTextDeltaEvent

from tui.protocol.events import Event, TextDelta
from tui.protocol.worker_settings import WorkerSettings
from tui.worker.io.event_writer import EventWriter
from tui.worker.io.secret_watch import SecretWatch
from tui.worker.model import tap
from tui.worker.observer import Observer

WARM_UP = 3
TAPPED = (
    (run_loop, "get_model"),
    (run_loop, "get_model_settings"),
    (ChatCmplStreamHandler, "handle_stream"),
)
"""What `tap.install` replaces."""


class CountingWriter(EventWriter):
    """Encodes and writes as in a worker, to the null device; counts its deltas."""

    deltas = 0

    def emit_soon(self, event: Event) -> None:
        self.deltas += isinstance(event, TextDelta)
        super().emit_soon(event)


class Switch:
    """Installs and removes the tap."""

    def __init__(self, observer: Observer) -> None:
        self._bare = _current()
        tap.install(observer)
        self._tapped = _current()
        assert all(one is not other for one, other in zip(self._bare, self._tapped, strict=True))

    def turn(self, *, on: bool) -> None:
        for (owner, name), value in zip(TAPPED, self._tapped if on else self._bare, strict=True):
            setattr(owner, name, value)


def _current() -> list[object]:
    return [vars(owner)[name] for owner, name in TAPPED]


class Loop:
    """One run of the agent, with the tap or without it."""

    def __init__(self, base_url: str, api: str) -> None:
        self._writer = CountingWriter(os.open(os.devnull, os.O_WRONLY), lambda: None)
        self._writer.batch_in(asyncio.get_running_loop())
        self._observer = Observer(self._writer, WorkerSettings(), SecretWatch(self._writer))
        self._switch = Switch(self._observer)
        client = AsyncOpenAI(base_url=base_url, api_key="none")
        model_type = OpenAIResponsesModel if api == "responses" else OpenAIChatCompletionsModel
        self._agent = Agent(
            name="bench",
            model=model_type("bench", client),
            # The tap requests usage from a chat server, which makes some send longer chunks. With
            # usage on both sides this is not measured.
            model_settings=ModelSettings(include_usage=True),
        )

    async def cpu(self, *, tapped: bool) -> float:
        self._switch.turn(on=tapped)
        self._writer.deltas = seen = 0
        gc.collect()
        began = time.process_time()
        self._observer.run_config = config = RunConfig(tracing_disabled=True)
        result = Runner.run_streamed(self._agent, "go", run_config=config)
        async for event in result.stream_events():
            if event.type == "raw_response_event" and isinstance(
                event.data, ResponseTextDeltaEvent
            ):
                seen += 1
        took = time.process_time() - began
        assert (self._writer.deltas if tapped else seen) == int(os.environ["BENCH_DELTAS"])
        return took


async def pairs(base_url: str, api: str, rounds: int) -> list[tuple[float, float]]:
    """CPU seconds without and with the tap."""
    loop = Loop(base_url, api)
    gc.collect()
    gc.freeze()
    measured = []
    for number in range(WARM_UP + rounds):
        order = (False, True) if number % 2 else (True, False)
        took = {tapped: await loop.cpu(tapped=tapped) for tapped in order}
        measured.append((took[False], took[True]))
    return measured[WARM_UP:]


if __name__ == "__main__":
    print(json.dumps(asyncio.run(pairs(sys.argv[1], sys.argv[2], int(sys.argv[3])))))
