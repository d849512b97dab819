"""The bars of the sparklines: what arrived in each half-second, by stream."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import replace

from tui.core.metrics.attempt import BUCKET, ENOUGH_TIME, Attempt, Bucket
from tui.core.metrics.figure import SECOND

MAX_BARS = 240
BAR_BUCKETS = 5
"""Buckets (tenths of a second) per bar."""

BAR = BAR_BUCKETS * BUCKET
"""Nanoseconds per bar."""


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """What one attempt has in a bar, from ``start`` to ``end`` (ns of the worker's clock)."""

    stream: str
    """The attempt's key."""
    deltas: float
    """A delta counts in both bars that the gap before it touches; the first of a stream in none,
    because no time is known for it."""
    start: int
    end: int
    per_delta: float | None = None
    """Tokens per delta that give the shares of an attempt its tok/s; None until it is counted."""


class PaceBar(msgspec.Struct, frozen=True):
    """The deltas of a half-second; ``index`` is that half-second on the worker's clock."""

    index: int
    shares: tuple[Share, ...]
    gap: int
    """The longest gap before one of them, in ns."""

    def rate(self, per_delta: Mapping[str, float]) -> float:
        """tok/s over the time that streams cover, estimated from the deltas; at least each one's.

        A slower stream before or after another one does not make that one slower.
        ``per_delta``: tokens per delta of the attempts that are not counted yet, by their keys.
        """
        tokens, covered, until, fastest = 0.0, 0, 0, 0.0
        shares = self.shares
        for share in shares if len(shares) < 2 else sorted(shares, key=_started):
            each = share.per_delta
            own = share.deltas * (per_delta.get(share.stream, 1.0) if each is None else each)
            start, end = share.start, share.end
            tokens += own
            fastest = max(fastest, own / max(ENOUGH_TIME, end - start))
            if end > until:
                covered += end - max(until, start)
                until = end
        return max(fastest, tokens / max(ENOUGH_TIME, covered)) * SECOND


def with_bars(
    bars: tuple[PaceBar, ...], added: Sequence[Bucket], grown: Attempt, *, begins: bool
) -> tuple[PaceBar, ...]:
    """The bars with these buckets of an attempt, in order of time, at most `MAX_BARS`.

    ``begins``: the first of the buckets has the first delta of the attempt.
    """
    if not added:
        return bars
    stream, last = grown.key, grown.last or 0
    sums: dict[int, list[float]] = {}
    first = begins
    ends = [bucket.at - bucket.before for bucket in added[1:]]
    for bucket, end in zip(added, (*ends, last), strict=True):
        index, at, deltas = bucket.index // BAR_BUCKETS, bucket.at, bucket.deltas
        edge, start = index * BAR, at - min(bucket.before, BAR)
        early = 0.0
        if first:
            first, early, start = False, 1.0, at
        elif start < edge:
            early = (edge - start) / (at - start)
            _add(sums, index - 1, (early, start, edge, 0))
            start = edge
        _add(sums, index, (deltas - early, start, max(end, at), bucket.gap))
    changed = {
        index: PaceBar(
            index,
            (Share(stream=stream, deltas=deltas, start=int(start), end=int(end)),),
            int(gap),
        )
        for index, (deltas, start, end, gap) in sums.items()
    }
    return _merged(bars, changed)


def with_stall(bars: tuple[PaceBar, ...], attempt: Attempt) -> tuple[PaceBar, ...]:
    """The bars with the gap that was open when an attempt ended, if it was a stall."""
    if not attempt.silence or attempt.ended is None:
        return bars
    index = attempt.ended // BAR
    return _merged(bars, {index: PaceBar(index, (), attempt.silence)})


def _merged(bars: tuple[PaceBar, ...], changed: dict[int, PaceBar]) -> tuple[PaceBar, ...]:
    """The bars with others added, in order of time, at most `MAX_BARS`."""
    oldest = min(changed)
    keep = len(bars)
    while keep and bars[keep - 1].index >= oldest:
        keep -= 1
    for bar in bars[keep:]:
        new = changed.get(bar.index)
        changed[bar.index] = (
            bar
            if new is None
            else PaceBar(bar.index, _joined((*bar.shares, *new.shares)), max(bar.gap, new.gap))
        )
    return (*bars[:keep], *(changed[index] for index in sorted(changed)))[-MAX_BARS:]


def with_tokens(bars: tuple[PaceBar, ...], attempt: Attempt) -> tuple[PaceBar, ...]:
    """The bars once an attempt is counted: together, its shares have exactly its tok/s.

    Without a rate of the attempt there is none of a part of it.
    """
    places = [
        (number, share)
        for number, bar in enumerate(bars)
        for share in bar.shares
        if share.stream == attempt.key
    ]
    if not places:
        return bars
    changed = list(bars)
    for number, share in places:
        others = tuple(one for one in bars[number].shares if one is not share)
        changed[number] = replace(bars[number], shares=others)
    rate = attempt.rate
    if not rate.known or attempt.first is None or attempt.last is None:
        return tuple(changed)
    tokens = rate.value * (attempt.last - attempt.first) / SECOND
    per_delta = tokens / (attempt.deltas - 1)
    for number, share in _without_short_ends(places):
        shares = (*changed[number].shares, replace(share, per_delta=per_delta))
        changed[number] = replace(changed[number], shares=shares)
    return tuple(changed)


def _without_short_ends(places: Sequence[tuple[int, Share]]) -> list[tuple[int, Share]]:
    """A few ms of a stream say nothing about its rate: they go to the half-second beside them."""
    kept = list(places)
    if len(kept) > 1 and _length(kept[0][1]) < BUCKET:
        (_, short), (number, share) = kept[0], kept[1]
        joined = replace(
            share, deltas=share.deltas + short.deltas, start=share.start - _length(short)
        )
        kept[:2] = [(number, joined)]
    if len(kept) > 1 and _length(kept[-1][1]) < BUCKET:
        (number, share), (_, short) = kept[-2], kept[-1]
        joined = replace(share, deltas=share.deltas + short.deltas, end=share.end + _length(short))
        kept[-2:] = [(number, joined)]
    return kept


def _length(share: Share) -> int:
    return share.end - share.start


def _started(share: Share) -> int:
    return share.start


def _add(sums: dict[int, list[float]], index: int, part: tuple[float, int, int, int]) -> None:
    """Add deltas, their start and end, and a gap to the sums of a bar."""
    old = sums.get(index)
    if old is None:
        sums[index] = list(part)
        return
    deltas, start, end, gap = part
    old[0] += deltas
    old[1], old[2], old[3] = min(old[1], start), max(old[2], end), max(old[3], gap)


def _joined(shares: Sequence[Share]) -> tuple[Share, ...]:
    """One share per stream."""
    joined: dict[str, Share] = {}
    for share in shares:
        old = joined.get(share.stream)
        joined[share.stream] = (
            share
            if old is None
            else replace(
                old,
                deltas=old.deltas + share.deltas,
                start=min(old.start, share.start),
                end=max(old.end, share.end),
            )
        )
    return tuple(joined.values())
