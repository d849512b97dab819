"""What the user asked for. Requests are folded like events, before a worker has answered."""

from typing import Literal

import msgspec


class _Request(msgspec.Struct, frozen=True, kw_only=True):
    at: int = 0
    """In ns of the worker's clock."""


class MessageSent(_Request, frozen=True, kw_only=True):
    """The message was sent to a worker; `RunStarted` follows."""

    run: str
    text: str
    shown: str = ""
    """The text with keys masked, for the screen; "" if it is the same."""
    attached: tuple[str, ...] = ()
    """What was sent with it: name, kind and size of each."""


class RetrySent(_Request, frozen=True, kw_only=True):
    """The request to resume or rewind the last turn was sent to a worker."""

    run: str
    mode: Literal["continue", "rewind"]


class UndoSent(_Request, frozen=True, kw_only=True):
    """The worker was asked to undo the last retry; `RetryUndone` or `UndoRefused` follows."""


class CancelSent(_Request, frozen=True, kw_only=True):
    """The worker was asked to cancel the run now."""

    pressed: int
    """When the key was pressed: `time.monotonic_ns()` of the dashboard."""


Request = MessageSent | RetrySent | UndoSent | CancelSent
