"""What the person asked for: folded like events, though no worker has answered yet."""

from typing import Literal

import msgspec


class _Request(msgspec.Struct, frozen=True, kw_only=True):
    at: int = 0
    """In ns of the worker's clock."""


class MessageSent(_Request, frozen=True, kw_only=True):
    """A worker took the message; `RunStarted` follows."""

    run: str
    text: str
    shown: str = ""
    """The same without keys, for the screen; "": it holds none."""


class MessageQueued(_Request, frozen=True, kw_only=True):
    """The message waits for the end of the run."""

    text: str


class QueueTaken(_Request, frozen=True, kw_only=True):
    """The queued message was sent or went back to the prompt."""


class RetrySent(_Request, frozen=True, kw_only=True):
    """A worker took the order to resume or rewind the last turn."""

    run: str
    mode: Literal["continue", "rewind"]


class CancelSent(_Request, frozen=True, kw_only=True):
    """The run is to be cancelled at once."""

    pressed: int
    """`time.monotonic_ns()` of the dashboard."""


Request = MessageSent | MessageQueued | QueueTaken | RetrySent | CancelSent
