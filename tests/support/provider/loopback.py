"""A server on 127.0.0.1 in a thread of its own, with its own event loop."""

import asyncio
import ssl
import threading
from abc import ABC, abstractmethod
from concurrent.futures import Future
from typing import Self

from aiohttp import web

from tests.support.patience import PATIENCE


class LoopbackServer(ABC):
    """Starts and stops as a context manager, or with ``start`` and ``stop``."""

    def __init__(self, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        """With ``tls`` it speaks HTTPS, and its certificate must be for ``localhost``."""
        self._port = port
        self._tls = tls
        self._stop = asyncio.Event()
        self._listening: Future[asyncio.AbstractEventLoop] = Future()
        self._thread = threading.Thread(target=self._run, name=type(self).__name__, daemon=True)

    @property
    def port(self) -> int:
        return self._port

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL; ends with ``/v1``."""
        where = "http://127.0.0.1" if self._tls is None else "https://localhost"
        return f"{where}:{self._port}/v1"

    def start(self) -> Self:
        """Return when it listens; raises OSError when it cannot."""
        self._thread.start()
        self._listening.result(PATIENCE)
        return self

    def stop(self) -> None:
        """Drop every connection and end the thread."""
        self._listening.result(PATIENCE).call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE)
        if self._thread.is_alive():
            raise TimeoutError(f"{self._thread.name} still runs after {PATIENCE} s")

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
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        server = await self._open()
        try:
            listener = await loop.create_server(server, "127.0.0.1", self._port, ssl=self._tls)
        except OSError as error:
            await self._close(server)
            self._listening.set_exception(error)
            return
        self._port = listener.sockets[0].getsockname()[1]
        self._listening.set_result(loop)
        await self._stop.wait()
        listener.close()
        await self._close(server)
