"""The routes of the service's own dialect."""

from datetime import UTC, datetime

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from tui.web.delivery.position import Position
from tui.web.dialects.guide import guide_bodies as bodies
from tui.web.dialects.guide.guide_events import NAMES
from tui.web.dialects.guide.guide_translator import GuideTranslator
from tui.web.guards.pictures import checked_pictures
from tui.web.guards.request_body import body_of
from tui.web.request_refusals import Code, RefusedError
from tui.web.routes.endpoint import Endpoint
from tui.web.routes.json_answers import answered
from tui.web.routes.web_service import WebService, position_of


class GuideRoutes:
    def __init__(self, service: WebService) -> None:
        self._service = service
        self._sessions = service.sessions

    @property
    def endpoints(self) -> list[Endpoint]:
        one, events = "/sessions/{id}", {name: event for event, name in NAMES.items()}
        return [
            Endpoint(
                method="POST",
                path="/sessions",
                handler=self.create,
                summary="Begin a session",
                status=201,
                body=bodies.NewSession,
                answer=bodies.SessionBegun,
                refuses=("TOO_LARGE", "TOO_MANY_SESSIONS", "SHUTTING_DOWN"),
            ),
            Endpoint(
                method="GET",
                path="/sessions",
                handler=self.show_all,
                summary="List the sessions, the newest first",
                answer=bodies.SessionList,
            ),
            Endpoint(
                method="GET",
                path=one,
                handler=self.show,
                summary="Show a session and its figures",
                answer=bodies.SessionSummary,
                query={"turns": "Figures of this many of the last turns; by default, of all."},
                refuses=_OF_SESSION,
            ),
            Endpoint(
                method="DELETE",
                path=one,
                handler=self.delete,
                summary="Cancel its run, and delete a session for good",
                status=204,
                refuses=(*_OF_SESSION, "BUSY"),
            ),
            Endpoint(
                method="POST",
                path=f"{one}/messages",
                handler=self.say,
                summary="Send a message, and stream the run that answers it",
                body=bodies.NewMessage,
                body_required=True,
                events=events,
                resumes=True,
                refuses=(*_OF_SESSION, *_OF_RUN, "TOO_LARGE"),
            ),
            Endpoint(
                method="GET",
                path=f"{one}/events",
                handler=self.follow,
                summary="Follow a session, from its start or from where you left off",
                events=events,
                query={"until": "`now`: end with the newest message instead of waiting for more."},
                resumes=True,
                refuses=_OF_SESSION,
            ),
            Endpoint(
                method="POST",
                path=f"{one}/cancel",
                handler=self.cancel,
                summary="Cancel the open run",
                status=202,
                body=bodies.CancelOrder,
                answer=bodies.CancelAccepted,
                refuses=_OF_SESSION,
            ),
            Endpoint(
                method="POST",
                path=f"{one}/retry",
                handler=self.retry,
                summary="Continue the last run, or undo it and run it again; stream it",
                body=bodies.RetryOrder,
                events=events,
                resumes=True,
                refuses=(*_OF_SESSION, *_OF_RUN, "CONFIRMATION_NEEDED", "NOTHING_TO_RETRY"),
            ),
            Endpoint(
                method="POST",
                path=f"{one}/undo-retry",
                handler=self.undo_retry,
                summary="Bring back the answer that the last retry took back",
                answer=bodies.RetryTakenBack,
                refuses=(*_OF_SESSION, "BUSY", "NOTHING_TO_UNDO"),
            ),
            Endpoint(
                method="POST",
                path=f"{one}/approvals/{{call}}",
                handler=self.approve,
                summary="Approve or reject a tool call",
                status=204,
                body=bodies.ApprovalOrder,
                body_required=True,
                refuses=(*_OF_SESSION, "CALL_NOT_FOUND"),
            ),
        ]

    async def create(self, request: Request) -> Response:
        body = await body_of(request, bodies.NewSession, _MOST_CONTEXT)
        session = await self._sessions.create(body.user_context)
        begun = bodies.SessionBegun(
            id=session.id,
            status="idle",
            timestamp=datetime.now(UTC),
            user_context=session.context,
        )
        return answered(begun, 201)

    async def show_all(self, _: Request) -> Response:
        lines = tuple(map(bodies.line_of, await self._sessions.list()))
        return answered(bodies.SessionList(sessions=lines))

    async def show(self, request: Request) -> Response:
        session = await self._sessions.find(request.path_params["id"])
        summary = bodies.summary_of_session(session)
        if (most := request.query_params.get("turns")) is not None:
            if not (most.isascii() and most.isdecimal() and len(most) < _MOST_DIGITS):
                raise RefusedError("BAD_REQUEST", "turns is a number, 0 or more")
            first = max(0, len(summary.figures.turns) - int(most))
            figures = replace(summary.figures, turns=summary.figures.turns[first:])
            summary = replace(summary, figures=figures)
        return answered(summary)

    async def delete(self, request: Request) -> Response:
        await self._sessions.delete(request.path_params["id"])
        return Response(status_code=204)

    async def say(self, request: Request) -> Response:
        """Send a message and stream its run; with ``Last-Event-ID``, continue such a stream."""
        session = await self._sessions.find(request.path_params["id"])
        after = position_of(request)
        if after is None:
            body = await body_of(request, bodies.NewMessage)
            last = session.log.last
            await session.say(body.message, checked_pictures(body.images))
            after = Position(last, _ALL_PARTS)
        return self._service.stream(session, GuideTranslator(session.id), after=after, of_run=True)

    async def follow(self, request: Request) -> Response:
        """Stream what has happened since ``Last-Event-ID``, and what happens from now on."""
        session = await self._sessions.find(request.path_params["id"])
        return self._service.stream(
            session,
            GuideTranslator(session.id),
            after=position_of(request) or Position(),
            to_end=request.query_params.get("until") == "now",
        )

    async def cancel(self, request: Request) -> Response:
        body = await body_of(request, bodies.CancelOrder)
        session = await self._sessions.find(request.path_params["id"])
        return answered(bodies.CancelAccepted(cancelling=session.cancel(body.mode)), 202)

    async def retry(self, request: Request) -> Response:
        """Retry and stream the run."""
        body = await body_of(request, bodies.RetryOrder)
        session = await self._sessions.find(request.path_params["id"])
        after = position_of(request)
        if after is None:
            last = session.log.last
            await session.retry(confirmed=body.confirm)
            after = Position(last, _ALL_PARTS)
        return self._service.stream(session, GuideTranslator(session.id), after=after, of_run=True)

    async def undo_retry(self, request: Request) -> Response:
        session = await self._sessions.find(request.path_params["id"])
        return answered(bodies.RetryTakenBack(run=await session.undo_retry()))

    async def approve(self, request: Request) -> Response:
        body = await body_of(request, bodies.ApprovalOrder)
        session = await self._sessions.find(request.path_params["id"])
        session.answer(
            request.path_params["call"],
            approved=body.approve,
            always=body.always,
            reason=body.reason,
        )
        return Response(status_code=204)


_OF_SESSION: tuple[Code, ...] = (
    "SESSION_NOT_FOUND", "SESSION_IN_USE", "TOO_MANY_SESSIONS", "SHUTTING_DOWN",
)  # fmt: skip
_OF_RUN: tuple[Code, ...] = ("BUSY", "AGENT_UNAVAILABLE")

_MOST_CONTEXT = 64 * 1024
"""Bytes of the body that begins a session: it stays in memory with it."""

_MOST_DIGITS = 10

_ALL_PARTS = 1 << 30
"""Every message of an event that a new reader need not have."""
