"""Keeps the user's own SDK session equal to the conversation, as it is when a turn has settled.

The ledger stays the truth: the session is read once, when the conversation is empty, and is written
after each turn. A retry takes back what the turn before had written. The runner never sees the
session, because it would write the message of a failed turn, and again that of the retry.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any, Literal

from agents import RunConfig
from agents.memory import Session, SessionSettings

from tui.worker.agent.options.run_options import session_name
from tui.worker.input_items import Item, common_prefix, shortened
from tui.worker.session_compaction import (
    Compacted,
    LastResponse,
    compacts,
    run_compaction,
    sends_all,
)

SECONDS = 10.0
"""For one reading or writing."""
_ALL = 2**31 - 1
"""A limit that leaves nothing out, whatever the session's own is."""

Tell = Callable[[str, Literal["info", "error"]], None]
Take = Callable[[Compacted], None]


class SessionSync:
    def __init__(
        self, session: Session, run_config: RunConfig, tell: Tell, take: Take = lambda _: None
    ) -> None:
        """``tell`` gets a line for the chat, ``take`` what the session has compacted."""
        self._session = session
        self._limit = _limit(session, run_config)
        self._tell = tell
        self._take = take
        self._compacts = compacts(session)
        self._sends_all = sends_all(run_config)
        self._compacted: Compacted | None = None
        """The last compaction: a later turn may have ended before it."""
        self._held: list[Item] | None = None
        """What the session holds, as items of the ledger; None: it must be compared first."""
        self._left = False
        """It is not written any more: the conversation has left it."""
        self._writing: asyncio.Task[None] | None = None
        self.name = session_name(session)

    async def read(self) -> list[Item]:
        """The conversation that the session holds; [] if it cannot be read, which is reported."""
        try:
            async with asyncio.timeout(SECONDS):
                items = await self._items(self._limit)
        except Exception as error:  # noqa: BLE001 (the session is the user's)
            self._left = True
            self._failed("read", error, "This conversation starts without it.")
            return []
        self._held = list(items)
        if items:
            self._tell(f"{len(items)} items from the session {self.name}", "info")
        return items

    def leave(self, *, for_fork: bool = False) -> None:
        """The user has cleared the conversation or forked it: the session keeps what it holds."""
        if not self._left:
            self._left = True
            until = "" if for_fork else " until the agent is loaded again"
            self._tell(
                f"the session {self.name} keeps what it holds; "
                f"what follows is not written to it{until}",
                "info",
            )

    def write_soon(
        self, conversation: Sequence[Item], answered: LastResponse | None = None
    ) -> None:
        """Make the session hold this, after what is being written. A failure is reported.

        ``answered``: the response that stands for all of it; the session may compact itself.
        """
        loop = asyncio.get_running_loop()
        self._writing = loop.create_task(self._after(self._writing, conversation, answered))

    async def written(self) -> None:
        """Wait for what is being written."""
        if self._writing is not None:
            await self._writing

    async def _after(
        self,
        earlier: "asyncio.Task[None] | None",
        items: Sequence[Item],
        answered: LastResponse | None,
    ) -> None:
        if earlier is not None:
            await earlier
        if self._left:
            return
        if self._compacted is not None:
            items = shortened(items, self._compacted.before, self._compacted.after)
        try:
            async with asyncio.timeout(SECONDS):
                await self._write(items)
        except Exception as error:  # noqa: BLE001 (the session is the user's)
            self._held = None
            self._failed("written", error, "Nothing is lost here; the next turn tries again.")
            return
        if answered is not None and self._compacts and not self._left:
            await self._compact(items, answered)

    async def _compact(self, conversation: Sequence[Item], answered: LastResponse) -> None:
        """Let the session decide whether it compacts what it holds, and take that."""
        try:
            if not self._sends_all or len(await self._items(_ALL)) != len(conversation):
                self._compacts = False
                self._tell(
                    f"the session {self.name} is not compacted: it holds more than the model gets",
                    "info",
                )
                return
            tokens = await run_compaction(self._session, answered)
            held = await self._items(_ALL)
            if not held:
                await self._put_back(conversation)
        except Exception as error:  # noqa: BLE001 (the session is the user's)
            self._held = None
            self._failed("compacted", error, "Nothing is lost; the next turn tries again.")
            return
        if [_essence(item) for item in held] != [_essence(item) for item in conversation]:
            self._held = list(held)
            self._compacted = Compacted(answered.run, list(conversation), held, *tokens)
            self._take(self._compacted)

    async def _put_back(self, conversation: Sequence[Item]) -> None:
        again: list[Any] = [dict(item) for item in conversation]
        await self._session.add_items(again)
        raise ValueError("the answer has no items; the session holds again what it held")

    async def _write(self, conversation: Sequence[Item]) -> None:
        held = self._held
        if held is None:
            held = await self._compared(conversation)
        if held is None:
            self._diverged()
            return
        keep = common_prefix(held, conversation)
        undone = held[keep:]
        if undone:
            last = await self._items(len(undone))
            if [_essence(item) for item in last] != [_essence(item) for item in undone]:
                self._diverged()
                return
            for _ in undone:
                await self._session.pop_item()
        new: list[Any] = [dict(item) for item in conversation[keep:]]
        if new:
            await self._session.add_items(new)
        self._held = list(conversation)

    async def _compared(self, conversation: Sequence[Item]) -> list[Item] | None:
        """What it holds, if the conversation begins with that; else None."""
        there = [_essence(item) for item in await self._items(self._limit)]
        here = [_essence(item) for item in conversation[: len(there)]]
        return list(conversation[: len(there)]) if there == here else None

    def _diverged(self) -> None:
        self._left = True
        self._tell(
            f"the session {self.name} holds another conversation than this one: "
            "it is left as it is, and this one is not written to it",
            "error",
        )

    async def _items(self, limit: int | None) -> list[Item]:
        items: Any = await self._session.get_items(limit=limit)
        # As the session would give them back: plain JSON.
        return [json.loads(json.dumps(item, default=str)) for item in items]

    def _failed(self, what: str, error: Exception, then: str) -> None:
        words = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        self._tell(f"the session {self.name} could not be {what}: {words}. {then}", "error")


def _limit(session: Session, run_config: RunConfig) -> int | None:
    own: SessionSettings | None = getattr(session, "session_settings", None)
    return (own or SessionSettings()).resolve(run_config.session_settings).limit


def _essence(item: Item) -> str:
    """What makes an item the same one, also if the session has given it an id or a state."""
    content = item.get("content")
    if isinstance(content, list):
        content = "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    kept = ("role", "call_id", "name", "arguments", "output")
    kind = item.get("type") or "message"
    return json.dumps([kind, content, *(item.get(name) for name in kept)], default=str)
