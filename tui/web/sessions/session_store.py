"""All sessions: begins them, finds them, loads them from the journal, unloads and deletes them."""

import asyncio
import os
import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import msgspec

from tui.core.sanitize.characters import clean_line
from tui.journal import JournalError, NoSuchSessionError, SessionInUseError, new_session_id
from tui.journal.resume import Now, Resumed, read_back
from tui.journal.store import SessionInfo
from tui.protocol.events import SessionOpened
from tui.web.public_words import public_text
from tui.web.request_refusals import RefusedError
from tui.web.sessions.session_terms import SessionTerms
from tui.web.sessions.web_session import NO_CONTEXT, SessionFacts, WebSession

_CANCEL_GRACE = 10.0
"""Seconds that a run has to end before its session is deleted."""

_LOOK_EVERY = 5.0
"""Seconds between two looks for idle sessions."""


class SessionStore:
    """``most``: how many may be in memory; ``idle``: seconds after which one is unloaded."""

    def __init__(self, terms: SessionTerms, *, most: int, idle: float) -> None:
        self.closing = False
        """Nothing new begins."""
        self.ended = False
        """Everything that ran has ended: readers are sent away."""
        self._terms = terms
        self._most = most
        self._idle = idle
        self._sessions: dict[str, WebSession] = {}
        self._moving: dict[str, asyncio.Task[WebSession | None]] = {}
        """Sessions that are being loaded or unloaded."""

    @property
    def loaded(self) -> Sequence[WebSession]:
        """Those in memory."""
        return tuple(self._sessions.values())

    async def create(self, context: object = None, id_: str = "") -> WebSession:
        """Begin an empty session. Raise `RefusedError`.

        ``context``: any JSON that its user wants to know again of it; ``id_``: a name that no other
        session has, which gets its first message at once; "" for a new one.
        """
        self._check_open()
        if not id_:
            self._check_empty()
        self._make_room()
        now = time.time()
        id_ = id_ or f"{new_session_id(now)}{os.urandom(4).hex()}"
        given = self._masked(context)
        facts = SessionFacts(id=id_, created=now, changed=now, context=given)
        session = self._sessions[id_] = WebSession(facts, self._terms)
        session.dispatcher.dispatch([SessionOpened(at=time.monotonic_ns(), context=given)])
        return session

    async def find(self, id_: str) -> WebSession:
        """The session with this id, loaded from the journal if need be. Raise `RefusedError`."""
        while (moving := self._moving.get(id_)) is not None:
            await asyncio.wait([moving])
        session = self._sessions.get(id_)
        if session is not None:
            return session
        self._check_open()
        found = await asyncio.shield(self._move(id_, self._load(id_)))
        return found if found is not None else await self.find(id_)

    def _move(
        self, id_: str, work: Coroutine[Any, Any, WebSession | None]
    ) -> asyncio.Task[WebSession | None]:
        task = asyncio.create_task(work, name=f"session {id_}")
        self._moving[id_] = task
        task.add_done_callback(lambda _: self._moving.pop(id_, None))
        return task

    async def _load(self, id_: str) -> WebSession:
        info, resumed, context = await asyncio.to_thread(self._read, id_)
        try:
            self._make_room()
        except RefusedError:
            self._terms.journal.release(id_)
            raise
        facts = SessionFacts(
            id=info.id,
            created=info.created,
            changed=info.changed,
            title=info.title,
            context=context,
        )
        session = WebSession(facts, self._terms, stored=info.events)
        session.history = resumed.history
        session.dispatcher.metrics = resumed.metrics
        session.dispatcher.conversation = resumed.conversation
        # What a killed service could not store: a reader must see that its run has ended.
        session.log.append(resumed.ends)
        self._sessions[id_] = session
        return session

    def _read(self, id_: str) -> tuple[SessionInfo, Resumed, msgspec.Raw]:
        """The session, locked. In a thread."""
        journal = self._terms.journal
        info = next((one for one in self._stored() if one.id == id_), None)
        if info is None:
            raise RefusedError("SESSION_NOT_FOUND", "there is no session with this id")
        try:
            journal.hold(id_)
            # What another program has written meanwhile.
            info = journal.store.find(id_)
            first = journal.store.events_after(id_, 0, 1)[:1]
            loaded = journal.store.load(id_)
            now = Now(at=time.monotonic_ns(), wall=time.time())
            resumed = read_back(
                loaded, clean=self._terms.masker.shown, thresholds=self._terms.thresholds, now=now
            )
        except SessionInUseError:
            raise RefusedError(
                "SESSION_IN_USE", "another program has this session open: close it there"
            ) from None
        except (JournalError, NoSuchSessionError, OSError):
            raise RefusedError("STREAM_ERROR", "the journal cannot be read") from None
        opened = [event for event in first if isinstance(event, SessionOpened)]
        return info, resumed, opened[0].context.copy() if opened else NO_CONTEXT

    def public(self, text: str) -> str:
        """What of a problem of the service itself anyone with the token may read."""
        return public_text(clean_line(self._terms.masker.mask(text)))

    async def list(self) -> list[WebSession | SessionInfo]:
        """Those in memory, and those of this agent and folder in the journal, the newest first."""
        stored = await asyncio.to_thread(self._stored)
        others = [info for info in stored if info.id not in self._sessions]
        every: list[WebSession | SessionInfo] = [*self._sessions.values(), *others]
        return sorted(every, key=lambda one: one.changed, reverse=True)

    def _stored(self) -> Sequence[SessionInfo]:
        """The sessions in the journal that this service may show. In a thread."""
        place = self._terms.place
        try:
            every = self._terms.journal.store.sessions()
        except JournalError:
            return ()
        return [
            one for one in every if (one.folder, one.reference) == (place.folder, place.reference)
        ]

    def _masked(self, context: object) -> msgspec.Raw:
        """Raise `RefusedError`."""
        try:
            masked = _each_string(context, self._terms.masker.mask)
            return msgspec.Raw(msgspec.json.encode(masked))
        except RecursionError:
            raise RefusedError("BAD_REQUEST", "user_context is nested too deeply") from None

    async def delete(self, id_: str) -> None:
        """Cancel its run, and delete it from memory and from the journal. Raise `RefusedError`."""
        session = await self.find(id_)
        session.cancel()
        try:
            async with asyncio.timeout(_CANCEL_GRACE):
                await session.idle()
        except TimeoutError:
            raise RefusedError("BUSY", "its run is still ending: try again") from None
        if self._sessions.get(id_) is session:
            del self._sessions[id_]
            session.log.end()
            # Nobody may load it while it is being deleted.
            self._move(id_, asyncio.to_thread(self._delete, id_))
        while (moving := self._moving.get(id_)) is not None:
            await asyncio.shield(moving)

    def _delete(self, id_: str) -> None:
        journal = self._terms.journal
        journal.release(id_)
        journal.flush()
        try:
            journal.store.delete(id_)
        except (JournalError, SessionInUseError):
            raise RefusedError("SESSION_IN_USE", "the session cannot be deleted now") from None

    async def keep_small(self) -> None:
        """Unload sessions that have been idle for long, until it is cancelled."""
        while True:
            await asyncio.sleep(min(_LOOK_EVERY, self._idle))
            before = time.time() - self._idle
            for session in self.loaded:
                if session.is_idle and session.changed < before:
                    self.unload(session)

    def unload(self, session: WebSession) -> None:
        """Forget an idle session: the journal has it."""
        del self._sessions[session.id]
        self._move(session.id, self._unloaded(session))

    async def _unloaded(self, session: WebSession) -> None:
        # Its lock is released after its last event is written, and only then may it be loaded.
        self._terms.journal.release(session.id)
        await asyncio.to_thread(self._terms.journal.flush)

    def _check_empty(self) -> None:
        """Keep some room for sessions that are spoken to. Raise `RefusedError`."""
        most = max(1, self._most - max(1, self._most // 10))
        if len(self._sessions) < most:
            return
        empty = sum(not (one.conversation.runs or one.running) for one in self.loaded)
        if empty >= most:
            raise RefusedError(
                "TOO_MANY_SESSIONS",
                f"{empty} sessions have no message yet: send one, delete some, or try again later",
                retry_after=self._idle,
            )

    def _make_room(self) -> None:
        if len(self._sessions) < self._most:
            return
        # One without a message is not in the journal.
        idle = [one for one in self.loaded if one.is_idle and one.conversation.runs]
        if not idle:
            raise RefusedError(
                "TOO_MANY_SESSIONS",
                "as many sessions are open as --sessions allows: try again later",
                retry_after=self._idle,
            )
        self.unload(min(idle, key=lambda one: one.changed))

    def _check_open(self) -> None:
        if self.closing:
            raise RefusedError("SHUTTING_DOWN", "the service is shutting down")


def _each_string(value: object, rewrite: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return rewrite(value)
    if isinstance(value, list):
        return [_each_string(one, rewrite) for one in value]
    if isinstance(value, dict):
        return {rewrite(key): _each_string(one, rewrite) for key, one in value.items()}
    return value
