"""Turns flags and settings into the options of a worker and of the dashboard."""

import os
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
import msgspec
from msgspec.structs import replace

from tui.cli.options.remote_agent import secrets_of
from tui.core.config.folders import cache_folder, data_folder
from tui.core.config.profiles import key_values
from tui.core.config.settings import AppOptions, Config
from tui.core.sanitize.secrets import secret_values
from tui.core.timespan import DAY
from tui.protocol.worker_settings import CacheSettings, RunData, WorkerSettings

if TYPE_CHECKING:
    from tui.remote.remote_settings import RemoteSettings

MEGABYTE = 1_000_000


class AgentFlags(msgspec.Struct, frozen=True, kw_only=True):
    """The options of both `streamtui` and `streamtui worker`; ``None``: not given."""

    agent: str | None = None
    agent_name: str | None = None
    model: str | None = None
    base_url: str | None = None
    profile: str | None = None
    recorded: bool = False
    api: Literal["responses", "chat"] | None = None
    max_turns: int | Literal["none"] | None = None
    previous_response_id: str | None = None
    conversation_id: str | None = None
    auto_previous_response_id: bool = False
    workflow_name: str | None = None
    tool_concurrency: int | None = None
    context: str | None = None
    run_config: str | None = None
    run_options: str | None = None
    think_tags: bool | None = None
    retry_mode: Literal["continue", "restart"] | None = None
    tracing: bool = False
    cache: bool | None = None


def worker_settings(flags: AgentFlags, config: Config) -> WorkerSettings:
    """The worker's settings; flags override the configuration."""
    agent = config.agent
    # An address that was given, such as that of recorded answers, takes the profile's place.
    used = agent.profile is not None and flags.base_url is None
    return WorkerSettings(
        agent=flags.agent,
        agent_name=flags.agent_name or "",
        model=flags.model or (agent.model if used else None),
        base_url=flags.base_url or (agent.base_url if used else None),
        profile=(agent.profile or "") if used else "",
        key_env=agent.key_env,
        recorded=flags.recorded,
        api=flags.api or config.agent.api,
        think_tags=config.agent.think_tags if flags.think_tags is None else flags.think_tags,
        run=RunData(
            max_turns=flags.max_turns,
            previous_response_id=flags.previous_response_id,
            conversation_id=flags.conversation_id,
            auto_previous_response_id=flags.auto_previous_response_id or None,
            workflow_name=flags.workflow_name,
            tool_concurrency=flags.tool_concurrency,
        ),
        run_defaults=replace(config.run, max_turns=config.run.max_turns or config.agent.max_turns),
        run_options=flags.run_options,
        context=flags.context,
        run_config=flags.run_config,
        connect_timeout=config.timeouts.connect,
        first_event_timeout=config.timeouts.first_event,
        idle_timeout=config.timeouts.idle,
        turn_timeout=config.timeouts.turn,
        tool_timeout=config.timeouts.tool,
        max_retries=config.retries.most,
        backoff_base=config.retries.base,
        backoff_cap=config.retries.cap,
        retry_mode=flags.retry_mode or config.retries.mode,
        # Recorded answers cost nothing.
        prices={} if flags.recorded else config.prices,
        tracing=flags.tracing,
        cache=cache_settings(config)
        if not flags.recorded and (config.cache.enabled if flags.cache is None else flags.cache)
        else None,
    )


def cache_settings(config: Config) -> CacheSettings:
    """The cache of answers, whether or not it is used."""
    given = config.cache
    return CacheSettings(
        path=str(cache_path(config)),
        lifetime=given.lifetime * DAY,
        size=round(given.size * MEGABYTE),
        pace=given.pace,
    )


def cache_path(config: Config) -> Path:
    """The configured file, or ``answers.db`` in the platform's cache folder."""
    if config.cache.path is None:
        return cache_folder() / "answers.db"
    return _at_home("cache.path", config.cache.path).absolute()


def _at_home(setting: str, path: str) -> Path:
    """The path without ~. Raise `click.ClickException` if it names no user of this machine."""
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        user = path.partition("/")[0]
        raise click.ClickException(f"{setting} = {path!r}: there is no home {user}") from error


def set_defaults(environment: MutableMapping[str, str], config: Config) -> None:
    """Pass the configured model and server to the SDK in its environment variables.

    These are defaults: agents with a model or a client of their own keep it, unless flags override.
    """
    if config.agent.profile is not None:
        return  # for all agents: it is in the worker's settings
    if config.agent.model:
        environment.setdefault("OPENAI_DEFAULT_MODEL", config.agent.model)
    if config.agent.base_url:
        environment["OPENAI_BASE_URL"] = config.agent.base_url


def local_worker(settings: WorkerSettings) -> tuple[str, ...]:
    """The argv of a worker on this machine."""
    encoded = msgspec.json.encode(settings).decode()
    # -P: the current folder is not searched for `tui`, which it may also contain.
    return (sys.executable, "-P", "-m", "tui.worker", "--settings", encoded)


def app_options(
    flags: AgentFlags,
    config: Config,
    *,
    remote: tuple[str, ...] = (),
    keep_journal: bool = True,
    debug: bool = False,
) -> AppOptions:
    """The dashboard's options; ``remote`` is the argv of a remote worker, () means a local one."""
    return AppOptions(
        config=config,
        worker_command=remote or local_worker(worker_settings(flags, config)),
        agent=flags.agent or "",
        demo=flags.agent is None and not remote,
        remote=bool(remote),
        journal=journal_path(config) if keep_journal and config.journal.enabled else None,
        secrets=known_secrets(config),
        debug=debug,
        screen_memory=screen_memory_path(),
        offers_local=not remote
        and flags.base_url is None
        and config.agent.base_url is None
        and not (os.environ.get("OPENAI_API_KEY") or os.environ.get("OPENAI_BASE_URL")),
    )


def remote_app_options(
    settings: "RemoteSettings", config: Config, *, keep_journal: bool = True, debug: bool = False
) -> AppOptions:
    """The dashboard's options for an agent on a server."""
    return AppOptions(
        config=config,
        worker_command=(),
        agent=settings.url,
        journal=journal_path(config) if keep_journal and config.journal.enabled else None,
        secrets=(*known_secrets(config), *secrets_of(settings)),
        debug=debug,
        screen_memory=screen_memory_path(),
    )


def known_secrets(config: Config) -> tuple[str, ...]:
    """What must not be shown: keys in the environment, by their names or as the profiles say."""
    return tuple(dict.fromkeys((*secret_values(os.environ), *key_values(config, os.environ))))


def screen_memory_path() -> Path:
    """Where the screen remembers its theme and sizes."""
    return data_folder() / "screen.json"


def journal_path(config: Config) -> Path:
    """The configured database, or ``journal.db`` in the platform's folder for user data."""
    if config.journal.path is None:
        return data_folder() / "journal.db"
    return _at_home("journal.path", config.journal.path)
