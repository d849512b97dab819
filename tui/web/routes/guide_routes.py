"""The routes of the service's own dialect."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tui.web.delivery.position import Position
from tui.web.dialects.guide import guide_bodies as bodies
from tui.web.dialects.guide.guide_translator import GuideTranslator
from tui.web.guards.request_body import body_of
from tui.web.routes.json_answers import answered
from tui.web.routes.web_service import WebService, position_of


class GuideRoutes:
    def __init__(self, service: WebService) -> None:
        self._service = service
        self._sessions = service.sessions

    @property
    def routes(self) -> list[Route]:
        one = "/sessions/{id:str}"
        return [
            Route("/sessions", self.create, methods=["POST"]),
            Route("/sessions", self.show_all, methods=["GET"]),
            Route(one, self.show, methods=["GET"]),
            Route(one, self.delete, methods=["DELETE"]),
            Route(f"{one}/messages", self.say, methods=["POST"]),
            Route(f"{one}/events", self.follow, methods=["GET"]),
            Route(f"{one}/cancel", self.cancel, methods=["POST"]),
            Route(f"{one}/retry", self.retry, methods=["POST"]),
            Route(f"{one}/approvals/{{call:str}}", self.approve, methods=["POST"]),
        ]

    async def create(self, request: Request) -> Response:
        body = await body_of(request, bodies.NewSession)
        session = await self._sessions.create()
        begun = bodies.SessionBegun(
            id=session.id,
            status="idle",
            timestamp=datetime.now(UTC),
            user_context=body.user_context,
        )
        return answered(begun, 201)

    async def show_all(self, _: Request) -> Response:
        lines = tuple(map(bodies.line_of, await self._sessions.list()))
        return answered(bodies.SessionList(sessions=lines))

    async def show(self, request: Request) -> Response:
        session = await self._sessions.find(request.path_params["id"])
        return answered(bodies.summary_of_session(session))

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
            await session.say(body.message, body.images)
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


_ALL_PARTS = 1 << 30
"""Every message of an event that a new reader need not have."""
