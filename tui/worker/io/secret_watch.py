"""Reports keys that only this process knows, so that the dashboard can mask them.

The dashboard knows the keys in its own environment. The worker may run with another one, the
user's module may load a file of variables, and a client may get its key in code.
"""

from collections.abc import Iterable, Mapping

from tui.core.sanitize.secrets import secret_headers, secret_values
from tui.protocol.events import SecretsLearned
from tui.worker.io.event_writer import EventWriter


class SecretWatch:
    """Reports each value once."""

    def __init__(self, writer: EventWriter) -> None:
        self._writer = writer
        self._reported: set[str] = set()

    def look_at_environment(self, environment: Mapping[str, str]) -> None:
        self._report(secret_values(environment))

    def look_at_headers(self, headers: Mapping[str, str]) -> None:
        """Of a request that is about to be sent."""
        self._report(secret_headers(headers))

    def _report(self, values: Iterable[str]) -> None:
        new = tuple(value for value in values if value not in self._reported)
        if new:
            self._reported.update(new)
            self._writer.emit(SecretsLearned(at=self._writer.now(), values=new))
