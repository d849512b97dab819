"""The provider's connections and requests, for readers and waiters in any thread."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

from tests.support.provider.request import ConnectionRecord, RequestRecord


class ProviderLog:
    """Connections and requests in the order they came."""

    def __init__(self) -> None:
        self.connections: list[ConnectionRecord] = []
        self.requests: list[RequestRecord] = []
        self._ids = count(1)
        self._changed = threading.Condition()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Change a record and notify the threads that wait for a change."""
        with self._changed:
            yield
            self._changed.notify_all()

    def connection_opened(self) -> ConnectionRecord:
        with self.changing():
            record = ConnectionRecord(next(self._ids), time.monotonic_ns())
            self.connections.append(record)
            return record

    def connection_closed(self, connection: ConnectionRecord) -> None:
        """Note the time, also on the request that was still being answered."""
        with self.changing():
            connection.closed_at = time.monotonic_ns()
            for request in self.requests:
                if request.connection_id == connection.id and request.finished_at is None:
                    request.client_closed_at = connection.closed_at

    def request_arrived(self, request: RequestRecord) -> None:
        with self.changing():
            self.requests.append(request)

    def deltas_sent(self, request: RequestRecord, how_many: int) -> None:
        with self.changing():
            request.delta_times.extend([time.monotonic_ns()] * how_many)

    def answer_finished(self, request: RequestRecord) -> None:
        with self.changing():
            request.finished_at = time.monotonic_ns()

    def wait_until(self, predicate: Callable[[], bool], timeout: float) -> None:
        """Block until the predicate holds; it is evaluated after every change."""
        with self._changed:
            if not self._changed.wait_for(predicate, timeout):
                raise TimeoutError(f"not within {timeout} s; requests so far: {self.requests!r}")
