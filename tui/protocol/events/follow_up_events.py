"""Messages that wait for the end of a run. User interfaces make these events, not the worker."""

import msgspec

from tui.protocol.events.fact import Fact


class FollowUpMessage(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What will be sent, exactly as it was entered."""

    text: str
    images: tuple[str, ...] = ()
    """``data:`` addresses of pictures and files (`attached_files.py`)."""


class FollowUpQueued(Fact, frozen=True, kw_only=True):
    """A message waits. If one with this key waits already, this one replaces it."""

    key: str
    text: str
    """For the screen."""
    message: msgspec.Raw
    """The JSON of a `FollowUpMessage`: never shown, cleaned or masked."""
    place: int = -1
    """From 0; -1: where it is, or at the end."""
    steers: bool = False
    """The run stops after its model call, and this is sent at once."""
    held: bool = False
    """It is not sent by itself. What replaces a message is held as that was."""


class FollowUpMoved(Fact, frozen=True, kw_only=True):
    key: str
    place: int


class FollowUpTaken(Fact, frozen=True, kw_only=True):
    """It waits no longer."""

    key: str
    sent: bool = False
    """It is the message of the next run; False: the user has dropped it."""
