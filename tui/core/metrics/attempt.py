"""One attempt of one model call: its state, and the formulas of docs/metrics.md."""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from tui.core.metrics.figure import SECOND, UNAVAILABLE, Figure, between, estimated, measured
from tui.core.metrics.series import Series
from tui.core.metrics.tokens import Usage, estimate
from tui.protocol.events import ConnectionPhases, Delta, Kind, ReasoningDelta, TextDelta

WINDOW = 5 * SECOND
"""The live rate covers this time."""

BUCKET = SECOND // 10
_KEPT = WINDOW // BUCKET + 1

ENOUGH_DELTAS = 8
"""With fewer, the size or delay of a single delta decides the rate: a tool call of three tokens in
one packet is not 3,000 tok/s, and one with a pause in it is not 4."""

ENOUGH_TIME = SECOND // 20
"""From the first delta to the last: an answer that comes faster was buffered and sent at once."""

SHORTEST_STALL = SECOND
"""At the end of an attempt: any shorter, and it is one more gap of the stream."""

_SHORTEST = SECOND // 4
"""A live rate over less than this is only noise."""


Recovery = Literal["continued", "restarted"]
"""After a cut, the next attempt continues the answer or starts it over."""


class Bucket(msgspec.Struct, frozen=True):
    """The deltas of a tenth of a second; ``index`` is that tenth on the worker's clock."""

    index: int
    deltas: int
    size: int
    """UTF-8 bytes."""
    gap: int
    """The longest gap before one of them, in ns."""
    at: int = 0
    """When the first of them arrived."""
    before: int = 0
    """The gap before that one, in ns."""


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """Instants are ns of the worker's clock, None until they happen."""

    call: str
    number: int
    run: str
    agent: str = ""
    model: str = ""
    parent: str = ""
    scripted: bool = False
    inferred: bool = False
    """When it started is inferred: times from there are estimates."""
    recovers: Recovery | None = None
    """What it does about the answer that the previous attempt left cut off."""
    started: int
    began: int | None = None
    """When its request was sent; None if the HTTP client does not report it."""
    connected: int | None = None
    cached: bool = False
    """The cache answered it: its times say nothing of the model, so none is a figure."""
    hidden: bool = False
    """Its client hides when that was; the first event has come."""
    phases: ConnectionPhases | None = None
    first: int | None = None
    """First non-empty delta of any kind."""
    first_text: int | None = None
    last: int | None = None
    ended: int | None = None
    lost: bool = False
    """Nobody saw it end: it lasted until ``ended`` or longer."""
    deltas: int = 0
    """Non-empty ones."""
    size: int = 0
    """Their UTF-8 bytes."""
    characters: int = 0
    """Of visible text."""
    packed: float | None = None
    """Tokens per delta in earlier answers of its model; None before the first."""
    reasoned: bool = False
    """Reasoning was streamed, not only counted."""
    gaps: Series = Series()
    """ns between consecutive non-empty deltas."""
    silence: int = 0
    """ns since the last delta, without another one, if it is a stall (`with_silence`)."""
    recent: tuple[Bucket, ...] = ()
    usage: Usage = Usage()
    raw_events: int | None = None
    outcome: Literal["open", "ok", "error", "cancelled"] = "open"
    kind: Kind | None = None

    @property
    def key(self) -> str:
        """Tells it from the other attempts of the session."""
        return f"{self.call}/{self.number}"

    @property
    def cut(self) -> bool:
        """It failed after its first delta."""
        return self.outcome == "error" and self.deltas > 0

    @property
    def sent_at(self) -> int:
        """When its request was sent, as far as known; its times count from here."""
        return self.started if self.began is None else self.began

    @property
    def ttft(self) -> Figure:
        return self._since_sent(self.first)

    @property
    def ttfo(self) -> Figure:
        return self._since_sent(self.first_text)

    @property
    def prepared(self) -> Figure:
        """Seconds until the request was built."""
        return between(self.started, self.began)

    @property
    def estimated_output(self) -> float:
        """Output tokens, estimated from deltas."""
        return estimate(self.deltas, self.size, self.packed)

    @property
    def streamed(self) -> float | None:
        """The provider's count without hidden reasoning; None until it reports one."""
        output = self.usage.own.output
        if output is None:
            return None
        return output - (0 if self.reasoned else self.usage.reasoning or 0)

    @property
    def per_delta(self) -> float | None:
        """Its own tokens per delta if they are measured, else those of earlier answers.

        An answer in few deltas says nothing about the next one's.
        """
        streamed = self.streamed
        if streamed is None or streamed <= 0 or self.deltas < ENOUGH_DELTAS:
            return self.packed
        return streamed / self.deltas

    @property
    def live_tokens(self) -> float:
        """Output tokens, estimated as live rates are."""
        return estimate(self.deltas, self.size, self.per_delta)

    @property
    def output(self) -> Figure:
        """Output tokens: the provider's count, or an estimate, or unavailable; never 0."""
        if self.usage.own.output is not None:
            return measured(self.usage.output)
        return estimated(self.estimated_output) if self.deltas else UNAVAILABLE

    @property
    def tpot(self) -> Figure:
        """Seconds per output token after the first, hidden reasoning not counted."""
        few = self.deltas < ENOUGH_DELTAS
        if few or self.cached or self.first is None or self.last is None:
            return UNAVAILABLE
        if self.last - self.first < ENOUGH_TIME:
            return UNAVAILABLE
        streamed, quality = self.streamed, self.output.quality
        n = self.output.value if streamed is None else streamed
        if n <= 1:
            return UNAVAILABLE
        return Figure((self.last - self.first) / SECOND / (n - 1), quality)

    @property
    def rate(self) -> Figure:
        """Decode tok/s."""
        tpot = self.tpot
        return Figure(1 / tpot.value, tpot.quality) if tpot.value > 0 else UNAVAILABLE

    @property
    def duration(self) -> Figure:
        return UNAVAILABLE if self.lost else self._since_sent(self.ended)

    @property
    def end_to_end_rate(self) -> Figure:
        """Output tokens per second over the whole attempt, including the wait."""
        duration = self.duration
        if not duration.value or not self.output.known:
            return UNAVAILABLE
        return Figure(self.output.value / duration.value, self.output.quality)

    def events_rate(self, now: int) -> Figure:
        """Raw events per second; estimated from the deltas while the attempt runs."""
        duration = between(self.sent_at, now if self.ended is None else self.ended).value
        if duration <= 0 or self.lost or self.cached:
            return UNAVAILABLE
        if self.raw_events is not None:
            rate = self.raw_events / duration
            return estimated(rate) if self.inferred else measured(rate)
        return estimated(self.deltas / duration) if self.deltas else UNAVAILABLE

    def _since_sent(self, at: int | None) -> Figure:
        if self.cached:
            return UNAVAILABLE
        took = between(self.sent_at, at)
        return estimated(took.value) if self.inferred and took.known else took

    def live_rate(self, now: int) -> float:
        """tok/s over the last 5 s before ``now``, or since the first delta if that is shorter."""
        if self.first is None or self.cached:
            return 0.0
        start = max(self.first, now - WINDOW)
        oldest = start // BUCKET
        deltas = sum(bucket.deltas for bucket in self.recent if bucket.index >= oldest)
        size = sum(bucket.size for bucket in self.recent if bucket.index >= oldest)
        return estimate(deltas, size, self.per_delta) * SECOND / max(now - start, _SHORTEST)


