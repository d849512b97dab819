"""What the service's own dialect takes and answers, besides streams."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec

from tui.core.metrics import Figures
from tui.journal import SessionInfo
from tui.web.dialects.guide.guide_events import Status
from tui.web.public_words import public_figures
from tui.web.sessions.web_session import WebSession

Text = Annotated[str, msgspec.Meta(min_length=1)]


class NewSession(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    user_context: dict[str, Any] | None = None
    """Whatever you want to know again of the session; it is kept and given back."""


class NewMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    message: Text
    images: tuple[str, ...] = ()
    """``data:`` addresses of pictures: PNG, JPEG, GIF or WebP."""


class RetryOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    confirm: bool = False
    """Retry although tools of the last run would run again."""


class CancelOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    mode: Literal["now", "after_call"] = "now"
    """``after_call``: let the current model call and its tools end."""


class RetryTakenBack(msgspec.Struct, frozen=True, kw_only=True):
    run: str
    """Its answer stands again."""


class ApprovalOrder(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    approve: bool
    always: bool = False
    """The same answer for every later call of this tool in this session."""
    reason: str = ""
    """Why not: the model reads it."""


class SessionBegun(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    status: Status
    timestamp: datetime
    user_context: msgspec.Raw
    """As it is kept: keys in it are masked."""


class SessionLine(msgspec.Struct, frozen=True, kw_only=True):
    """One session in the list of all. ``loaded``: it is in memory."""

    id: str
    title: str
    created: datetime
    last_activity: datetime
    status: Status
    loaded: bool


class SessionList(msgspec.Struct, frozen=True, kw_only=True):
    sessions: tuple[SessionLine, ...]


class SessionSummary(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known of a session."""

    id: str
    title: str
    created: datetime
    last_activity: datetime
    duration: float
    """Seconds from the one to the other."""
    status: Status
    message_count: int
    """The user's messages and the agent's answers."""
    agent: str
    model: str
    run: str
    """The id of the open run, or of the last one; "" before the first."""
    last_event: int
    """The number of the newest event: `Last-Event-ID` to follow from here on."""
    waiting: tuple[str, ...] = ()
    """The tool calls that wait for an approval."""
    user_context: msgspec.Raw
    """What was given with the session; null if nothing was."""
    figures: Figures


class RunAccepted(msgspec.Struct, frozen=True, kw_only=True):
    run: str


class CancelAccepted(msgspec.Struct, frozen=True, kw_only=True):
    cancelling: bool
    """false: nothing ran."""


def status_of(session: WebSession) -> Status:
    if not session.running:
        return "idle"
    return "waiting" if waiting_calls(session) else "running"


def waiting_calls(session: WebSession) -> tuple[str, ...]:
    tools = session.conversation.open_tools.values()
    return tuple(tool.key for tool in tools if tool.state == "waiting")


def line_of(session: WebSession | SessionInfo) -> SessionLine:
    loaded = isinstance(session, WebSession)
    return SessionLine(
        id=session.id,
        title=session.title,
        created=utc(session.created),
        last_activity=utc(session.changed),
        status=status_of(session) if isinstance(session, WebSession) else "idle",
        loaded=loaded,
    )


def summary_of_session(session: WebSession) -> SessionSummary:
    figures = session.figures()
    state = session.conversation
    model, _ = state.model_and_host
    return SessionSummary(
        id=session.id,
        title=session.title,
        created=utc(session.created),
        last_activity=utc(session.changed),
        duration=session.changed - session.created,
        status=status_of(session),
        message_count=figures.session.prompts + figures.session.answers,
        agent=state.agent,
        model=model,
        run=state.run.id if state.run is not None else "",
        last_event=session.log.last,
        waiting=waiting_calls(session),
        user_context=session.context,
        figures=public_figures(figures),
    )


def utc(wall: float) -> datetime:
    return datetime.fromtimestamp(wall, UTC)
