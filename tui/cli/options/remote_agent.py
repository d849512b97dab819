"""AGENT as the address of a server that speaks AG-UI: its options, and the source they make.

Only click is imported here, as in `command_line.py`.
"""

# ruff: noqa: PLC0415 - see above

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import click

if TYPE_CHECKING:
    from tui.core.config.settings import Config
    from tui.remote.remote_settings import RemoteSettings

_TOKEN = "STREAMTUI_TOKEN"  # noqa: S105 - the name of a variable


class RemoteFlags(NamedTuple):
    token: str | None
    headers: tuple[str, ...]

    @property
    def given(self) -> tuple[str, ...]:
        """The options that were given."""
        options = {"--token": self.token is not None, "--header": bool(self.headers)}
        return tuple(name for name, there in options.items() if there)


def remote_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of an agent on a server; `remote_taken` takes them from what was given."""
    options = (
        click.option(
            "--token",
            metavar="TOKEN",
            help=f"Of the server, if AGENT is an address; {_TOKEN} keeps it out of process lists.",
        ),
        click.option(
            "--header",
            "headers",
            metavar="'NAME: VALUE'",
            multiple=True,
            help="Send this header to the server, if AGENT is an address.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def remote_taken(given: dict[str, Any]) -> RemoteFlags:
    """The options of `remote_options`, taken out of ``given``."""
    return RemoteFlags(given.pop("token"), given.pop("headers"))


def is_address(agent: str | None) -> bool:
    return agent is not None and "://" in agent


def refuse_without_address(flags: RemoteFlags) -> None:
    """Raise `click.UsageError` if an option is given that only an agent on a server takes."""
    if flags.given:
        raise click.UsageError(
            f"{flags.given[0]} is for an agent on a server: name its address as AGENT, such as"
            " http://HOST:PORT/agui."
        )


def remote_settings(
    given: dict[str, Any], flags: RemoteFlags
) -> "Callable[[Config], RemoteSettings]":
    """Check the address and the options; the settings follow once the configuration is read.

    Raise `click.UsageError`.
    """
    from tui.cli.startup.launch_settings import AgentFlags
    from tui.remote.remote_settings import AddressError, parsed_address, parsed_header

    others = AgentFlags(**{**given, "agent": None})
    if others != AgentFlags():
        name = next(
            name for name, value in given.items()
            if name != "agent" and value != getattr(AgentFlags(), name)
        )  # fmt: skip
        raise click.UsageError(
            f"--{name.replace('_', '-')} cannot be given for an agent on a server: it is set there."
        )
    try:
        url, login = parsed_address(given["agent"])
    except AddressError as error:
        raise click.UsageError(f"AGENT: {error}") from error
    try:
        headers = tuple(map(parsed_header, flags.headers))
    except AddressError as error:
        raise click.UsageError(f"--header: {error}") from error
    if flags.token is not None and not (flags.token.isascii() and flags.token.isprintable()):
        raise click.UsageError("--token: a token may only have ASCII characters.")

    def settings(config: "Config") -> "RemoteSettings":
        from tui.protocol.retry_policy import RetryPolicy
        from tui.remote.remote_settings import RemoteSettings

        times, retries = config.timeouts, config.retries
        return RemoteSettings(
            url=url,
            # Its variable may come from --env-file.
            token=(flags.token or os.environ.get(_TOKEN, "")).strip(),
            headers=headers,
            login=login,
            connect_timeout=times.connect,
            first_event_timeout=times.first_event,
            idle_timeout=times.idle,
            turn_timeout=times.turn,
            retries=RetryPolicy(retries.most, retries.base, retries.cap),
        )

    return settings


def secrets_of(settings: "RemoteSettings") -> tuple[str, ...]:
    """What must not be shown: the token, values of headers, a password."""
    from tui.core.sanitize.secrets import secret_headers

    password = settings.login[1] if settings.login is not None else ""
    known = (settings.token, password, *secret_headers(dict(settings.headers)))
    return tuple(filter(None, known))
