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
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import msgspec

from tui.protocol.events import UsageReported
from tui.protocol.worker_settings import CacheSettings
from tui.worker.model.cache.answer_store import (
    CLAIMS_FILE,
    AnswerStore,
    OtherVersionError,
    Use,
)
from tui.worker.model.cache.request_claims import RequestClaims
from tui.worker.model.cache.request_key import CacheKey
from tui.worker.model.cache.stored_answer import StoredAnswer, Timed, joined_stream

CLOSE_SECONDS = 0.8
"""How long the end of the worker waits for answers that are still being stored."""
WAIT_SECONDS = 60.0
"""How long to wait for the same request of another process."""
LOOK_SECONDS = (0.005, 0.1)
"""Between two looks whether that has ended: at first, and at most."""
LONGEST = 16 * 2**20
"""Bytes: a longer answer is not stored."""
REPEATABLE = frozenset(
    {
        "message", "reasoning", "function_call", "custom_tool_call", "computer_call", "shell_call",
        "local_shell_call", "apply_patch_call",
    }
)  # fmt: skip
"""Items of an answer for which the provider asked nobody else."""

_Found = StoredAnswer | Literal["ask", "asked elsewhere"]

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


_FILE_ERRORS = (OSError, sqlite3.Error, zlib.error, msgspec.DecodeError)


class AnswerCache:
    """One per worker."""

    def __init__(self, settings: CacheSettings, warn: Callable[[str], object]) -> None:
        """``warn`` shows a notice."""
        self.recorded_pace = settings.pace == "recorded"
        path = Path(settings.path)
        self._store = AnswerStore(path, lifetime=settings.lifetime, size=settings.size)
        self._claims = RequestClaims(path.with_name(path.name + CLAIMS_FILE))
        self._warn = warn
        self._warned: set[str] = set()
        self._broken = False
        self._flights: dict[bytes, Flight] = {}
        self._storing: set[asyncio.Task[None]] = set()
        self._uses: dict[bytes, Use] = {}
        """Not written yet."""
        self._writing_uses = False
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
                self._note_use(key, came)
                return came
            if came == "not_stored":
                # The next one would not be stored either: there is nothing to wait for.
                return None
        flight = self._flights[key] = asyncio.get_running_loop().create_future()
        recording.flight = flight
        found: StoredAnswer | None = None
        try:
            found = await self._found(key)
        except BaseException:
            self.ended(recording)
            raise
        if found is not None:
            self._land(recording, found)
            self._note_use(key, found)
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
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                while self._storing:
                    await asyncio.wait(self._storing)
                while self._uses and not self._broken:
                    await self._write_uses()
                    await asyncio.sleep(LOOK_SECONDS[0])
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _found(self, key: bytes) -> StoredAnswer | None:
        """The stored answer, if need be when another process has it; None: ask the provider."""
        found = await self._guarded(self._find, key)
        if found == "asked elsewhere":
            found = await self._came(key)
        return found if isinstance(found, StoredAnswer) else None

    async def _came(self, key: bytes) -> _Found | None:
        """What was found when the other process had asked, or had asked for too long."""
        loop = asyncio.get_running_loop()
        until, (wait, longest) = loop.time() + WAIT_SECONDS, LOOK_SECONDS
        found: _Found | None = "asked elsewhere"
        while found == "asked elsewhere" and loop.time() < until:
            await asyncio.sleep(wait)
            wait = min(wait * 1.5, longest)
            found = await self._guarded(self._find, key)
        if found == "ask":
            # Its answer failed, or cannot be stored: the others need not wait for another one.
            await self.in_thread(self._claims.release, key)
        return found

    def _find(self, key: bytes) -> _Found:
        """In the thread. The caller has claimed the request."""
        claimed = self._claims.take(key)
        found = self._store.find(key, timed=self.recorded_pace)
        if found is None:
            return "ask" if claimed else "asked elsewhere"
        self._claims.release(key)
        return found

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
        if not isinstance(result, StoredAnswer) or recording.good:
            self._soon(self.in_thread(self._claims.release, recording.key.digest))
        if self._flights.get(recording.key.digest) is flight:
            del self._flights[recording.key.digest]
        if not flight.done():
            flight.set_result(result)

    def _note_use(self, key: bytes, answer: StoredAnswer) -> None:
        before = self._uses.get(key)
        self._uses[key] = Use(key, answer, 1 if before is None else before.times + 1)
        if not self._writing_uses:
            self._soon(self._write_uses())

    async def _write_uses(self) -> None:
        """Write them, and those that come meanwhile."""
        self._writing_uses = True
        try:
            while self._uses and not self._broken:
                uses, self._uses = self._uses, {}
                try:
                    await self.in_thread(self._store.used, uses.values())
                except _FILE_ERRORS as error:
                    if not _is_locked(error):
                        self._failed(error)
                        return
                    for use in uses.values():
                        later = self._uses.get(use.key)
                        times = use.times + (0 if later is None else later.times)
                        self._uses[use.key] = Use(use.key, use.answer, times)
                    # With the next use, or at the end.
                    return
        finally:
            self._writing_uses = False

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
        except _FILE_ERRORS as error:
            self._failed(error)
            return None

    def _failed(self, error: Exception) -> None:
        """Say once why the file cannot be used; give it up if that will not change."""
        path = self._store.path
        if _is_locked(error):
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


def _is_locked(error: Exception) -> bool:
    return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)


def _declines(item: Any) -> bool:
    return item.type == "message" and any(part.type == "refusal" for part in item.content or ())
