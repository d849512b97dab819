"""Answers requests from the file of the cache, and keeps the answers that ended well.

The file is used in a thread of its own: the event loop never waits for a disk. Whatever is wrong
with the file, the call goes to the provider, and a notice says so once.
"""

import asyncio
import sqlite3
import time
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import msgspec

from tui.protocol.events import UsageReported
from tui.protocol.worker_settings import CacheSettings
from tui.worker.model.cache.answer_store import AnswerStore, OtherVersionError
from tui.worker.model.cache.request_key import CacheKey
from tui.worker.model.cache.stored_answer import StoredAnswer, Timed, joined_stream

CLOSE_SECONDS = 0.8
"""How long the end of the worker waits for answers that are still being stored."""
LONGEST = 16 * 2**20
"""Bytes: a longer answer is not stored."""
REPEATABLE = frozenset(
    {
        "message", "reasoning", "function_call", "custom_tool_call", "computer_call", "shell_call",
        "local_shell_call", "apply_patch_call",
    }
)  # fmt: skip
"""Items of an answer for which the provider asked nobody else."""

Flight = asyncio.Future[StoredAnswer | Literal["failed", "not_stored"]]
"""A request that others wait for, because it is the same as theirs."""


@dataclass(slots=True)
class Recording:
    """What arrives of an answer that may be stored."""

    key: CacheKey
    flight: Flight | None = None
    began: int = field(default_factory=time.monotonic_ns)
    pieces: list[Timed] = field(default_factory=list)
    streamed: bool = False
    request_id: str = ""
    usage: UsageReported | None = None
    good: bool = False
    """It ended well, and nothing in it is of its own time."""
    _size: int = 0

    def add(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > LONGEST:
            self.pieces.clear()
            return
        self.pieces.append(Timed(time.monotonic_ns() - self.began, data))

    def ended(
        self, output: Sequence[Any], usage: UsageReported, *, some: bool, cited: bool
    ) -> None:
        """The answer is complete.

        ``some``: it is not empty; ``cited``: it has sources that were looked up.
        """
        self.usage = usage
        small = self._size <= LONGEST
        items = all(item.type in REPEATABLE and not _declines(item) for item in output)
        self.good = some and small and items and not cited

    def answer(self) -> StoredAnswer:
        """What is to be stored. Raise `ValueError` if it cannot be read again."""
        body = b"".join(piece.data for piece in self.pieces)
        usage = self.usage
        return StoredAnswer(
            streamed=self.streamed,
            joined=joined_stream(body) if self.streamed else body,
            timed=tuple(self.pieces),
            request_id=self.request_id,
            model=self.key.model,
            host=self.key.host,
            api=self.key.api,
            input=usage.input if usage else None,
            output=usage.output if usage else None,
            cost=usage.cost if usage else None,
        )


class AnswerCache:
    """One per worker."""

    def __init__(self, settings: CacheSettings, warn: Callable[[str], object]) -> None:
        """``warn`` shows a notice."""
        self.recorded_pace = settings.pace == "recorded"
        self._store = AnswerStore(
            Path(settings.path), lifetime=settings.lifetime, size=settings.size
        )
        self._warn = warn
        self._warned: set[str] = set()
        self._broken = False
        self._flights: dict[bytes, Flight] = {}
        self._storing: set[asyncio.Task[None]] = set()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="answer-cache")

    async def in_thread(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """Call it in the thread of the cache."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, call, *arguments)

    async def find(self, recording: Recording) -> StoredAnswer | None:
        """The stored answer; None: ask the provider, and let the recording end with `ended`.

        If the same is being asked already, wait for that answer.
        """
        key = recording.key.digest
        while (flight := self._flights.get(key)) is not None:
            came = await asyncio.shield(flight)
            if isinstance(came, StoredAnswer):
                self._note_use(key)
                return came
            if came == "not_stored":
                # The next one would not be stored either: there is nothing to wait for.
                return None
        flight = self._flights[key] = asyncio.get_running_loop().create_future()
        recording.flight = flight
        found: StoredAnswer | None = None
        try:
            found = await self._guarded(self._find, key)
        except BaseException:
            self.ended(recording)
            raise
        if found is not None:
            self._land(recording, found)
            self._note_use(key)
        recording.began = time.monotonic_ns()
        return found

    def ended(self, recording: Recording) -> None:
        """The attempt has ended: store its answer if it is good, and release the others."""
        if not recording.good:
            self._land(recording, "not_stored" if recording.usage else "failed")
            return
        self._soon(self._keep(recording))

    async def close(self) -> None:
        """Wait until everything is stored, but not for long."""
        if self._storing:
            await asyncio.wait(self._storing, timeout=CLOSE_SECONDS)
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _find(self, key: bytes) -> StoredAnswer | None:
        return self._store.find(key, timed=self.recorded_pace)

    async def _keep(self, recording: Recording) -> None:
        try:
            answer = await self.in_thread(recording.answer)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            # The server has its own form of a stream: what cannot be read is not kept.
            self._land(recording, "not_stored")
            return
        await self._guarded(self._store.keep, recording.key.digest, answer)
        self._land(recording, answer)

    def _land(
        self, recording: Recording, result: StoredAnswer | Literal["failed", "not_stored"]
    ) -> None:
        flight, recording.flight = recording.flight, None
        if flight is None:
            return
        if self._flights.get(recording.key.digest) is flight:
            del self._flights[recording.key.digest]
        if not flight.done():
            flight.set_result(result)

    def _note_use(self, key: bytes) -> None:
        self._soon(self._guarded(self._store.used, key))

    def _soon(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work, name="answer cache")
        self._storing.add(task)
        task.add_done_callback(self._storing.discard)

    async def _guarded(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """What the call returns; None if the file cannot be used."""
        if self._broken:
            return None
        try:
            return await self.in_thread(call, *arguments)
        except (OSError, sqlite3.Error, zlib.error, msgspec.DecodeError) as error:
            self._failed(error)
            return None

    def _failed(self, error: Exception) -> None:
        """Say once why the file cannot be used; give it up if that will not change."""
        path = self._store.path
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            why, advice = "it is locked by another process", ""
        elif isinstance(error, OtherVersionError):
            self._broken = True
            why, advice = str(error), "; `streamtui cache clear` starts a new one"
        elif isinstance(error, sqlite3.DatabaseError) and not isinstance(
            error, sqlite3.OperationalError
        ):
            self._broken = True
            why, advice = f"it is damaged ({error})", "; `streamtui cache clear` starts a new one"
        else:
            why, advice = str(getattr(error, "strerror", None) or error), ""
        text = (
            f"the cache of answers {path} cannot be used: {why}{advice}. Calls go to the provider."
        )
        if text not in self._warned:
            self._warned.add(text)
            self._warn(text)


def _declines(item: Any) -> bool:
    return item.type == "message" and any(part.type == "refusal" for part in item.content or ())
