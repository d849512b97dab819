"""Makes the ids of calls unique in a session, whatever the servers send."""

import secrets
from collections import Counter, defaultdict


class CallIds:
    """Some servers give every tool call the id ``call_0``; the SDK needs unique ones."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._model_calls = 0
        # A session may have several workers, one after the other: each has its own ids.
        self._worker = secrets.token_hex(3)

    def next_model_call(self) -> str:
        self._model_calls += 1
        return f"c{self._model_calls}-{self._worker}"

    def reserve(self, call_id: str) -> None:
        """Mark an id that an earlier worker has used."""
        self._seen.add(call_id)

    def claim(self, call_id: str) -> str:
        """The id itself if it is new, else one derived from it.

        Lone surrogates become U+FFFD, as they do on the way to the UI, which names calls by it.
        """
        base = call_id.encode("utf-16", "surrogatepass").decode("utf-16", "replace") or "call"
        candidate, number = base, 1
        while candidate in self._seen:
            number += 1
            candidate = f"{base}~{number}"
        self._seen.add(candidate)
        return candidate


class AnswerIds:
    """The ids of the calls in one answer, which lists each call several times.

    The listings are: when calls begin, when they are done, and when the answer is complete. If a
    server gives several calls the same id, their order in each listing identifies them.
    """

    def __init__(self, ids: CallIds) -> None:
        self._ids = ids
        self._claimed: defaultdict[tuple[str, str | None], list[str]] = defaultdict(list)
        self._listed: Counter[tuple[str, str, str | None]] = Counter()
        self._renamed: set[str] = set()
        self._aliases: defaultdict[tuple[str, str | None], list[str]] = defaultdict(list)
        self._aliased: Counter[tuple[str, str, str | None]] = Counter()

    def rename(self, call_id: str, item_id: str | None, unique: str) -> None:
        """From now on these ids name the call that is known as ``unique``.

        Calls that change their ids may all get the same one.
        """
        names = self._aliases[call_id, item_id]
        if unique not in names:
            names.append(unique)
        self._renamed.add(unique)

    def unique(self, call_id: str, item_id: str | None, listing: str) -> str:
        """The unique id of the next call in this listing that has these ids."""
        call_id = self._alias(call_id, item_id, listing)
        if call_id in self._renamed:
            # The SDK uses the objects of the first listing in later ones.
            return call_id
        claimed = self._claimed[call_id, item_id]
        place = self._listed[listing, call_id, item_id]
        self._listed[listing, call_id, item_id] += 1
        if place == len(claimed):
            claimed.append(self._ids.claim(call_id))
        if claimed[place] != call_id:
            self._renamed.add(claimed[place])
        return claimed[place]

    def _alias(self, call_id: str, item_id: str | None, listing: str) -> str:
        """What the next call in this listing that has these ids was renamed to, or its id."""
        names = self._aliases.get((call_id, item_id)) or self._same_call_id(call_id)
        if not names:
            return call_id
        place = self._aliased[listing, call_id, item_id]
        self._aliased[listing, call_id, item_id] += 1
        return names[min(place, len(names) - 1)]

    def _same_call_id(self, call_id: str) -> list[str]:
        """Where a listing gives the items other ids."""
        return [
            name for (one, _), names in self._aliases.items() if one == call_id for name in names
        ]
