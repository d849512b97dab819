"""What the journal's sessions add up to: for ``streamtui stats`` and for comparing with them."""

from collections.abc import Callable, Iterator

import msgspec

from tui.core.config.settings import Config
from tui.core.metrics import Sums, Thresholds
from tui.journal import JournalStore, LoadedSession
from tui.protocol.events import Event


class Past(msgspec.Struct, frozen=True):
    """``skipped`` counts events that could not be read."""

    sums: Sums
    sessions: int
    skipped: int


def past(
    store: JournalStore,
    thresholds: Thresholds,
    *,
    since: float = 0.0,
    but: str = "",
    rest: Callable[[], object] = lambda: None,
) -> Past:
    """Turns that began at ``since`` (Unix seconds) or later, in all sessions ``but`` one.

    It reads a row at a time, and calls ``rest`` after each. Raise `JournalError`.
    """
    sums = Sums(thresholds, since)
    infos = [info for info in store.sessions() if info.changed >= since and info.id != but]
    skipped = 0
    for info in infos:
        loaded = store.load(info.id)
        sums.add(info.created, _resting(loaded, rest))
        skipped += loaded.skipped
    return Past(sums, len(infos), skipped)


def limits_of(config: Config) -> Thresholds:
    """The thresholds as the metrics want them; a stall is told well before it is a time-out."""
    limits = config.thresholds
    return Thresholds(
        ttft=limits.ttft,
        rate=limits.tokens_per_second,
        errors=limits.error_rate,
        stall=min(limits.stall, config.timeouts.idle / 4),
    )


def _resting(loaded: LoadedSession, rest: Callable[[], object]) -> Iterator[list[Event]]:
    for batch in loaded:
        yield batch
        rest()
