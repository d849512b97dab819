"""``streamtui serve``: the agent over HTTP, for many users at once."""

# ruff: noqa: PLC0415 - --help must not wait for any of it

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from tui.cli.options.agent_options import agent_options
from tui.cli.startup.launching import SetUpError, agent_flags, load_settings

if TYPE_CHECKING:
    from tui.core.config.settings import Config

_OWN = (
    "host", "port", "token", "no_token", "workers", "sessions", "idle", "approve", "rate", "quiet",
    "allow_host", "allow_origin", "dashboard", "visitors",
)  # fmt: skip
"""Options of the service itself, not of the agent."""

_EPILOG = """\b
Examples:
  streamtui serve                                  the demo, at http://127.0.0.1:8765/
  streamtui serve agent.py:agent --port 9000
  streamtui serve agent.py:agent --approve lookup,search
  STREAMTUI_TOKEN=... streamtui serve agent.py:agent --host 0.0.0.0 --allow-host example.org
\b
Exit codes:
  0 ended by itself       130 interrupted with Ctrl+C
  2 wrong usage           143 terminated
"""


@click.command(epilog=_EPILOG)
@agent_options
@click.option("--host", default="127.0.0.1", show_default=True, help="Listen at this address.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="0: any."
)
@click.option("--token", metavar="TOKEN", help="Clients must send it; by default a random one.")
@click.option("--no-token", is_flag=True, help="Let everyone on this machine in, without a token.")
@click.option("--workers", type=click.IntRange(1), help="Processes; by default one per processor.")
@click.option(
    "--sessions", type=click.IntRange(1), default=1_000, show_default=True, help="Most in memory."
)
@click.option(
    "--idle",
    type=click.FloatRange(1),
    default=600.0,
    show_default=True,
    help="Seconds after which an idle session is unloaded.",
)
@click.option(
    "--approve",
    default="ask",
    show_default=True,
    metavar="ask|none|all|NAME,...",
    help="Which tools run without asking, although they need approval.",
)
@click.option(
    "--rate",
    type=click.FloatRange(0, min_open=True),
    default=200.0,
    show_default=True,
    help="Requests per second on average; bursts may be five times that.",
)
@click.option("--quiet", is_flag=True, help="Log problems only, not every request.")
@click.option("--dashboard", is_flag=True, help="Show the dashboard in browsers, at /dashboard.")
@click.option(
    "--visitors",
    type=click.IntRange(1),
    default=4,
    show_default=True,
    help="Most dashboards open at once; each is a process.",
)
@click.option("--allow-host", multiple=True, metavar="NAME", help="Another name of this host.")
@click.option("--allow-origin", multiple=True, metavar="URL", help="Allow pages of this origin.")
def serve(*, env_file: Path | None, config_file: Path | None, **given: Any) -> NoReturn:
    """Serve AGENT over HTTP: sessions, messages, and a stream of events for each.

    Without AGENT, the demo. See docs/web.md for the API.
    """
    own = {name: given.pop(name) for name in _OWN}
    token = _token(own)
    command = _dashboard_command() if own["dashboard"] else ()
    flags = agent_flags(given)
    config = load_settings(env_file, config_file, flags)
    from tui.cli.startup.launch_settings import known_secrets, local_worker, worker_settings
    from tui.journal.stored_figures import limits_of
    from tui.web.guards.rate_limit import Rate
    from tui.web.serving import ServeOptions
    from tui.web.serving import serve as serve_web
    from tui.web.sessions.session_terms import ApprovalRule

    stack = ExitStack()
    options = ServeOptions(
        worker_command=local_worker(worker_settings(flags, config)),
        journal=_journal(config, stack),
        agent=flags.agent or "",
        host=own["host"],
        port=own["port"],
        token=token,
        workers=own["workers"],
        sessions=own["sessions"],
        idle=own["idle"],
        quiet=own["quiet"],
        dashboard_command=command,
        visitors=own["visitors"],
        approvals=ApprovalRule.parsed(own["approve"]),
        rate=Rate(own["rate"], max(1, round(own["rate"] * 5))),
        allowed_hosts=own["allow_host"],
        allowed_origins=own["allow_origin"],
        thresholds=limits_of(config),
        secrets=known_secrets(config),
    )
    try:
        with stack:
            sys.exit(serve_web(options, _say))
    except OSError as error:
        raise SetUpError(
            f"{own['host']}:{own['port']}: {error.strerror}; choose another --port, or 0 for any."
        ) from error


def _dashboard_command() -> tuple[str, ...]:
    """Starts a dashboard with the options that were given here. Raise `SetUpError`."""
    from importlib.util import find_spec

    if find_spec("textual_serve") is None or find_spec("websockets") is None:
        raise SetUpError("--dashboard needs more packages: pip install 'streamtui[browser]'")
    from tui.cli.command_line import dashboard

    context = click.get_current_context()
    known = {parameter.name for parameter in dashboard.params} - {"agent", *_OWN}
    words = [sys.executable, "-m", "tui"]
    for parameter in context.command.params:
        name = parameter.name or ""
        given = context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE
        if given and name in known:
            words += _words_of(parameter, context.params[name])
    return tuple(words)


def _words_of(parameter: click.Parameter, value: Any) -> list[str]:
    """The words of the command line that give a parameter this value."""
    assert isinstance(parameter, click.Option)
    if parameter.is_flag:
        return [parameter.opts[0] if value else parameter.secondary_opts[0]]
    values = value if parameter.multiple else [value]
    return [word for each in values for word in (parameter.opts[0], str(each))]


def _token(own: dict[str, Any]) -> str | None:
    """The token to ask for. Raise `click.UsageError` if anyone on the network could ask."""
    from tui.web.guards.host_check import is_loopback
    from tui.web.guards.token_check import SHORTEST, new_token

    local = is_loopback(own["host"])
    token = own["token"] if own["token"] is not None else os.environ.get("STREAMTUI_TOKEN")
    if own["no_token"]:
        if own["token"] is not None:
            raise click.UsageError("Use --token or --no-token, not both.")
        if not local:
            raise click.UsageError("--no-token is for this machine only: leave out --host.")
        return None
    if token is None:
        if not local:
            raise click.UsageError(
                f"--host {own['host']} can be reached from elsewhere: choose a token with "
                "--token or STREAMTUI_TOKEN."
            )
        return new_token()
    if len(token) < SHORTEST or not token.isascii() or not token.isprintable() or " " in token:
        raise click.UsageError(
            f"--token: use at least {SHORTEST} letters, digits or signs, without spaces."
        )
    return str(token)


def _journal(config: "Config", stack: ExitStack) -> Path:
    """The journal; if nothing is to be kept, one that is deleted with ``stack``."""
    from tempfile import TemporaryDirectory

    from tui.cli.startup.launch_settings import journal_path

    if config.journal.enabled:
        return journal_path(config)
    folder = stack.enter_context(TemporaryDirectory(prefix="streamtui-"))
    return Path(folder) / "journal.db"


def _say(address: str) -> None:
    click.echo(address)
