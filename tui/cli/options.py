"""The options that `streamtui` and `streamtui worker` have in common."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

_EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def agent_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add AGENT and the options that say how to run it; `AgentFlags` holds them."""
    options = (
        click.argument("agent", required=False),
        click.option("--model", metavar="NAME", help="Use this model for all agents."),
        click.option("--base-url", metavar="URL", help="Use this server for all agents."),
        click.option(
            "--api", type=click.Choice(["responses", "chat"]), help="The API of the server."
        ),
        click.option(
            "--max-turns",
            type=click.IntRange(1),
            help="Model calls per message (the SDK calls them turns).",
        ),
        click.option(
            "--context", metavar="MODULE:ATTR", help="The run context, or a function that makes it."
        ),
        click.option(
            "--run-config", metavar="MODULE:ATTR", help="A RunConfig, or a function that makes it."
        ),
        click.option(
            "--think-tags/--no-think-tags",
            default=None,
            help="Show text between <think> tags as reasoning (default: not for api.openai.com).",
        ),
        click.option(
            "--retry-mode",
            type=click.Choice(["continue", "restart"]),
            help="Continue an answer that was cut off, or start it over.",
        ),
        click.option("--tracing", is_flag=True, help="Upload traces, as the SDK does by default."),
        click.option(
            "--env-file", type=_EXISTING_FILE, help="Set variables that are not set yet from FILE."
        ),
        click.option(
            "--config", "config_file", type=_EXISTING_FILE, help="Use this settings file."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command
