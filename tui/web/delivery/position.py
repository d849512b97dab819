"""A place in a session: the id of an event that is sent to a reader."""

from typing import NamedTuple


class Position(NamedTuple):
    """The last event of the journal that a message covers, and which of its messages it is.

    One event of the journal may become several messages: they are ``57``, ``57.1`` … A message
    may hold several deltas: its id is that of the last of them.
    """

    event: int = 0
    """Counts the session's events from 1; 0: before the first."""
    part: int = 0

    def __str__(self) -> str:
        return f"{self.event}.{self.part}" if self.part else str(self.event)

    @classmethod
    def parsed(cls, text: str) -> "Position":
        """From an id. Raise `ValueError`."""
        event, dot, part = text.strip().partition(".")
        if not (_is_number(event) and (not dot or _is_number(part))):
            raise ValueError(text)
        return cls(int(event), int(part or 0))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18


START = Position(0, 0)
