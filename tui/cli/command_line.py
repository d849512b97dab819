"""The command line: ``streamtui [AGENT]``, and the commands beside it, such as ``streamtui run``.

Only click is imported here: ``--help`` must not wait for the dashboard, the first frame must not
wait for the worker's modules, and the UI process must never load the SDK. Each command imports what
it needs when it runs.
"""

# ruff: noqa: PLC0415 - see above

import gc
import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from tui.cli.known_commands import COMMANDS, COMPLETES
from tui.cli.options.agent_options import agent_options
from tui.cli.options.completed_values import session_ids
from tui.cli.options.remote_agent import (
    is_address,
    refuse_without_address,
    remote_options,
    remote_settings,
    remote_taken,
)
from tui.cli.options.theme_option import (
    plain_option,
    run_face,
    theme_option,
    with_plain,
    with_theme,
)
from tui.cli.startup.against import against_options, answering, taken
from tui.cli.startup.launching import SetUpError, agent_flags, load_settings, need_terminal
from tui.cli.startup.local_model import (
    local_options,
    local_source,
    local_taken,
    started_model,
)
from tui.cli.startup.one_agent import OneAgent

if TYPE_CHECKING:
    from tui.cli.startup.launch_settings import AgentFlags
    from tui.core.config.settings import AppOptions, Config
    from tui.remote.remote_settings import RemoteSettings


_EPILOG = "\n".join(
    (
        "\b\nOther commands:",
        *(f"  streamtui {command.usage:<15}  {command.help}" for command in COMMANDS.values()),
        "For an agent in a module with the name of a command: streamtui -- worker",
    )
)


@click.command(cls=OneAgent, epilog=_EPILOG)
@agent_options
@against_options
@remote_options
@local_options
@click.option(
    "--worker-command",
    metavar="COMMAND",
    help="Run the agent elsewhere, as in 'ssh HOST streamtui worker agent.py:agent'.",
)
@click.option(
    "--continue", "newest", is_flag=True, help="Resume the last session of this agent and folder."
)
@click.option(
    "--session",
    metavar="ID",
    help="Resume this stored session; ID#3: at its third turn.",
    shell_complete=session_ids,
)
@click.option("--journal/--no-journal", "keep", default=True, help="Store this session, or do not.")
@theme_option
@plain_option
@click.option("--debug", is_flag=True, help="Log more, and print the path of the log file.")
@click.version_option(package_name="streamtui", prog_name="streamtui")
def dashboard(
    worker_command: str | None, *, keep: bool, newest: bool, session: str | None,
    theme: str | None, plain: bool, debug: bool,
    env_file: Path | None, config_file: Path | None, **given: Any,
) -> NoReturn:  # fmt: skip
    """Run AGENT in a dashboard; without AGENT, run a demo that needs no key and no network.

    AGENT is package.module:attribute or path/to/file.py:attribute: an Agent, or a function or async
    context manager that returns one. :attribute is optional if the module has only one agent. Or it
    is the address of an agent on a server that speaks AG-UI: http://HOST:PORT/agui.
    """
    against = taken(given)
    on_server = remote_taken(given)
    local = local_taken(given)
    if newest and session is not None:
        raise click.UsageError("Use --continue or --session, not both.")
    resumes = newest or session is not None

    def shown(config: "Config") -> "Config":
        return _shown(config, theme, plain=plain)

    if local.file is not None and (
        is_address(given["agent"]) or worker_command is not None or against.recording is not None
    ):
        raise click.UsageError("--local is for an agent on this machine that asks a model.")
    if is_address(given["agent"]) and worker_command is None and against.recording is None:
        settings_of = remote_settings(given, on_server)
        config = shown(load_settings(env_file, config_file))
        sys.exit(_on_server(settings_of(config), config, keep, debug, session, resumes=resumes))
    refuse_without_address(on_server)
    flags = agent_flags(given)
    remote = _remote_worker(worker_command, flags)
    if remote and against.recording is not None:
        raise click.UsageError("--against answers only agents on this machine.")
    config = shown(load_settings(env_file, config_file, None if remote else flags))
    # Until the first frame there are mostly imports, and collecting garbage would only delay it.
    gc.disable()
    from tui.cli.startup.launch_settings import app_options

    with answering(against, flags, config, pace="recorded", tell=click.echo) as served:
        options = app_options(served, config, remote=remote, keep_journal=keep, debug=debug)
        if local.file is not None:
            from msgspec.structs import replace

            options = replace(options, offers_local=False)
        options = _with_command(options)
        if resumes:
            options = _resuming(options, session)
        model = started_model(local)
        code = run_face(options, None if model is None else local_source(model, flags, config))
    sys.exit(code)


