"""Finds the recorded call whose request is the same as one that arrives."""

from collections import defaultdict
from collections.abc import Sequence

import msgspec

from tui.recorded_provider.asked_request import AskedRequest, WireApi, without_continuation
from tui.recorded_provider.differences import difference, likeness
from tui.recorded_provider.recorded_calls import RecordedCall

OLD = (
    "it was recorded before streamtui kept the requests of models: record it again, with this "
    "version"
)


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
        self._calls = [call for call in calls if call.asked]
        self._can_answer = [
            call
            for call in self._calls
            if call.answer is not None or (with_failed and call.failures)
        ]
        self._nearest = nearest
        self._same: dict[tuple[WireApi, bool], dict[str, list[RecordedCall]]] = {}
        self._turns: dict[str, int] = defaultdict(int)

    def find(self, asked: AskedRequest, api: WireApi) -> Found:
        """Raise `NoAnswerError`."""
        if (call := self._equal(asked, api)) is not None:
            return Found(call)
        continued = without_continuation(asked)
        if continued is not None and (call := self._equal(continued[0], api, again=True)):
            return Found(call, said=continued[1])
        near = max(self._can_answer, key=lambda one: likeness(one.asked[api], asked), default=None)
        if near is not None and self._nearest:
            return Found(near, near=difference(near.asked[api], asked))
        raise NoAnswerError(self._why(asked, api, near))

    def _why(self, asked: AskedRequest, api: WireApi, near: RecordedCall | None) -> str:
        failed = next((one for one in self._calls if one.asked[api].key() == asked.key()), None)
        if failed is not None and failed.failures:
            problem = failed.failures[-1].problem.message
            return f"it failed when it was recorded ({problem}); --with-errors plays the failure"
        if failed is not None:
            return "its answer was cut off when it was recorded"
        if near is None:
            return "it has no answer of a model at all" if self._calls else OLD
        return difference(near.asked[api], asked)

    def _equal(
        self, asked: AskedRequest, api: WireApi, *, again: bool = False
    ) -> RecordedCall | None:
        """``again``: the call whose turn it was before, which is answered further."""
        for alike in (False, True):
            key = asked.key(alike=alike)
            if calls := self._index(api, alike=alike).get(key):
                turn = self._turns[key]
                self._turns[key] = turn + (not again)
                return calls[(turn - again) % len(calls)]
        return None

    def _index(self, api: WireApi, *, alike: bool) -> dict[str, list[RecordedCall]]:
        if (api, alike) not in self._same:
            index: dict[str, list[RecordedCall]] = defaultdict(list)
            for call in self._can_answer:
                index[call.asked[api].key(alike=alike)].append(call)
            self._same[api, alike] = index
        return self._same[api, alike]
