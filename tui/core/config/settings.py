"""The settings: what they are called, what they may hold and what they are when nobody sets them.

Where they come from (flags over environment over file) stands in `tui/core/config/sources.py`.
"""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from tui.protocol.prices import Price

Seconds = Annotated[float, msgspec.Meta(gt=0)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
WordsPerMinute = Annotated[int, msgspec.Meta(ge=30, le=10_000)]


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class AgentConfig(_Section, frozen=True, kw_only=True):
    """How agents run where they do not say it themselves. ``None`` leaves it to the SDK."""

    model: str | None = None
    base_url: str | None = None
    api: Literal["responses", "chat"] | None = None
    max_turns: Annotated[int, msgspec.Meta(ge=1)] | None = None


class Timeouts(_Section, frozen=True, kw_only=True):
    """Seconds."""

    connect: Seconds = 10.0
    first_event: Seconds = 60.0
    idle: Seconds = 60.0
    """Between two events that mean something; a comment on the stream does not."""
    tool: Seconds | None = None
    """For tools that have no time-out of their own."""
    turn: Seconds | None = None
    """The deadline of a whole turn, back-offs and tools included."""


class Retries(_Section, frozen=True, kw_only=True):
    """The one retry loop: up to ``most`` retries after ``uniform(0, min(cap, base * 2**n))``."""

    most: Annotated[int, msgspec.Meta(ge=0, le=20)] = 3
    base: Seconds = 1.0
    cap: Seconds = 10.0
    mode: Literal["continue", "restart"] = "continue"


class Thresholds(_Section, frozen=True, kw_only=True):
    """Beyond these a figure is marked and one notification is raised per crossing."""

    ttft: Seconds = 2.0
    tokens_per_second: Annotated[float, msgspec.Meta(ge=0)] = 10.0
    error_rate: Share = 0.05
    """Failed attempts ÷ attempts."""
    stall: Seconds = 15.0
    """Without an event that means something; a quarter of the idle time-out where that is less."""


class Display(_Section, frozen=True, kw_only=True):
    theme: str | None = None
    """The name of a Textual theme."""
    pace: Literal["instant", "smooth"] | WordsPerMinute = "instant"
    """``smooth`` evens out bursts; a number is a reading speed in words per minute."""


class Alerts(_Section, frozen=True, kw_only=True):
    """What else happens when a threshold is crossed, beside the notification on the screen."""

    bell: bool = False
    desktop: bool = False
    """A notification of the terminal's own (OSC 9 and OSC 777)."""


class JournalConfig(_Section, frozen=True, kw_only=True):
    enabled: bool = True
    path: str | None = None
    """The database; ``None``: ``journal.db`` in the platform's data folder."""


class Config(_Section, frozen=True, kw_only=True):
    """Every setting, grouped as in the file. Defaults are what an empty file means."""

    agent: AgentConfig = AgentConfig()
    timeouts: Timeouts = Timeouts()
    retries: Retries = Retries()
    thresholds: Thresholds = Thresholds()
    display: Display = Display()
    alerts: Alerts = Alerts()
    prices: dict[str, Price] = {}
    """Model → its price; it overrules the list that the worker carries."""
    journal: JournalConfig = JournalConfig()
    keys: dict[str, str] = {}
    """Binding id → key, or several keys with commas, as Textual spells them."""


class AppOptions(msgspec.Struct, frozen=True, kw_only=True):
    """All that the dashboard needs to know to start: ``tui.dashboard.app.run(options) -> int``."""

    config: Config
    worker_command: tuple[str, ...]
    """The argv that starts the worker, local or elsewhere. Its environment is the UI's own."""
    agent: str = ""
    """AGENT as it was typed, a label until `AgentLoaded` names it; "" for the demo or a remote."""
    demo: bool = False
    """No AGENT was given: the built-in Game Master runs."""
    remote: bool = False
    """The worker was started by ``--worker-command``: it does not share the UI's clock or files."""
    journal: Path | None = None
    """The database; ``None`` keeps the session in memory only."""
    session: str | None = None
    """The id of the stored session to go on with."""
    secrets: tuple[str, ...] = ()
    """Values from the environment that must never be shown (`tui.core.sanitize.secrets`)."""
    debug: bool = False
    """Log more, and say where."""
