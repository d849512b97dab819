"""Starts the service, and ends it in order."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import uvicorn

from tui.core.metrics import Thresholds
from tui.core.sanitize.secrets import Masker
from tui.journal import Journal, JournalState, Place
from tui.web.guards.host_check import HostCheck
from tui.web.guards.rate_limit import Rate
from tui.web.http_protocol import PatientProtocol
from tui.web.routes.application import application
from tui.web.routes.dashboard_routes import DashboardRoutes
from tui.web.routes.web_service import WebService
from tui.web.service_log import log_to_stderr
from tui.web.sessions.session_store import SessionStore
from tui.web.sessions.session_terms import ApprovalRule, SessionTerms
from tui.web.visits.visits import Visits
from tui.web.workers.worker_pool import WorkerPool

_log = logging.getLogger(__name__)

OK = 0
INTERRUPTED = 130
TERMINATED = 143
BUG = 70

LARGEST_MESSAGE = 1_000_000
"""Bytes that a browser sends at once: what a person pastes."""

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
    connections: int = 4_000
    """How many may be open at once."""
    dashboard_command: tuple[str, ...] = ()
    """Runs the dashboard for a browser; empty: it is not shown there."""
    """Without the agent."""
    visitors: int = 4
    """How many dashboards may be open in browsers."""
    visitor_grace: float = 60.0
    """Seconds that a dashboard stays after its browser went away."""
    quiet: bool = False
    """Log only what went wrong."""

    def dashboard_of(self, session: str) -> list[str]:
        """Starts a dashboard with this stored session; "": with a new one."""
        resumed = ("--session", session) if session else ()
        return [*self.dashboard_command, *resumed, *(("--", self.agent) if self.agent else ())]


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
        self._asked = asyncio.Event()

    async def run(self, listening: socket.socket) -> int:
        options = self._options
        place = Place(folder=str(Path.cwd()), reference=options.agent)
        journal = Journal.open(options.journal, _report, place=place)
        masker = Masker((*options.secrets, *filter(None, (options.token,))))
        log_to_stderr(masker.mask, quiet=options.quiet)
        workers = WorkerPool(options.worker_command, options.workers, learn=masker.learn)
        terms = SessionTerms(
            masker=masker,
            thresholds=options.thresholds,
            journal=journal,
            place=place,
            workers=workers,
            approvals=options.approvals,
        )
        sessions = SessionStore(terms, most=options.sessions, idle=options.idle)
        visits = Visits(options.dashboard_of, most=options.visitors, grace=options.visitor_grace)
        dashboard = DashboardRoutes(visits) if options.dashboard_command else None
        server = self._server(WebService(sessions, workers, options.thresholds), dashboard)
        _collect_less_garbage()
        loop = asyncio.get_running_loop()
        for number, code in _CODES.items():
            loop.add_signal_handler(number, self._end, code)
        workers.start()
        tidying = asyncio.create_task(sessions.keep_small())
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        self._say(self._address(listening))
        await self._until_end(serving, workers)
        await asyncio.gather(self._end_runs(sessions), visits.close())
        server.should_exit = True
        await serving
        tidying.cancel()
        await workers.close()
        if not await asyncio.to_thread(journal.close, CLOSE_GRACE):
            _log.error("the last events could not be written to the journal")
        return self._code

    def _server(self, service: WebService, dashboard: DashboardRoutes | None) -> uvicorn.Server:
        options = self._options
        app = application(
            service,
            hosts=HostCheck(
                options.host, hosts=options.allowed_hosts, origins=options.allowed_origins
            ),
            token=options.token,
            rate=options.rate,
            dashboard=dashboard,
        )
        return _Server(
            uvicorn.Config(
                app,
                http=PatientProtocol,
                ws="none" if dashboard is None else "websockets-sansio",
                ws_max_size=LARGEST_MESSAGE,
                lifespan="off",
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=False,
                limit_concurrency=options.connections,
                timeout_graceful_shutdown=CLOSE_GRACE,
            )
        )

    async def _until_end(self, serving: asyncio.Task[None], workers: WorkerPool) -> None:
        """Wait for a signal, or for a bug."""
        waiting = [
            asyncio.create_task(self._asked.wait()),
            asyncio.create_task(workers.failed.wait()),
        ]
        await asyncio.wait({serving, *waiting}, return_when=asyncio.FIRST_COMPLETED)
        if not self._asked.is_set():
            self._code = BUG
        for one in waiting:
            one.cancel()

    def _end(self, code: int) -> None:
        if self._asked.is_set():
            # Asked for twice: nothing is worth waiting for.
            os._exit(code)
        self._code = code
        self._asked.set()

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
        path = "dashboard" if self._options.dashboard_command else ""
        return f"http://{name}:{port}/{path}" + (f"#token={token}" if token else "")


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """`_Serving` handles them: runs must end before connections do."""
        yield


def _collect_less_garbage() -> None:
    """A collection holds up every stream, and nearly all that it would look at stays."""
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


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


def _report(state: JournalState) -> None:
    """In the journal's thread."""
    if not state.saved:
        _log.error("%s", state.message)
