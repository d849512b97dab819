"""The settings that a worker is started with."""

from typing import Annotated, Literal

import msgspec

from tui.protocol.prices import Price

Count = Annotated[int, msgspec.Meta(ge=1)]


class RunData(
    msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, forbid_unknown_fields=True
):
    """What a run takes that is data; None: not given, and left to the agent or the SDK."""

    max_turns: Count | Literal["none"] | None = None
    """The SDK's ``max_turns``: model calls per user message. A turn here is a whole message."""
    previous_response_id: str | None = None
    conversation_id: str | None = None
    auto_previous_response_id: bool | None = None
    workflow_name: str | None = None
    group_id: str | None = None
    trace_metadata: dict[str, str] | None = None
    tool_concurrency: Count | None = None
    """How many function tools of one model call run at the same time."""


class CacheSettings(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Where answers are kept, for how long, and how they are given again."""

    path: str
    lifetime: float
    """Seconds."""
    size: int
    """Bytes, of all answers together."""
    pace: Literal["at-once", "recorded"] = "at-once"


class Endpoint(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A profile's server, and what its models need. Times are in seconds, None means no limit."""

    profile: str
    base_url: str
    api: Literal["responses", "chat"] = "responses"
    key_env: str | None = None
    think_tags: bool | None = None
    connect_timeout: float = 10.0
    first_event_timeout: float | None = 60.0
    idle_timeout: float | None = 60.0
    turn_timeout: float | None = None
    tool_timeout: float | None = None
    prices: dict[str, Price] = {}


class WorkerSettings(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Passed to the worker as JSON. Times are in seconds, None means no limit."""

    agent: str | None = None
    """``package.module:attribute`` or ``path/to/file.py:attribute``; None is the built-in demo."""
    agent_name: str = ""
    """Which agent of the module, by its variable or its name; "": the only one."""
    model: str | None = None
    """Overrides the model of every agent in the run."""
    base_url: str | None = None
    profile: str = ""
    """The name of the profile that the address, the API, the model and the key are of."""
    key_env: str | None = None
    """The environment variable with the key; None: ``OPENAI_API_KEY``, or none with a profile."""
    recorded: bool = False
    """``base_url`` gives recorded answers: their figures are kept apart, and no other is asked."""
    api: Literal["responses", "chat"] | None = None
    run: RunData = RunData()
    """What was given for this start: it overrides what the agent brings along."""
    run_defaults: RunData = RunData()
    """What was configured: for agents that do not bring it along."""
    run_options: str | None = None
    """``module:attribute`` of a dict like the agent's own ``streamtui``, or of what makes it."""
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
    """For each tool without a time-out of its own; agents used as tools have no time-out."""
    max_retries: int = 3
    backoff_base: float = 1.0
    backoff_cap: float = 10.0
    retry_mode: Literal["continue", "restart"] = "continue"
    think_tags: bool | None = None
    """Show what stands between ``<think>`` tags at the start of an answer as reasoning; None: on
    every host but the official one."""
    prices: dict[str, Price] = {}
    """By model; they override the built-in list."""
    cache: CacheSettings | None = None
    """None: every call goes to the provider."""
    stream: bool = True
    """False: ask models for whole answers."""
    tracing: bool = False
    """Upload traces to the vendor, as the SDK does by default."""
