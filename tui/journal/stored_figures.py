"""Figures over stored sessions, for ``streamtui stats`` and the comparison with the last days."""

from collections.abc import Callable, Iterator

import msgspec

from tui.core.config.settings import Config
from tui.core.metrics import Sums, Thresholds
from tui.journal import JournalStore, LoadedSession
from tui.protocol.events import Event


class StoredSums(msgspec.Struct, frozen=True):
    """``skipped``: how many events could not be read."""

    sums: Sums
    sessions: int
    skipped: int


def sum_sessions(
    store: JournalStore,
    thresholds: Thresholds,
    *,
    since: float = 0.0,
    exclude: str = "",
    pause: Callable[[], object] = lambda: None,
) -> StoredSums:
    """Sum the turns that began at ``since`` (Unix seconds) or later.

    ``exclude`` is the id of a session to leave out; ``pause`` is called after each stored row.
    Raise `JournalError`.
    """
    sums = Sums(thresholds, since)
    infos = [info for info in store.sessions() if info.changed >= since and info.id != exclude]
    skipped = 0
    for info in infos:
        loaded = store.load(info.id)
        sums.add(info.created, _with_pauses(loaded, pause))
        skipped += loaded.skipped
    return StoredSums(sums, len(infos), skipped)


def limits_of(config: Config) -> Thresholds:
    """The thresholds of the metrics; a stall must show well before the idle time-out."""
    limits = config.thresholds
    return Thresholds(
        ttft=limits.ttft,
        rate=limits.tokens_per_second,
        errors=limits.error_rate,
        stall=min(limits.stall, config.timeouts.idle / 4),
    )


def _with_pauses(loaded: LoadedSession, pause: Callable[[], object]) -> Iterator[list[Event]]:
    for batch in loaded:
        yield batch
        pause()
