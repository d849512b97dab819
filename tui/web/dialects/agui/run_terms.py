"""What an AG-UI run was asked for with."""

from typing import Any

import msgspec

from tui.protocol.agui.agui_messages import Message


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    thread: str
    run: str
    """The client's id of the run."""
    ours: str
    """The id of the agent's run that it shows."""
    messages: tuple[Message, ...] = ()
    """The conversation before the run, as the client has it."""
    state: Any = None
    parent_run: str | None = None
    modern: bool = True
    """The client speaks 1.0: it knows subagents, cancelled runs and pending calls."""
    client_tools: tuple[str, ...] = ()
    """Names of the tools that the client runs."""
    resumes: bool = False
    """It continues an agent's run that stopped to ask."""
    session: str = ""
    """The id of the session, for the service's other routes."""
