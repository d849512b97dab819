"""Ids of calls that are unique over the session, whatever servers send."""

import secrets
from collections import Counter, defaultdict


class CallIds:
    """Some servers name every tool call ``call_0``; SDK and screen must tell them apart."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._model_calls = 0
        # A session may outlive its worker: the next one must not begin at c1 again.
        self._worker = secrets.token_hex(3)

    def next_model_call(self) -> str:
        self._model_calls += 1
        return f"c{self._model_calls}-{self._worker}"

    def reserve(self, call_id: str) -> None:
        """An id that an earlier worker has used."""
        self._seen.add(call_id)

    def claim(self, call_id: str) -> str:
        """The id itself when it is new, else one made from it."""
        base = call_id or "call"
        candidate, number = base, 1
        while candidate in self._seen:
            number += 1
            candidate = f"{base}~{number}"
        self._seen.add(candidate)
        return candidate


class AnswerIds:
    """The calls of one answer, which names each of them several times.

    When they begin, when they are done and when it is complete; where a server gives several
    calls one id, their order in each of these listings tells them apart.
    """

    def __init__(self, ids: CallIds) -> None:
        self._ids = ids
        self._claimed: defaultdict[tuple[str, str | None], list[str]] = defaultdict(list)
        self._listed: Counter[tuple[str, str, str | None]] = Counter()
        self._renamed: set[str] = set()

    def unique(self, call_id: str, item_id: str | None, listing: str) -> str:
        """The session's own id for the next call of this listing that has these ids."""
        if call_id in self._renamed:
            # The SDK makes later listings of the objects of the first.
            return call_id
        claimed = self._claimed[call_id, item_id]
        place = self._listed[listing, call_id, item_id]
        self._listed[listing, call_id, item_id] += 1
        if place == len(claimed):
            claimed.append(self._ids.claim(call_id))
        if claimed[place] != call_id:
            self._renamed.add(claimed[place])
        return claimed[place]
