"""A remote agent with the dispatcher behind it, as the dashboard has them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from tests.support.patience import PATIENCE
from tui.core.conversation import Conversation, Step
from tui.core.conversation.ledger_mirror import HistoryMirror
from tui.core.metrics import Figures
from tui.protocol import events
from tui.protocol.commands import RetryRun, StartRun, UndoRetry
from tui.protocol.events import Event
from tui.protocol.retry_policy import RetryPolicy
from tui.remote.remote_settings import RemoteSettings
from tui.remote.remote_source import RemoteSource
from tui.stream.dispatcher import Dispatcher
from tui.stream.facts import StreamAdvanced

_E = TypeVar("_E", bound=Event)


class RemoteSession:
    def __init__(self, source: RemoteSource) -> None:
        self.source = source
        self.events: list[Event] = []
        self.steps: list[Step] = []
        self.history = HistoryMirror()
        self.dispatcher = Dispatcher(self._post, journal=self, now=source.now)
        self._runs = 0
        self._changed = asyncio.Event()

    def append(self, batch: Sequence[Event]) -> None:
        """Called by the dispatcher with everything that is to be stored."""
        self.events += batch
        for event in batch:
            self.history.observe(event)
        self._changed.set()

    def _post(self, fact: Any) -> None:
        if isinstance(fact, StreamAdvanced):
            self.steps += fact.steps

    @property
    def conversation(self) -> Conversation:
        return self.dispatcher.conversation

    @property
    def figures(self) -> Figures:
        return self.dispatcher.figures()

    def of(self, kind: type[_E]) -> list[_E]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def said(self) -> str:
        """All text of the agent."""
        return "".join(one.text for one in self.of(events.TextDelta))

    @property
    def notices(self) -> list[str]:
        return [one.text for one in self.of(events.Noticed)]

    async def wait_for(self, kind: type[_E], count: int = 1) -> _E:
        """The ``count``-th event of this kind."""
        await self.until(lambda: len(self.of(kind)) >= count)
        return self.of(kind)[count - 1]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for what some event makes true."""
        async with asyncio.timeout(PATIENCE):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    def start(self, prompt: str, images: tuple[str, ...] = ()) -> str:
        self._runs += 1
        run = f"r{self._runs}"
        at = self.source.now()
        assert self.source.send(StartRun(run=run, prompt=prompt, entered_at=at, images=images))
        return run

    async def ask(self, prompt: str) -> events.RunFinished:
        self.start(prompt)
        return await self.wait_for(events.RunFinished, self._runs)

    async def retry(self, mode: Any = "continue") -> events.RunFinished:
        self._runs += 1
        assert self.source.send(
            RetryRun(run=f"r{self._runs}", entered_at=self.source.now(), mode=mode)
        )
        return await self.wait_for(events.RunFinished, self._runs)

    async def undo_retry(self, run: str = "") -> None:
        """Undo the last retry, whose last run is ``run``."""
        done = len(self.of(events.RetryUndone))
        assert self.source.send(UndoRetry(run=run or f"r{self._runs}"))
        await self.wait_for(events.RetryUndone, done + 1)


@asynccontextmanager
async def remote_session(url: str, **settings: Any) -> AsyncIterator[RemoteSession]:
    quick = {"retries": RetryPolicy(3, 0.01, 0.01), **settings}
    source = RemoteSource(RemoteSettings(url=url, **quick))
    session = RemoteSession(source)
    reading = asyncio.create_task(session.dispatcher.run(source.batches()))
    try:
        await session.wait_for(events.AgentLoaded)
        yield session
        if reading.done():
            reading.result()
    finally:
        await source.close()
        reading.cancel()
        await asyncio.wait((reading,))
