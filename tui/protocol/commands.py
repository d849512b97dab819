"""What the UI says to the worker: imperatives, one JSON line each (`tui/protocol/codec.py`)."""

from typing import Literal

import msgspec

from tui.protocol.events import PROTOCOL_VERSION


class _Command(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type", tag=True):
    pass


class Hello(_Command, frozen=True, kw_only=True):
    """First command: the worker answers `ClockRead` at once, even while the SDK loads."""

    sent: int
    protocol: int = PROTOCOL_VERSION


class StartRun(_Command, frozen=True, kw_only=True):
    run: str
    prompt: str
    entered_at: int


class RetryRun(_Command, frozen=True, kw_only=True):
    """``continue``: go on from what is finished. ``rewind``: take the last turn back, run it again.

    What a rewind takes back is taken back when its run begins: `HistoryChanged` after `RunStarted`.
    """

    run: str
    entered_at: int
    mode: Literal["continue", "rewind"]


class CancelRun(_Command, frozen=True, kw_only=True):
    run: str
    mode: Literal["now", "after_call"] = "now"


class RetryNow(_Command, frozen=True, kw_only=True):
    """Ends the back-off that is under way."""

    run: str


class Approve(_Command, frozen=True, kw_only=True):
    tool_call: str
    always: bool = False


class Reject(_Command, frozen=True, kw_only=True):
    tool_call: str
    always: bool = False
    reason: str = ""


class CancelTool(_Command, frozen=True, kw_only=True):
    tool_call: str


class RestoreHistory(_Command, frozen=True, kw_only=True):
    """The ledger as it stands, for a new worker.

    It may end in the middle of a turn, where the worker before it died: calls without an output
    get "interrupted; may have completed", and ``partial`` becomes an interrupted answer.
    """

    items: tuple[msgspec.Raw, ...]
    agent: str = ""
    partial: str = ""
    """Visible text of the answer that was being written."""
    calls: tuple[str, ...] = ()
    """Ids of tool calls that are taken, whether the ledger still holds them or not."""


class ClearHistory(_Command, frozen=True, kw_only=True):
    pass


class SetModel(_Command, frozen=True, kw_only=True):
    """The model for the next run on; "" goes back to the agent's own. Answers `AgentLoaded`."""

    model: str


class Shutdown(_Command, frozen=True, kw_only=True):
    """End now: cancel what runs, close servers and connections, exit with 0."""


Command = (
    Hello | StartRun | RetryRun | CancelRun | RetryNow | Approve | Reject | CancelTool
    | RestoreHistory | ClearHistory | SetModel | Shutdown
)  # fmt: skip
