"""What a worker is told when it starts."""

from typing import Literal

import msgspec

from tui.protocol.prices import Price


class WorkerSettings(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Crosses the process boundary as JSON; times are in seconds, None means no limit."""

    agent: str | None = None
    """``package.module:attribute`` or ``path/to/file.py:attribute``; None is the built-in demo."""
    model: str | None = None
    """Instead of the model that the agent names, for every agent of the run."""
    base_url: str | None = None
    api: Literal["responses", "chat"] | None = None
    max_turns: int | None = None
    context: str | None = None
    """``module:attribute`` of the run context, or of a function that makes it."""
    run_config: str | None = None
    """``module:attribute`` of a RunConfig, or of a function that makes it."""
    connect_timeout: float = 10.0
    first_event_timeout: float | None = 60.0
    idle_timeout: float | None = 60.0
    turn_timeout: float | None = None
    """For the whole turn: model calls, back-offs, tools and open approvals."""
    tool_timeout: float | None = None
    """For each tool that has no time-out of its own; an agent that is used as a tool has none."""
    max_retries: int = 3
    backoff_base: float = 1.0
    backoff_cap: float = 10.0
    retry_mode: Literal["continue", "restart"] = "continue"
    prices: dict[str, Price] = {}
    """By model; they overrule the kept list."""
    tracing: bool = False
    """Upload traces to the vendor, as the SDK does by default."""
