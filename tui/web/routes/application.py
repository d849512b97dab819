"""The ASGI application: all routes, and the guard before them."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from tui.web.guards.access_log import AccessLog
from tui.web.guards.host_check import HostCheck
from tui.web.guards.rate_limit import Rate
from tui.web.guards.request_guard import RequestGuard
from tui.web.request_refusals import Code, RefusedError
from tui.web.routes.agui_routes import AguiRoutes
from tui.web.routes.dashboard_routes import SOCKETS, DashboardRoutes
from tui.web.routes.guide_routes import GuideRoutes
from tui.web.routes.health_routes import HealthRoutes
from tui.web.routes.json_answers import refused
from tui.web.routes.openapi import OpenApi
from tui.web.routes.page_routes import PageRoutes
from tui.web.routes.web_service import WebService


def application(
    service: WebService,
    *,
    hosts: HostCheck,
    token: str | None,
    rate: Rate,
    dashboard: DashboardRoutes | None = None,
) -> ASGIApp:
    """What uvicorn serves; ``dashboard``: None if it is not shown in browsers."""
    page = PageRoutes()
    endpoints = [
        *GuideRoutes(service).endpoints,
        *AguiRoutes(service).endpoints,
        *HealthRoutes(service).endpoints,
    ]
    described = OpenApi(endpoints)
    endpoints.append(described.endpoint)
    app = Starlette(
        routes=[
            *page.routes,
            *(dashboard.routes if dashboard is not None else ()),
            *(one.route for one in endpoints),
        ],
        exception_handlers={
            RefusedError: _refused,
            HTTPException: _unknown,
            Exception: _bug,
        },
    )
    open_paths = page.paths | {one.path for one in endpoints if one.open}
    guarded = RequestGuard(
        app,
        hosts=hosts,
        token=token,
        rate=rate,
        open_paths=open_paths | (dashboard.paths if dashboard is not None else frozenset()),
        open_sockets=SOCKETS if dashboard is not None else "",
    )
    return AccessLog(guarded)


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return refused(error)


async def _unknown(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code: Code = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED"}.get(  # type: ignore[assignment]
        error.status_code, "BAD_REQUEST"
    )
    answer = refused(RefusedError(code, error.detail))
    answer.headers.update(error.headers or {})
    return answer


async def _bug(_: Request, __: Exception) -> Response:
    """Uvicorn logs it."""
    return refused(RefusedError("INTERNAL", "internal error: see the service's log"))