def _shown(config: "Config", theme: str | None, *, plain: bool) -> "Config":
    """The settings of what is shown. Raise `SetUpError` if there is no terminal for a screen."""
    config = with_plain(with_theme(config, theme), plain=plain)
    if not config.display.screen_reader:
        need_terminal()
    return config


def _on_server(
    settings: "RemoteSettings",
    config: "Config",
    keep: bool,
    debug: bool,
    session: str | None,
    *,
    resumes: bool,
) -> int:
    """The dashboard for an agent on a server; its exit code."""
    gc.disable()
    from tui.cli.startup.launch_settings import remote_app_options
    from tui.remote.remote_source import RemoteSource

    options = remote_app_options(settings, config, keep_journal=keep, debug=debug)
    options = _with_command(options)
    if resumes:
        options = _resuming(options, session)
    return run_face(options, RemoteSource(settings))


def _remote_worker(command: str | None, flags: "AgentFlags") -> tuple[str, ...]:
    if command is None:
        return ()
    import shlex

    from tui.cli.startup.launch_settings import AgentFlags

    if flags != AgentFlags():
        raise click.UsageError("AGENT and its options must be part of --worker-command.")
    try:
        words = tuple(shlex.split(command))
    except ValueError as error:
        raise click.UsageError(f"--worker-command: {error}") from error
    if not words:
        raise click.UsageError("--worker-command is empty.")
    return words


def _with_command(options: "AppOptions") -> "AppOptions":
    from msgspec.structs import replace

    from tui.cli.startup.way_back import command_again

    return replace(options, command=command_again(sys.argv[1:]))


def _resuming(options: "AppOptions", session: str | None) -> "AppOptions":
    from msgspec.structs import replace

    from tui.journal.sessions import CANNOT_OPEN, session_to_resume

    wanted, mark, turn = (session or "").partition("#")
    if mark and not (turn.isascii() and turn.isdigit() and int(turn)):
        raise click.UsageError(f"--session: write the number of a turn after #, as in {wanted}#3")
    try:
        found = session_to_resume(options, wanted if session is not None else None)
        return replace(options, session=found, turn=int(turn or 0))
    except CANNOT_OPEN as error:
        raise SetUpError(str(error)) from error


def main() -> None:
    """Run the command that the first argument names; any other first argument is AGENT."""
    word, *rest = sys.argv[1:] or [""]
    if COMPLETES in os.environ:
        from tui.cli.completing import complete

        sys.exit(complete(os.environ[COMPLETES]))
    if word not in COMMANDS:
        dashboard.main(sys.argv[1:], prog_name="streamtui")
        return
    if signal.getsignal(signal.SIGINT) == signal.default_int_handler:
        # Ctrl+C while it still imports, too, ends it without a traceback, as a shell expects.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    module = import_module(f"tui.cli.commands.{COMMANDS[word].module}")
    try:
        getattr(module, word).main(rest, prog_name=f"streamtui {word}")
    except OSError as error:
        from tui.headless.output.stdout_failure import NO_ROOM, stdout_failed

        if error.filename is not None or error.errno not in NO_ROOM:
            raise
        # Otherwise Python writes the rest when it ends, and reports that that failed too.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(stdout_failed(error))
