"""A server on 127.0.0.1 that runs in a thread of its own, with its own event loop."""

import asyncio
import threading
from abc import ABC, abstractmethod
from typing import Self

from aiohttp import web


class LoopbackServer(ABC):
    """Start and stop, as a context manager or by hand."""

    def __init__(self, port: int = 0) -> None:
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._run, name=type(self).__name__, daemon=True)

    @property
    def port(self) -> int:
        return self._port

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL; ends with ``/v1``."""
        return f"http://127.0.0.1:{self._port}/v1"

    def start(self) -> Self:
        self._thread.start()
        self._listening.wait()
        return self

    def stop(self) -> None:
        """Drop every connection and end the thread."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    @abstractmethod
    async def _open(self) -> web.Server:
        """Make the server, in its own loop."""

    async def _close(self, server: web.Server) -> None:
        for handler in server.connections:
            handler.force_close()
        await server.shutdown(0.5)

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = await self._open()
        listener = await self._loop.create_server(server, "127.0.0.1", self._port)
        self._port = listener.sockets[0].getsockname()[1]
        self._listening.set()
        await self._stop.wait()
        listener.close()
        await self._close(server)
