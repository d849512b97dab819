"""Starts the service, and ends it in order."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import uvicorn

from tui.core.metrics import Thresholds
from tui.core.sanitize.secrets import Masker
from tui.journal import Journal, Place
from tui.web.guards.host_check import HostCheck
from tui.web.guards.rate_limit import Rate
from tui.web.routes.application import application
from tui.web.routes.web_service import WebService
from tui.web.sessions.session_store import SessionStore
from tui.web.sessions.session_terms import ApprovalRule, SessionTerms
from tui.web.workers.worker_pool import WorkerPool

OK = 0
INTERRUPTED = 130
TERMINATED = 143

_CODES = {signal.SIGINT: INTERRUPTED, signal.SIGTERM: TERMINATED}

END_GRACE = 3.0
"""Seconds that runs have to end when the service does."""
CLOSE_GRACE = 3
"""Seconds that connections have after that."""


class ServeOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for on the command line."""

    worker_command: tuple[str, ...]
    journal: Path
    agent: str = ""
    host: str = "127.0.0.1"
    port: int = 8765
    """0: any that is free."""
    token: str | None = None
    """None: everyone may ask."""
    workers: int | None = None
    sessions: int = 1_000
    """How many may be in memory."""
    idle: float = 600.0
    """Seconds after which an idle session is unloaded."""
    approvals: ApprovalRule = ApprovalRule()
    rate: Rate = Rate()
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    thresholds: Thresholds = Thresholds()
    secrets: tuple[str, ...] = ()


def serve(options: ServeOptions, say: Callable[[str], object]) -> int:
    """Serve until a signal; returns the exit code. Raise `OSError` if the port is not free.

    ``say`` gets the address, once it can be asked.
    """
    listening = _listening(options.host, options.port)
    with contextlib.closing(listening):
        return asyncio.run(_Serving(options, say).run(listening))


class _Serving:
    def __init__(self, options: ServeOptions, say: Callable[[str], object]) -> None:
        self._options = options
        self._say = say
        self._code = OK

    async def run(self, listening: socket.socket) -> int:
        options = self._options
        place = Place(folder=str(Path.cwd()), reference=options.agent)
        journal = Journal.open(options.journal, place=place)
        workers = WorkerPool(options.worker_command, options.workers)
        masker = Masker((*options.secrets, *filter(None, (options.token,))))
        terms = SessionTerms(
            masker=masker,
            thresholds=options.thresholds,
            journal=journal,
            workers=workers,
            approvals=options.approvals,
        )
        sessions = SessionStore(terms, most=options.sessions, idle=options.idle)
        service = WebService(sessions, workers, options.thresholds)
        app = application(
            service,
            hosts=HostCheck(
                options.host, hosts=options.allowed_hosts, origins=options.allowed_origins
            ),
            token=options.token,
            rate=options.rate,
        )
        server = _Server(
            uvicorn.Config(
                app,
                access_log=False,
                log_config=None,
                server_header=False,
                date_header=False,
                lifespan="off",
                ws="none",
                timeout_graceful_shutdown=CLOSE_GRACE,
            )
        )
        asked = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number, code in _CODES.items():
            loop.add_signal_handler(number, self._end, code, asked)
        workers.start()
        tidying = asyncio.create_task(sessions.keep_small())
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        self._say(self._address(listening))
        ending = asyncio.create_task(asked.wait())
        await asyncio.wait({serving, ending}, return_when=asyncio.FIRST_COMPLETED)
        await self._end_runs(sessions)
        server.should_exit = True
        await serving
        tidying.cancel()
        ending.cancel()
        await workers.close()
        journal.close()
        return self._code

    def _end(self, code: int, asked: asyncio.Event) -> None:
        self._code = self._code or code
        asked.set()

    async def _end_runs(self, sessions: SessionStore) -> None:
        """Cancel what runs, and when that has ended, send the readers away."""
        sessions.closing = True
        running = [session for session in sessions.loaded if session.running]
        for session in running:
            session.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(END_GRACE):
                for session in running:
                    await session.idle()
        sessions.ended = True
        for session in sessions.loaded:
            session.log.wake()

    def _address(self, listening: socket.socket) -> str:
        host, port = listening.getsockname()[:2]
        name = f"[{host}]" if ":" in host else host
        token = self._options.token
        return f"http://{name}:{port}/" + (f"#token={token}" if token else "")


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """`_Serving` handles them: runs must end before connections do."""
        yield


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(2048)
    except OSError:
        listening.close()
        raise
    listening.setblocking(False)
    return listening