def with_silence(attempt: Attempt, now: int, limit: float) -> Attempt:
    """The attempt with the gap that is open at ``now``, or at its end, if that is a stall.

    ``limit``: seconds after which a stream counts as stalled. An attempt that has ended without
    completing gets no further delta, so any longest gap of `SHORTEST_STALL` is one too.
    """
    if attempt.last is None or attempt.outcome == "ok" or attempt.cached or attempt.lost:
        return attempt
    silence, least = now - attempt.last, limit * SECOND
    if attempt.outcome != "open":
        least = min(least, max(attempt.gaps.max, SHORTEST_STALL))
    return msgspec.structs.replace(attempt, silence=silence) if silence > least else attempt


def with_deltas(attempt: Attempt, deltas: Sequence[Delta]) -> tuple[Attempt, tuple[Bucket, ...]]:
    """The attempt with these deltas added, and their buckets.

    The hot loop: it handles 15,000 deltas a second.
    """
    first, last, first_text = attempt.first, attempt.last, attempt.first_text
    count, size, characters, reasoned = 0, 0, 0, attempt.reasoned
    gaps: list[int] = []
    buckets: dict[int, list[int]] = {}
    for delta in deltas:
        text = delta.text
        if not text:
            continue
        at = delta.at
        length = len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
        if last is None:
            first, gap = at, 0
        else:
            gap = at - last if at > last else 0
            gaps.append(gap)
        last = at
        count += 1
        size += length
        kind = type(delta)
        if kind is TextDelta:
            characters += len(text)
            if first_text is None:
                first_text = at
        elif kind is ReasoningDelta:
            reasoned = True
        bucket = buckets.get(at // BUCKET)
        if bucket is None:
            buckets[at // BUCKET] = [1, length, gap, at, gap]
        else:
            bucket[0] += 1
            bucket[1] += length
            if gap > bucket[2]:  # noqa: PLR1730  # calling `max` would cost more than this line
                bucket[2] = gap
    added = tuple(Bucket(index, *counts) for index, counts in buckets.items())
    if not count:
        return attempt, added
    grown = msgspec.structs.replace(
        attempt,
        first=first,
        last=last,
        first_text=first_text,
        deltas=attempt.deltas + count,
        size=attempt.size + size,
        characters=attempt.characters + characters,
        reasoned=reasoned,
        gaps=attempt.gaps.add(gaps),
        recent=joined(attempt.recent, added)[-_KEPT:],
    )
    return grown, added


def joined(buckets: Iterable[Bucket], added: Iterable[Bucket]) -> tuple[Bucket, ...]:
    """Both, merged to one bucket per index, in order of time."""
    merged = {bucket.index: bucket for bucket in buckets}
    for bucket in added:
        old = merged.get(bucket.index)
        merged[bucket.index] = (
            bucket
            if old is None
            else Bucket(
                old.index,
                old.deltas + bucket.deltas,
                old.size + bucket.size,
                max(old.gap, bucket.gap),
                old.at,
                old.before,
            )
        )
    return tuple(sorted(merged.values(), key=lambda bucket: bucket.index))
