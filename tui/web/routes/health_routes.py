"""Whether the service works."""

from typing import Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from tui.web.guards.token_check import AUTHORIZED
from tui.web.routes.endpoint import Endpoint
from tui.web.routes.json_answers import answered
from tui.web.routes.web_service import WebService


class Health(msgspec.Struct, frozen=True, kw_only=True):
    status: Literal["ok", "loading", "failed", "shutting_down"]
    """``failed``: the agent cannot be loaded."""
    workers: int
    sessions: int
    """Those in memory."""
    running: int
    agent: str = ""
    """Its name, for who has the token."""
    problem: str = ""
    """Why it cannot be loaded, for who has the token."""


class HealthRoutes:
    def __init__(self, service: WebService) -> None:
        self._service = service

    @property
    def endpoints(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="GET",
                path="/healthz",
                handler=self.health,
                summary="Whether the service works",
                answer=Health,
                refuses=("SHUTTING_DOWN",),
                open=True,
            )
        ]

    async def health(self, request: Request) -> Response:
        health = self._health(authorized=bool(request.scope.get(AUTHORIZED)))
        return answered(health, 200 if health.status in {"ok", "loading"} else 503)

    def _health(self, *, authorized: bool) -> Health:
        sessions, workers = self._service.sessions, self._service.workers
        status: Literal["ok", "loading", "failed", "shutting_down"] = "loading"
        loaded, problem = workers.loaded, workers.load_problem
        if sessions.closing:
            status = "shutting_down"
        elif loaded is not None:
            status = "ok"
        elif problem is not None:
            status = "failed"
        return Health(
            status=status,
            workers=len(workers.lanes),
            sessions=len(sessions.loaded),
            running=sum(session.running for session in sessions.loaded),
            agent=loaded.agent if authorized and loaded is not None else "",
            problem=sessions.public(problem.message) if authorized and problem is not None else "",
        )
