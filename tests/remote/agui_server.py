"""An AG-UI server on loopback that plays what a test gives it, good or bad.

It checks each request with the models of ``ag-ui-protocol``.
"""

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Self

from ag_ui.core import BaseEvent, RunAgentInput
from ag_ui.encoder import EventEncoder
from aiohttp import web

from tests.support.patience import PATIENCE, wait_until

Step = Any
"""An event, raw bytes, a pause in seconds, a gate to wait for, a function that makes events of the
input, or `CUT`."""


CUT = object()
"""As a step: break the connection."""


class Refusal:
    """A plain response instead of a stream."""

    def __init__(
        self, status: int, body: str = "", *, kind: str = "application/json", **headers: str
    ) -> None:
        self.status = status
        self.body = body
        self.headers = {
            "Content-Type": kind,
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }


Answer = Sequence[Step] | Refusal


class AguiServer:
    """Gives the answers one after the other, the last one again and again."""

    def __init__(
        self, *answers: Answer, path: str = "/agui", tls: ssl.SSLContext | None = None
    ) -> None:
        self.inputs: list[RunAgentInput] = []
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.closed = 0
        """Connections that the client closed during an answer."""
        self.problems: list[str] = []
        self._answers = list(answers)
        self._path = path
        self._tls = tls
        self._port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="agui server", daemon=True)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._port}"

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://{self.host}{self._path}"

    def wait_until(self, condition: Callable[[], bool], what: str = "the server") -> None:
        wait_until(condition, what)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._run())
        self._loop.close()

    async def _run(self) -> None:
        self._stop = asyncio.Event()
        app = web.Application(client_max_size=1 << 28)
        app.router.add_post(self._path, self._post)
        runner = web.AppRunner(
            app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1
        )
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=self._tls)
        await site.start()
        self._port = runner.addresses[0][1]
        self._ready.set()
        await self._stop.wait()
        await runner.cleanup()

    async def _post(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.bodies.append(body)
        self.headers.append(dict(request.headers))
        try:
            asked = RunAgentInput.model_validate(body)
        except ValueError as error:
            self.problems.append(str(error))
            return web.json_response({"detail": str(error)}, status=422)
        self.inputs.append(asked)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Refusal):
            return web.Response(status=answer.status, text=answer.body, headers=answer.headers)
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            for step in answer:
                if await self._play(step, asked, response.write):
                    assert request.transport is not None
                    request.transport.abort()
                    return response
            with suppress(ConnectionError):
                await response.write_eof()
        except (ConnectionError, asyncio.CancelledError):
            self.closed += 1
            raise
        return response

    async def _play(
        self, step: Any, asked: RunAgentInput, write: Callable[[bytes], Awaitable[object]]
    ) -> bool:
        """Whether to break the connection."""
        if isinstance(step, float | int):
            await asyncio.sleep(step)
        elif isinstance(step, threading.Event):
            await asyncio.to_thread(step.wait, PATIENCE)
        elif isinstance(step, bytes):
            await write(step)
        elif isinstance(step, BaseEvent):
            await write(EventEncoder().encode(step).encode())
        elif step is CUT:
            return True
        else:
            for each in step(asked):
                await self._play(each, asked, write)
        return False
