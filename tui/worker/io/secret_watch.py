"""Keys that only this process may know: from its environment, and from the requests it sends.

The dashboard masks the keys of its own environment. A worker elsewhere has another one, the user's
module may have loaded a file of variables, and a client may have been given its key in code.
"""

from collections.abc import Iterable, Mapping

from tui.core.sanitize.secrets import secret_headers, secret_values
from tui.protocol.events import SecretsLearned
from tui.worker.io.event_writer import EventWriter


class SecretWatch:
    """Tells of each value once."""

    def __init__(self, writer: EventWriter) -> None:
        self._writer = writer
        self._told: set[str] = set()

    def look_at_environment(self, environment: Mapping[str, str]) -> None:
        self._tell(secret_values(environment))

    def look_at_headers(self, headers: Mapping[str, str]) -> None:
        """Of a request that is about to go out."""
        self._tell(secret_headers(headers))

    def _tell(self, values: Iterable[str]) -> None:
        new = tuple(value for value in values if value not in self._told)
        if new:
            self._told.update(new)
            self._writer.emit(SecretsLearned(at=self._writer.now(), values=new))
