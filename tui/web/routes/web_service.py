"""All that routes need: the sessions, the workers, and how to follow one."""

from collections.abc import AsyncIterator, Callable

from starlette.requests import Request
from starlette.responses import StreamingResponse

from tui.core.metrics import Thresholds
from tui.web.delivery import sse
from tui.web.delivery.following import Following, Translator
from tui.web.delivery.position import Position
from tui.web.request_refusals import RefusedError
from tui.web.sessions.session_store import SessionStore
from tui.web.sessions.web_session import WebSession
from tui.web.workers.worker_pool import WorkerPool


class WebService:
    """A dialect's routes get this one; see `docs/web.md` for how to write a dialect."""

    def __init__(self, sessions: SessionStore, workers: WorkerPool, thresholds: Thresholds) -> None:
        self.sessions = sessions
        self.workers = workers
        self.thresholds = thresholds

    def stream(
        self,
        session: WebSession,
        translator: Translator,
        *,
        after: Position,
        of_run: bool = False,
        to_end: bool = False,
    ) -> StreamingResponse:
        """An answer that follows a session.

        ``of_run``: until the next run ends, or none runs; ``to_end``: until where it ends now.
        Raise `RefusedError` if there is no such place.
        """
        if after.event > session.log.last:
            raise RefusedError(
                "BAD_REQUEST", "Last-Event-ID names no event of this session: start anew"
            )
        running: Callable[[], bool] | None = (lambda: session.running) if of_run else None
        following = Following(
            session.log,
            translator,
            after=after,
            running=running,
            to_end=to_end,
            closing=lambda: self.sessions.ended,
            thresholds=self.thresholds,
        )
        return StreamingResponse(
            _counted(session, following), headers=dict(sse.HEADERS), media_type=sse.MEDIA_TYPE
        )


async def _counted(session: WebSession, following: Following) -> AsyncIterator[bytes]:
    session.readers += 1
    try:
        async for chunk in following.chunks():
            yield chunk
    finally:
        session.readers -= 1


def position_of(request: Request) -> Position | None:
    """``Last-Event-ID``, as a header or in the query. Raise `RefusedError`."""
    text = request.headers.get("last-event-id") or request.query_params.get("last_event_id", "")
    if not text:
        return None
    try:
        return Position.parsed(text)
    except ValueError:
        raise RefusedError(
            "BAD_REQUEST", "Last-Event-ID is not an id of an event of this service"
        ) from None
