"""``streamtui worker``: an agent for a dashboard on another machine."""

# ruff: noqa: PLC0415 - --help must not wait for the SDK

import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from tui.cli.options.agent_options import agent_options
from tui.cli.startup.launching import agent_flags, load_settings


@click.command()
@agent_options
def worker(*, env_file: Path | None, config_file: Path | None, **given: Any) -> NoReturn:
    """Run AGENT for a remote dashboard: events on stdout, commands on stdin.

    The dashboard starts it with --worker-command, through ssh, docker exec or kubectl exec.
    """
    flags = agent_flags(given)
    config = load_settings(env_file, config_file, flags)
    from tui.cli.startup.launch_settings import worker_settings
    from tui.worker.process import run

    sys.exit(run(worker_settings(flags, config)))
