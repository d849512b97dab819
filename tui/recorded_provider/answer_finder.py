"""Finds the recorded call whose request is the same as one that arrives."""

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from tui.recorded_provider.asked_request import AskedRequest, WireApi, without_continuation
from tui.recorded_provider.differences import difference, likeness
from tui.recorded_provider.item_pieces import INSTRUCTIONS, given_among, pieces_of
from tui.recorded_provider.recorded_calls import RecordedCall

OLD = (
    "it was recorded before streamtui kept the requests of models: record it again, with this "
    "version"
)


_LOOKED_AT = 20_000
"""Pieces of recorded requests, for the one most like another: those of the same length first."""


class Found(msgspec.Struct, frozen=True):
    """``said``: the text so far, if the request continues an answer that was cut off."""

    call: RecordedCall
    said: str = ""
    near: str = ""
    """It is not the same request: how it differs."""


class NoAnswerError(Exception):
    """The message says how the request differs from the one that is most like it."""


class AnswerFinder:
    """Equal requests get the recorded answers in turn, again and again."""

    def __init__(self, calls: Sequence[RecordedCall], *, with_failed: bool, nearest: bool) -> None:
        """``with_failed``: also calls that never ended well; ``nearest``: never miss."""
        self._calls = [call for call in calls if call.request is not None]
        self._with_failed = with_failed
        self._nearest = nearest
        self._by_given: dict[int, list[RecordedCall]] = defaultdict(list)
        """Only requests with as many items that are not the model's can be the same."""
        for call in self._calls:
            if call.request is not None:
                self._by_given[call.request.given].append(call)
        self._same: dict[tuple[WireApi, bool, int], dict[str, list[RecordedCall]]] = {}
        self._turns: dict[str, int] = defaultdict(int)

    def find(self, asked: AskedRequest, api: WireApi) -> Found:
        """Raise `NoAnswerError`."""
        if (call := self._equal(asked, api)) is not None:
            return Found(call)
        continued = without_continuation(asked)
        if continued is not None and (call := self._equal(continued[0], api, again=True)):
            return Found(call, said=continued[1])
        near = self._most_like(asked, api)
        if near is not None and self._nearest:
            return Found(near[0], near=_difference(*near, asked, api))
        raise NoAnswerError(self._why(asked, api, near))

    def _can_answer(self, call: RecordedCall) -> bool:
        return call.answer is not None or (self._with_failed and bool(call.failures))

    def _most_like(
        self, asked: AskedRequest, api: WireApi
    ) -> tuple[RecordedCall, AskedRequest] | None:
        wanted = given_among(asked.pieces)
        near = sorted(self._by_given, key=lambda given: abs(given - wanted))
        pairs: list[tuple[RecordedCall, AskedRequest]] = []
        left = _LOOKED_AT
        for call in (call for given in near for call in self._by_given[given]):
            if call.request is not None and self._can_answer(call) and left > 0:
                pairs.append((call, call.request.asked(api)))
                left -= len(pairs[-1][1].pieces)
        return max(pairs, key=lambda pair: likeness(pair[1], asked), default=None)

    def _why(
        self, asked: AskedRequest, api: WireApi, near: tuple[RecordedCall, AskedRequest] | None
    ) -> str:
        key = asked.key()
        equal = (
            call
            for call in self._by_given.get(given_among(asked.pieces), ())
            if call.request is not None and call.request.asked(api).key() == key
        )
        failed = next(equal, None)
        if failed is not None and failed.failures:
            problem = failed.failures[-1].problem.message
            return f"it failed when it was recorded ({problem}); --with-errors plays the failure"
        if failed is not None:
            return "its answer was cut off when it was recorded"
        if near is None:
            return "it has no answer of a model at all" if self._calls else OLD
        return _difference(*near, asked, api)

    def _equal(
        self, asked: AskedRequest, api: WireApi, *, again: bool = False
    ) -> RecordedCall | None:
        """``again``: the call whose turn it was before, which is answered further."""
        given = given_among(asked.pieces)
        for alike in (False, True):
            key = asked.key(alike=alike)
            if calls := self._index(api, given, alike=alike).get(key):
                turn = self._turns[key]
                self._turns[key] = turn + (not again)
                return calls[(turn - again) % len(calls)]
        return None

    def _index(self, api: WireApi, given: int, *, alike: bool) -> dict[str, list[RecordedCall]]:
        place = api, alike, given
        if place not in self._same:
            index: dict[str, list[RecordedCall]] = defaultdict(list)
            for call in self._by_given.get(given, ()):
                if call.request is not None and self._can_answer(call):
                    index[call.request.asked(api).key(alike=alike)].append(call)
            self._same[place] = index
        return self._same[place]


def _difference(
    near: RecordedCall, recorded: AskedRequest, asked: AskedRequest, api: WireApi
) -> str:
    """In words; what comes after the recorded request is compared with its answer first."""
    if near.after and len(asked.pieces) > len(recorded.pieces):
        conversation = pieces_of(near.after, texts_only=api == "chat")
        start = recorded.pieces[:1] if recorded.pieces[0].kind == INSTRUCTIONS else ()
        recorded = msgspec.structs.replace(recorded, pieces=(*start, *conversation))
    return difference(recorded, asked)
