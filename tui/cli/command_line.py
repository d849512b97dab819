"""The command line: ``streamtui [AGENT]``, and the commands beside it, such as ``streamtui run``.

Only click is imported here: ``--help`` must not wait for the dashboard, the first frame must not
wait for the worker's modules, and the UI process must never load the SDK. Each command imports what
it needs when it runs.
"""

# ruff: noqa: PLC0415 - see above

import gc
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from tui.cli.launching import SetUpError, agent_flags, load_settings
from tui.cli.options import agent_options

if TYPE_CHECKING:
    from tui.cli.launch_settings import AgentFlags
    from tui.core.config.settings import AppOptions

_EPILOG = """\b
Other commands:
  streamtui run AGENT        run prompts without a screen, measure, check limits
  streamtui diff A B         compare two summaries or recordings
  streamtui worker [AGENT]   run an agent for a remote dashboard (--worker-command)
  streamtui sessions         list, export and delete stored sessions
  streamtui stats            latency, speed, errors and cost over stored sessions
For an agent in a module with the name of a command: streamtui -- worker
"""


@click.command(epilog=_EPILOG)
@agent_options
@click.option(
    "--worker-command",
    metavar="COMMAND",
    help="Run the agent elsewhere, as in 'ssh HOST streamtui worker agent.py:agent'.",
)
@click.option(
    "--continue", "newest", is_flag=True, help="Resume the last session of this agent and folder."
)
@click.option("--session", metavar="ID", help="Resume this stored session.")
@click.option("--journal/--no-journal", "keep", default=True, help="Store this session, or do not.")
@click.option("--debug", is_flag=True, help="Log more, and print the path of the log file.")
@click.version_option(package_name="streamtui", prog_name="streamtui")
def dashboard(
    worker_command: str | None, *, keep: bool, newest: bool, session: str | None,
    debug: bool, env_file: Path | None, config_file: Path | None, **given: Any,
) -> NoReturn:  # fmt: skip
    """Run AGENT in a dashboard; without AGENT, run a demo that needs no key and no network.

    AGENT is package.module:attribute or path/to/file.py:attribute: an Agent, or a function or async
    context manager that returns one. :attribute is optional if the module has only one agent.
    """
    flags = agent_flags(given)
    if newest and session is not None:
        raise click.UsageError("Use --continue or --session, not both.")
    remote = _remote_worker(worker_command, flags)
    config = load_settings(env_file, config_file)
    _need_terminal()
    # Until the first frame there are mostly imports, and collecting garbage would only delay it.
    gc.disable()
    from tui.cli.launch_settings import app_options

    options = app_options(flags, config, remote=remote, keep_journal=keep, debug=debug)
    if newest or session is not None:
        options = _resuming(options, session)
    from tui.dashboard.app import run

    sys.exit(run(options))


@click.command()
@agent_options
def worker(*, env_file: Path | None, config_file: Path | None, **given: Any) -> NoReturn:
    """Run AGENT for a remote dashboard: events on stdout, commands on stdin.

    The dashboard starts it with --worker-command, through ssh, docker exec or kubectl exec.
    """
    flags = agent_flags(given)
    config = load_settings(env_file, config_file)
    from tui.cli.launch_settings import worker_settings
    from tui.worker.process import run

    sys.exit(run(worker_settings(flags, config)))


def _remote_worker(command: str | None, flags: "AgentFlags") -> tuple[str, ...]:
    if command is None:
        return ()
    from tui.cli.launch_settings import AgentFlags

    if flags != AgentFlags():
        raise click.UsageError("AGENT and its options must be part of --worker-command.")
    try:
        words = tuple(shlex.split(command))
    except ValueError as error:
        raise click.UsageError(f"--worker-command: {error}") from error
    if not words:
        raise click.UsageError("--worker-command is empty.")
    return words


def _resuming(options: "AppOptions", session: str | None) -> "AppOptions":
    from msgspec.structs import replace

    from tui.journal.sessions import CANNOT_OPEN, session_to_resume

    try:
        return replace(options, session=session_to_resume(options, session))
    except CANNOT_OPEN as error:
        raise SetUpError(str(error)) from error


def _need_terminal() -> None:
    # Textual reads from the first of these and writes to the last.
    if not all(stream and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise SetUpError("streamtui needs a terminal: run it without pipes or redirections.")
    if os.environ.get("TERM", "") in ("", "dumb"):
        raise SetUpError("streamtui needs a terminal with cursor control: set TERM.")


def main() -> None:
    """Run the command that the first argument names; any other first argument is AGENT."""
    match sys.argv[1:]:
        case ["run", *arguments]:
            from tui.cli.run_command import run

            run.main(arguments, prog_name="streamtui run")
        case ["diff", *arguments]:
            from tui.cli.diff_command import diff

            diff.main(arguments, prog_name="streamtui diff")
        case ["worker", *arguments]:
            worker.main(arguments, prog_name="streamtui worker")
        case ["sessions", *arguments]:
            from tui.cli.sessions_command import sessions

            sessions.main(arguments, prog_name="streamtui sessions")
        case ["stats", *arguments]:
            from tui.cli.stats_command import stats

            stats.main(arguments, prog_name="streamtui stats")
        case arguments:
            dashboard.main(arguments, prog_name="streamtui")
