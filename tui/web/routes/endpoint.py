"""One method of one path: the route that answers it, and what `/openapi.json` says of it."""

from collections.abc import Awaitable, Callable, Mapping

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tui.web.request_refusals import Code

Handler = Callable[[Request], Awaitable[Response]]


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    method: str
    path: str
    """With names of parameters in braces, as both starlette and OpenAPI write them."""
    handler: Handler
    summary: str
    status: int = 200
    body: type[msgspec.Struct] | None = None
    body_required: bool = False
    answer: type[msgspec.Struct] | None = None
    """None: an empty answer, or a stream."""
    events: Mapping[str, type[msgspec.Struct]] | None = None
    """It streams these, by their names."""
    query: Mapping[str, str] = {}
    """Parameters of the query, and what they do."""
    resumes: bool = False
    """``Last-Event-ID`` continues its stream."""
    refuses: tuple[Code, ...] = ()
    """Why, besides what any request may be refused for."""
    open: bool = False
    """It needs no token."""

    @property
    def route(self) -> Route:
        route = Route(self.path, self.handler, methods=[self.method])
        if self.events is not None and route.methods is not None:
            # Without its body, a stream would be followed for nothing.
            route.methods.discard("HEAD")
        return route
