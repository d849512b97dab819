"""What the UI sends to the worker: imperatives, one JSON line each (`tui/protocol/codec.py`)."""

from typing import Literal

import msgspec

from tui.protocol.events import PROTOCOL_VERSION, ServerMark, StandingAnswer
from tui.protocol.worker_settings import Endpoint


class _Command(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="type", tag=True):
    pass


class Hello(_Command, frozen=True, kw_only=True):
    """First command: the worker answers with `ClockRead` at once, even while the SDK loads."""

    sent: int
    protocol: int = PROTOCOL_VERSION


class RestoreHistory(_Command, frozen=True, kw_only=True):
    """The ledger for a new worker, or in place of the one that this worker has.

    It may end in the middle of a turn if the previous worker died there: calls without an output
    get "interrupted; may have completed", or "not run" if they are in ``not_run``, and ``partial``
    becomes an interrupted answer.
    """

    items: tuple[msgspec.Raw, ...]
    agent: str = ""
    partial: str = ""
    """Visible text of the unfinished answer."""
    calls: tuple[str, ...] = ()
    """Ids of tool calls already in use, whether or not the ledger still holds them."""
    not_run: tuple[str, ...] = ()
    """Ids of tool calls that are known not to have started."""
    marks: tuple[ServerMark, ...] = ()
    """What the server keeps of the ledger."""
    fork: str = ""
    """The id of the session if it began as a copy of another one, else "".

    What the other one keeps elsewhere stays its own: the SDK session, a server's conversation, the
    thread of an AG-UI server.
    """


class ClientTool(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A tool that who started the run has, and runs: a call of it ends the run."""

    name: str
    description: str = ""
    parameters: str = ""
    """The JSON schema, as text; "": it takes no arguments."""


class StartRun(_Command, frozen=True, kw_only=True):
    """``beside``: in a conversation of its own, beside whatever else runs.

    It starts with ``history``, and empty without one.
    """

    run: str
    prompt: str
    entered_at: int
    images: tuple[str, ...] = ()
    """Sent with the prompt: ``data:`` addresses of pictures and files (`attached_files.py`)."""
    beside: bool = False
    history: RestoreHistory | None = None
    client_tools: tuple[ClientTool, ...] = ()


class RetryRun(_Command, frozen=True, kw_only=True):
    """``continue``: keep what is finished and run on. ``rewind``: undo the last turn and rerun it.

    A rewind undoes the turn when its run begins: `HistoryChanged` follows `RunStarted`. ``beside``
    and ``history`` are those of `StartRun`.
    """

    run: str
    entered_at: int
    mode: Literal["continue", "rewind"]
    beside: bool = False
    history: RestoreHistory | None = None
    client_tools: tuple[ClientTool, ...] = ()


class UndoRetry(_Command, frozen=True, kw_only=True):
    """Bring back what the last retry took back. Answered with `RetryUndone` or `UndoRefused`.

    ``run`` is the last run; if it is still in progress it is cancelled first. ``restored`` is the
    last run of the turn that is brought back. ``history`` is the ledger before the retry: a source
    that keeps it puts it in.
    """

    run: str
    restored: str = ""
    history: RestoreHistory | None = None


class CancelRun(_Command, frozen=True, kw_only=True):
    run: str
    mode: Literal["now", "after_call"] = "now"


class RetryNow(_Command, frozen=True, kw_only=True):
    """Retry without waiting for the end of the back-off."""

    run: str


class Approve(_Command, frozen=True, kw_only=True):
    """``run`` is needed only for a run beside others."""

    tool_call: str
    always: bool = False
    run: str = ""
    arguments: str = ""
    """JSON that replaces the model's arguments; "": they stay. Asked again if it does not fit."""


class Reject(_Command, frozen=True, kw_only=True):
    """``run`` is needed only for a run beside others."""

    tool_call: str
    always: bool = False
    reason: str = ""
    run: str = ""


class RememberAnswers(_Command, frozen=True, kw_only=True):
    """What the user has answered for always, before this worker took over."""

    answers: tuple[StandingAnswer, ...]


class CancelTool(_Command, frozen=True, kw_only=True):
    tool_call: str


class ClearHistory(_Command, frozen=True, kw_only=True):
    pass


class SetModel(_Command, frozen=True, kw_only=True):
    """Use this model from the next run on; "": the agent's own. Answered with `AgentLoaded`."""

    model: str
    endpoint: Endpoint | None = None
    """The server to use with it; None: that with which the worker was started."""


class ListModels(_Command, frozen=True, kw_only=True):
    """Ask the server which models it has; None: the server in use. Answered: `ModelsListed`."""

    endpoint: Endpoint | None = None


class Shutdown(_Command, frozen=True, kw_only=True):
    """Cancel the current run, close servers and connections, exit with 0."""


Command = (
    Hello | StartRun | RetryRun | UndoRetry | CancelRun | RetryNow | Approve | Reject
    | RememberAnswers | CancelTool
    | RestoreHistory | ClearHistory | SetModel | ListModels | Shutdown
)  # fmt: skip
