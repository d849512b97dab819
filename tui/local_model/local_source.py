"""A worker whose model is loaded first: its events begin with how far that is."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from tui.local_model.model_process import POLL, ModelProcess
from tui.protocol import events
from tui.stream.source import Batch
from tui.stream.supervisor import Supervisor

STEP = 0.05
"""Shares between two reports."""
MEGABYTE = 1_000_000


class LocalModelSource(Supervisor):
    """Runs the worker once the model answers, and ends the model's process with it."""

    def __init__(
        self, process: ModelProcess, argv_of: Callable[[ModelProcess], Sequence[str]]
    ) -> None:
        """``argv_of`` gives the worker's argv, when the model's address is known."""
        super().__init__(())
        self.process = process
        self._argv_of = argv_of

    async def batches(self) -> AsyncIterator[Batch]:
        process = self.process
        shown = -STEP
        while process.ready is None:
            share = process.share()
            if share >= shown + STEP:
                shown = share
                yield [events.LocalModelLoading(at=self.now(), model=process.name, share=share)]
            await asyncio.sleep(POLL)
        if process.ready.problem:
            problem = events.Problem(
                kind="agent",
                message=f"{process.path.name} cannot be loaded: {process.ready.problem}",
                advice="Name another GGUF file with --local, or a server with --profile.",
                retry="never",
            )
            yield [events.AgentLoadFailed(at=self.now(), problem=problem)]
            await asyncio.Event().wait()
        yield [
            events.LocalModelLoading(at=self.now(), model=process.name, share=1.0),
            events.Noticed(at=self.now(), text=loaded_words(process), chat=True, own=True),
        ]
        self.argv = list(self._argv_of(process))
        async for batch in super().batches():
            yield batch

    async def close(self, grace: float = 1.0) -> None:
        await super().close(grace)
        await asyncio.to_thread(self.process.close)


def loaded_words(process: ModelProcess) -> str:
    """That it is loaded, and what it takes."""
    return f"{process.name} is loaded in {process.loaded_in:.1f} s: {takes_words(process)}"


def takes_words(process: ModelProcess) -> str:
    """Its memory now and its threads."""
    threads = f"{process.threads} thread{'' if process.threads == 1 else 's'}"
    memory = f"{process.memory() / MEGABYTE:,.0f} MB in memory"
    return f"{memory}, {threads}, process {process.pid}"
