"""The options that `streamtui` and `streamtui worker` have in common."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tui.cli.options.completed_values import agent_files, profile_names

_EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class _MaxTurns(click.ParamType[int | str]):
    name = "number"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> int | str:
        if value == "none":
            return "none"
        if not str(value).isdecimal() or int(value) < 1:
            self.fail(f"{value!r} is not a number of at least 1, nor none.", param, ctx)
        return int(value)


def profile_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--profile``."""
    return click.option(
        "--profile",
        metavar="NAME",
        help="Use a server by name: openai, ollama ..., or [profiles.NAME] of the settings.",
        shell_complete=profile_names,
    )(command)


def agent_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add AGENT and the options that say how to run it; `AgentFlags` holds them."""
    options = (
        click.argument("agent", required=False, shell_complete=agent_files),
        click.option(
            "--agent",
            "agent_name",
            metavar="NAME",
            help="Which agent of the file or module, by its variable or its name.",
        ),
        click.option("--model", metavar="NAME", help="Use this model for all agents."),
        click.option("--base-url", metavar="URL", help="Use this server for all agents."),
        profile_option,
        run_options,
    )
    for option in reversed(options):
        command = option(command)
    return command


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add those of them that are given once, however many agents there are."""
    options = (
        click.option(
            "--api", type=click.Choice(["responses", "chat"]), help="The API of the server."
        ),
        click.option(
            "--max-turns",
            type=_MaxTurns(),
            help="Model calls per message (the SDK calls them turns), or none for no limit.",
        ),
        click.option(
            "--run",
            "run_options",
            metavar="MODULE:ATTR",
            help="Arguments of the run: a dict like the module's own streamtui = {...}.",
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
            "--previous-response-id", metavar="ID", help="Continue this response of the server."
        ),
        click.option(
            "--auto-previous-response-id", is_flag=True, help="Let the server keep the messages."
        ),
        click.option(
            "--conversation-id", metavar="ID", help="Continue this conversation of the server."
        ),
        click.option("--workflow-name", metavar="NAME", help="The name of the runs in traces."),
        click.option(
            "--tool-concurrency",
            type=click.IntRange(1),
            metavar="N",
            help="How many function tools run at the same time.",
        ),
        click.option(
            "--retry-mode",
            type=click.Choice(["continue", "restart"]),
            help="Continue an answer that was cut off, or start it over.",
        ),
        click.option(
            "--cache/--no-cache",
            default=None,
            help="Answer calls that were answered before from a file, or ask each time (default).",
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
