"""What the provider's process and the one that starts it say to each other, as JSON lines."""

from typing import Literal

import msgspec

from tui.protocol.events import Api

Pace = Literal["recorded", "at-once"]


class ProviderOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What the process is started with."""

    recording: str
    """A file of events, or the id of a stored session."""
    journal: str | None = None
    """The database of sessions."""
    pace: Pace = "at-once"
    with_errors: bool = False
    """Play the failures that were recorded too."""
    nearest: bool = False
    """Answer a request that was not recorded like the one that is most like it."""
    fd: int = -1
    """The listening socket, which the process inherits."""


class ProviderReady(msgspec.Struct, frozen=True, kw_only=True):
    """Its first line: the recording is read. With a ``problem``, the process ends."""

    problem: str = ""
    models: tuple[str, ...] = ()
    host: str = ""
    """Of the server that was recorded."""
    api: Api = ""
    answers: int = 0


class ProviderReport(msgspec.Struct, frozen=True, kw_only=True):
    """Its last line, when it is closed."""

    served: int = 0
    """Answers."""
    failures: int = 0
    """Recorded failures that it played."""
    misses: int = 0
    near: tuple[str, ...] = ()
    """How requests differed that were answered like the one that is most like them."""
    left_out: dict[str, int] = {}
    """Items of answers that Chat Completions cannot carry, by type."""
    unused: int = 0
    """Recorded answers that nobody asked for."""
