"""The provider of a test: a server in a thread of the test's process."""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable

from tests.support.patience import PATIENCE
from tests.support.provider.http_server import NextStep, ProviderServer
from tests.support.provider.log import ProviderLog
from tests.support.provider.loopback import LoopbackServer
from tests.support.provider.request import ConnectionRecord, RequestRecord
from tests.support.provider.script import HttpError, Step

EXHAUSTED = HttpError(status=400, message="the script is exhausted", type="invalid_request_error")


class Script:
    """Steps in order, or chosen by a function of the request; thread-safe to append to."""

    def __init__(self, *steps: Step, route: NextStep | None = None, repeat: bool = False) -> None:
        self._steps = deque(steps)
        self._route = route
        self._repeat = repeat

    def append(self, *steps: Step) -> None:
        self._steps.extend(steps)

    def forget(self) -> None:
        self._steps.clear()

    def next_step(self, record: RequestRecord) -> Step:
        """The next queued step; without one, the result of the route."""
        if self._steps:
            step = self._steps.popleft()
            if self._repeat:
                self._steps.append(step)
            return step
        return self._route(record) if self._route is not None else EXHAUSTED


class Provider(LoopbackServer):
    """A scripted provider on loopback: ``with Provider(Answer("hi")) as provider: …``.

    Queued steps go first, then ``route`` decides; ``repeat`` starts the queue again when it
    ends; ``strict`` answers 400 to a conversation that breaks the API's rules.
    """

    def __init__(
        self,
        *steps: Step,
        route: NextStep | None = None,
        repeat: bool = False,
        strict: bool = False,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(port, tls)
        self._script = Script(*steps, route=route, repeat=repeat)
        self._strict = strict
        self._log = ProviderLog()

    @property
    def requests(self) -> list[RequestRecord]:
        """Every request so far except those for the log itself."""
        return self._log.requests

    @property
    def connections(self) -> list[ConnectionRecord]:
        return self._log.connections

    @property
    def problems(self) -> list[str]:
        """The rules of the API that requests have broken so far."""
        return [problem for request in self.requests for problem in request.problems]

    def append(self, *steps: Step) -> None:
        """Queue more steps."""
        self._script.append(*steps)

    def forget(self) -> None:
        """Drop the steps that no request has used."""
        self._script.forget()

    def wait_until(self, predicate: Callable[[], bool], timeout: float = PATIENCE) -> None:
        """Block until the predicate about this provider's records holds, else TimeoutError."""
        self._log.wait_until(predicate, timeout)

    async def until(self, predicate: Callable[[], bool], timeout: float = PATIENCE) -> None:  # noqa: ASYNC109 (waits in a thread)
        """``wait_until`` for a coroutine."""
        await asyncio.to_thread(self.wait_until, predicate, timeout)

    async def _open(self) -> ProviderServer:
        return ProviderServer(self._script.next_step, self._log, strict=self._strict)


Provide = Callable[..., Provider]
"""The fixture ``provide``: takes what `Provider` takes, returns it started."""
