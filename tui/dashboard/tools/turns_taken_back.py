"""Which rows of the tool log belong to turns that a retry has taken back."""

from typing import NamedTuple


class TurnRows(NamedTuple):
    """The serial numbers of a turn's rows, both included."""

    first: int
    last: int
    taken_back: bool


class TurnsTakenBack:
    """Follows the user's messages: each begins a turn, whose rows come after it."""

    def __init__(self) -> None:
        self._firsts: dict[str, int] = {}
        """By message, in order: the serial number that the turn's first row has, if it has any."""

    def clear(self) -> None:
        self._firsts.clear()

    def changed(self, message: str, kind: str, newest: int) -> TurnRows | None:
        """The rows to mark after a change of a message; ``newest`` is the newest row's number."""
        if kind == "began":
            self._firsts.setdefault(message, newest + 1)
            return None
        if kind not in {"removed", "restored"} or message not in self._firsts:
            return None
        messages = list(self._firsts)
        following = messages[messages.index(message) + 1 :]
        last = self._firsts[following[0]] - 1 if following else newest
        return TurnRows(self._firsts[message], last, taken_back=kind == "removed")
