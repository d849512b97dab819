"""Ids of calls that are unique over the session, whatever servers send."""

import secrets


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
