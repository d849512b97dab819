"""The routes of the AG-UI dialect."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from tui.protocol.agui.agui_capabilities import AgentCapabilities
from tui.protocol.agui.agui_codec import EVENTS, decode_run_input
from tui.protocol.agui.run_agent_input import RunAgentInput
from tui.web.delivery import sse
from tui.web.dialects.agui.agui_runs import AguiRuns
from tui.web.dialects.agui.described_agent import capabilities_of
from tui.web.guards.request_body import bytes_of
from tui.web.request_refusals import Code, RefusedError
from tui.web.routes.endpoint import Endpoint
from tui.web.routes.json_answers import answered
from tui.web.routes.web_service import WebService

_REFUSALS: tuple[Code, ...] = (
    "BUSY", "TOO_LARGE", "TOO_MANY_SESSIONS", "SESSION_IN_USE", "SHUTTING_DOWN",
)  # fmt: skip


class AguiRoutes:
    def __init__(self, service: WebService) -> None:
        self._service = service
        self._runs = AguiRuns(service.sessions, service.thresholds)

    @property
    def endpoints(self) -> list[Endpoint]:
        return [
            Endpoint(
                method="POST",
                path="/agui",
                handler=self.run,
                summary="Start or resume a run, and stream it in AG-UI's events",
                body=RunAgentInput,
                body_required=True,
                events=EVENTS,
                refuses=_REFUSALS,
            ),
            Endpoint(
                method="GET",
                path="/agui",
                handler=self.capabilities,
                summary="What the agent can do, in AG-UI's words",
                answer=AgentCapabilities,
            ),
        ]

    async def run(self, request: Request) -> Response:
        """Start or resume a run, and stream it. Closing the connection cancels it."""
        try:
            given = decode_run_input(await bytes_of(request))
        except msgspec.DecodeError as error:
            raise RefusedError(
                "BAD_REQUEST", f"the body is not AG-UI's RunAgentInput: {error}"
            ) from None
        stream = await self._runs.start(given)
        return StreamingResponse(stream, headers=dict(sse.HEADERS), media_type=sse.MEDIA_TYPE)

    async def capabilities(self, _: Request) -> Response:
        """What the agent can do; the protocol leaves open how a client asks for it."""
        return answered(capabilities_of(self._service.workers.loaded))
