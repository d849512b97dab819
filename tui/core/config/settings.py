"""The settings: their names, types, limits and defaults.

`tui/core/config/sources.py` reads them from flags, the environment and the file.
"""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from tui.protocol.prices import Price
from tui.protocol.worker_settings import RunData

Seconds = Annotated[float, msgspec.Meta(gt=0)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
WordsPerMinute = Annotated[int, msgspec.Meta(ge=30, le=10_000)]


PictureSetting = Literal["auto", "kitty", "sixel", "blocks", "off"]


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class AgentConfig(_Section, frozen=True, kw_only=True):
    """Defaults for agents that do not set these themselves. ``None`` leaves it to the SDK."""

    model: str | None = None
    base_url: str | None = None
    api: Literal["responses", "chat"] | None = None
    max_turns: Annotated[int, msgspec.Meta(ge=1)] | None = None
    """The older name of ``run.max_turns``, which overrides it."""
    think_tags: bool | None = None
    """What stands between ``<think>`` tags at the start of an answer is reasoning. ``None``: on
    every host but the official one."""
    profile: str | None = None
    """A server by name, used where no address is given: see docs/providers.md."""
    key_env: str | None = None
    """The environment variable with the key of ``base_url``; ``None``: ``OPENAI_API_KEY``."""


class Timeouts(_Section, frozen=True, kw_only=True):
    """Seconds."""

    connect: Seconds = 10.0
    first_event: Seconds = 60.0
    idle: Seconds = 60.0
    """Between two events with content; comments on the stream do not count."""
    tool: Seconds | None = None
    """For tools without a time-out of their own."""
    turn: Seconds | None = None
    """The deadline of a whole turn, including back-offs and tools."""


class Retries(_Section, frozen=True, kw_only=True):
    """``most`` retries per model call; the n-th delay is ``uniform(0, min(cap, base * 2**n))``."""

    most: Annotated[int, msgspec.Meta(ge=0, le=20)] = 3
    base: Seconds = 1.0
    cap: Seconds = 10.0
    mode: Literal["continue", "restart"] = "continue"


class Thresholds(_Section, frozen=True, kw_only=True):
    """Figures beyond these are marked, with one notification per crossing."""

    ttft: Seconds = 2.0
    tokens_per_second: Annotated[float, msgspec.Meta(ge=0)] = 10.0
    error_rate: Share = 0.05
    """Failed attempts ÷ attempts."""
    stall: Seconds = 15.0
    """Without an event with content; at most a quarter of the idle time-out."""


class Display(_Section, frozen=True, kw_only=True):
    theme: str | None = None
    """The name of a Textual theme."""
    pace: Literal["instant", "smooth"] | WordsPerMinute = "instant"
    """``smooth`` evens out bursts; a number is a reading speed in words per minute."""
    screen_reader: bool = False
    """Plain lines instead of a screen, as with ``--plain``."""
    pictures: PictureSetting = "auto"
    """The form in which the terminal shows pictures; ``auto``: what is known of the terminal."""
    title: bool = True
    """The terminal's title names the agent and what it does."""


class Ui(_Section, frozen=True, kw_only=True):
    """What the dashboard asks before it does it."""

    confirm_retry: bool = True
    """A retry of a turn that ended well, if it ran tools or cost money."""


class Alerts(_Section, frozen=True, kw_only=True):
    """What happens, besides the line on the screen, when a person should look at it."""

    bell: bool = False
    """Ring the terminal's bell at all of these."""
    desktop: bool = False
    """A desktop notification through the terminal (OSC 9 and OSC 777) when a threshold is
    crossed."""
    away: bool = True
    """A desktop notification when a tool asks, or a turn of 10 s or more has ended, while the
    terminal does not have the focus."""


class JournalConfig(_Section, frozen=True, kw_only=True):
    enabled: bool = True
    path: str | None = None
    """The database; ``None``: ``journal.db`` in the platform's data folder."""
    trash: Annotated[float, msgspec.Meta(ge=0)] = 30.0
    """Days for which a deleted session can be brought back."""


class CacheConfig(_Section, frozen=True, kw_only=True):
    """Model calls that were answered before are answered from a file."""

    enabled: bool = False
    """In the dashboard; ``streamtui run`` uses it only with ``--cache``."""
    lifetime: Annotated[float, msgspec.Meta(gt=0)] = 7.0
    """Days."""
    size: Annotated[float, msgspec.Meta(gt=0)] = 200.0
    """Megabytes; what was not used for the longest time is deleted first."""
    pace: Literal["at-once", "recorded"] = "at-once"
    path: str | None = None
    """The file; ``None``: ``answers.db`` in the platform's cache folder."""


class Profile(_Section, frozen=True, kw_only=True):
    """A server by name: ``[profiles.NAME]``."""

    title: str | None = None
    base_url: str | None = None
    """``${NAME}`` in it is a variable of the environment."""
    api: Literal["responses", "chat"] | None = None
    model: str | None = None
    key_env: str | None = None
    """The name of the environment variable with the key; ``None``: the server needs none."""
    think_tags: bool | None = None
    timeouts: dict[str, float] = {}
    """These three override those of the settings; by name, as there."""
    thresholds: dict[str, float] = {}
    prices: dict[str, Price] = {}


class Config(_Section, frozen=True, kw_only=True):
    """Every setting, grouped as in the file."""

    agent: AgentConfig = AgentConfig()
    run: RunData = RunData()
    """For agents that do not bring these along."""
    timeouts: Timeouts = Timeouts()
    retries: Retries = Retries()
    thresholds: Thresholds = Thresholds()
    display: Display = Display()
    ui: Ui = Ui()
    alerts: Alerts = Alerts()
    prices: dict[str, Price] = {}
    """By model; they override the built-in list."""
    profiles: dict[str, Profile] = {}
    """By name; they override the ready ones."""
    journal: JournalConfig = JournalConfig()
    cache: CacheConfig = CacheConfig()
    keys: dict[str, str] = {}
    """Binding id → key, or several keys separated by commas, in Textual's spelling."""


class ProfiledConfig(Config, frozen=True, kw_only=True):
    """Every setting, with those of a profile in their place."""

    without: Config
    """What they are without the profile, for another one."""


class AppOptions(msgspec.Struct, frozen=True, kw_only=True):
    """What the dashboard is started with: ``tui.dashboard.app.run(options) -> int``."""

    config: Config
    worker_command: tuple[str, ...]
    """The argv of the worker, local or remote. It inherits the UI's environment."""
    agent: str = ""
    """AGENT as typed, a label until `AgentLoaded`; "" for the demo or a remote worker."""
    demo: bool = False
    """No AGENT was given: the built-in Game Master runs."""
    remote: bool = False
    """``--worker-command`` starts the worker: it may not share the UI's clock or files."""
    journal: Path | None = None
    """The database; ``None`` keeps the session in memory only."""
    session: str | None = None
    """The id of the stored session to resume."""
    turn: int = 0
    """The turn of it to begin with, from 1; 0 for its end."""
    secrets: tuple[str, ...] = ()
    """Values from the environment to mask (`tui.core.sanitize.secrets`)."""
    debug: bool = False
    """Log more, and print the log file's path."""
    offers_local: bool = False
    """There is no key and no server: offer model servers that listen on this machine."""
    command: str = ""
    """The command line that starts the same again, without a session; "" if it is not known."""
    screen_memory: Path | None = None
    """Where the sizes of the panes and the theme are remembered; ``None``: nowhere."""
