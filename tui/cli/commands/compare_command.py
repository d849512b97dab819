"""``streamtui compare``: two to four streams side by side."""

# ruff: noqa: PLC0415 - --help must not wait for any of it

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from tui.cli.options.agent_options import run_options
from tui.cli.options.completed_values import profile_names, session_or_file
from tui.cli.options.theme_option import theme_option, with_theme
from tui.cli.startup.launching import SetUpError, agent_flags, load_settings

if TYPE_CHECKING:
    from tui.comparison.comparison_options import ComparisonOptions
    from tui.core.config.settings import Config
    from tui.headless.prompts import Prompt

_EXISTING_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)

_EPILOG = """\b
Examples:
  streamtui compare agent.py:fast agent.py:careful
  streamtui compare agent.py --model gpt-5-mini --model gpt-5
  streamtui compare agent.py --stream-or-not --prompt "Explain TCP."
  streamtui compare agent.py --base-url http://a:8080/v1 --base-url http://b:8080/v1
  streamtui compare agent.py --profile openai --profile groq
  streamtui compare agent.py --variant model=m,name=plain --variant model=m,retries.most=0
  streamtui compare agent.py --model A --model B --prompts prompts.jsonl --output markdown
  streamtui compare --recording 20261122-1725 --recording other.jsonl
\b
Exit codes: 0 all runs ended well, 1 one did not, 2 wrong usage, 130 interrupted.
"""


@click.command(epilog=_EPILOG)
@click.argument("agents", nargs=-1, metavar="[AGENT]...")
@click.option("--model", "models", multiple=True, metavar="NAME", help="A column for each model.")
@click.option(
    "--base-url", "base_urls", multiple=True, metavar="URL", help="A column for each server."
)
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    metavar="NAME",
    help="A column for each.",
    shell_complete=profile_names,
)
@click.option(
    "--variant",
    "variants",
    multiple=True,
    metavar="NAME=VALUE,...",
    help="A column for each: stream=on|off, model, base-url, api, name (its heading), any other "
    "option of an agent, or a setting such as retries.most.",
)
@click.option(
    "--stream-or-not",
    is_flag=True,
    help="Streamed against not streamed: --variant stream=on --variant stream=off.",
)
@click.option(
    "--recording",
    "recordings",
    multiple=True,
    metavar="SESSION|FILE.jsonl",
    shell_complete=session_or_file,
    help="A column for each stored session or file of events, played with its own timing.",
)
@click.option("--prompt", metavar="TEXT", help='Send it to all; "-" reads standard input.')
@click.option(
    "--prompts",
    type=_EXISTING_FILE,
    help="Without a screen: the prompts in FILE, .jsonl, .csv or one a line.",
)
@click.option("--repeat", type=click.IntRange(1), default=1, help="Run every prompt N times.")
@click.option(
    "--output",
    type=click.Choice(["text", "json", "markdown"]),
    help="Print the report, without a screen (text, where there is no terminal).",
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report to FILE as well: FILE.json, or Markdown.",
)
@click.option(
    "--approve",
    default="none",
    show_default=True,
    metavar="none|all|NAME,...",
    help="Without a screen: the tools that may run although they need approval.",
)
@click.option("--timeout", type=click.FloatRange(0, min_open=True), help="Seconds for each run.")
@click.option("--journal/--no-journal", "keep", default=True, help="Store the columns as sessions.")
@theme_option
@click.option("--debug", is_flag=True, help="Log more, and print the path of the log file.")
@run_options
def compare(*, env_file: Path | None, config_file: Path | None, **given: Any) -> NoReturn:
    """Run one prompt in two to four columns at once, and compare them.

    Each combination of the agents, models, servers and variants is a column with a worker of its
    own. Without AGENT they run the demo, which needs no key and no network.
    """
    sys.exit(_carried_out(given, env_file, config_file))


def _carried_out(given: dict[str, Any], env_file: Path | None, config_file: Path | None) -> int:
    own = {
        name: given.pop(name)
        for name in ("agents", "models", "base_urls", "profiles", "variants", "stream_or_not",
                     "prompt", "prompts", "repeat", "output", "report", "approve", "timeout",
                     "keep", "theme", "debug", "recordings")
    }  # fmt: skip
    if own["prompt"] is not None and own["prompts"] is not None:
        raise click.UsageError("Give --prompt or --prompts, not both.")
    config = with_theme(load_settings(env_file, config_file), own["theme"])
    if own["recordings"]:
        return _shown(own, config, _recorded(own, config))
    return _shown(own, config, _compared(own, given, config_file))


def _shown(own: dict[str, Any], config: "Config", compared: "ComparisonOptions") -> int:
    _check_report(own["report"])
    if own["output"] is None and own["prompts"] is None and _has_terminal():
        return _on_screen(own, config, compared)
    return _without_screen(own, config, compared)


def _compared(
    own: dict[str, Any], given: dict[str, Any], config_file: Path | None
) -> "ComparisonOptions":
    from tui.cli.startup.column_choice import STREAMED, Wanted, plans_of
    from tui.comparison.comparison_options import ComparisonOptions

    flags = agent_flags(
        {
            "agent": None,
            "agent_name": None,
            "model": None,
            "base_url": None,
            "profile": None,
            **given,
        }
    )
    wanted = Wanted(
        agents=own["agents"],
        models=own["models"],
        base_urls=own["base_urls"],
        profiles=own["profiles"],
        variants=(*own["variants"], *(STREAMED if own["stream_or_not"] else ())),
        flags=flags,
        config_file=config_file,
        turn_timeout=own["timeout"],
    )
    return ComparisonOptions(
        plans=plans_of(wanted), prompt=_prompt(own["prompt"]), report=own["report"]
    )


def _recorded(own: dict[str, Any], config: "Config") -> "ComparisonOptions":
    from tui.cli.startup.column_choice import check_count, labelled
    from tui.cli.startup.recorded_columns import recorded_plan
    from tui.comparison.comparison_options import ComparisonOptions

    others = (
        "agents", "models", "base_urls", "profiles", "variants", "stream_or_not", "prompt",
        "prompts",
    )  # fmt: skip
    for name in others:
        if own[name]:
            raise click.UsageError("Recordings are compared with recordings: leave the rest out.")
    check_count(len(own["recordings"]))
    plans = labelled([recorded_plan(source, config) for source in own["recordings"]])
    return ComparisonOptions(plans=plans, report=own["report"])


def _prompt(given: str | None) -> str:
    if given is None:
        return ""
    text = given
    if given == "-":
        text = "" if sys.stdin is None else sys.stdin.buffer.read().decode("utf-8", "replace")
    if not text.strip():
        raise click.UsageError("The prompt is empty.")
    return text.strip()


def _check_report(path: Path | None) -> None:
    """Found out before anything is run for nothing."""
    if path is not None:
        try:
            path.open("a").close()
        except OSError as error:
            raise SetUpError(f"{path} cannot be written: {error.strerror}") from error


def _has_terminal() -> bool:
    streams = (sys.stdin, sys.stdout, sys.stderr)
    here = all(stream and stream.isatty() for stream in streams)
    return here and os.environ.get("TERM", "") not in ("", "dumb")


def _on_screen(own: dict[str, Any], config: "Config", compared: "ComparisonOptions") -> int:
    gc.disable()
    from tui.cli.startup.launch_settings import journal_path, known_secrets, screen_memory_path
    from tui.core.config.settings import AppOptions
    from tui.dashboard.comparison.comparison_app import run_comparison

    options = AppOptions(
        config=config,
        worker_command=(),
        journal=journal_path(config) if own["keep"] and config.journal.enabled else None,
        secrets=known_secrets(config),
        debug=own["debug"],
        screen_memory=screen_memory_path(),
    )
    return run_comparison(options, compared)


def _without_screen(own: dict[str, Any], config: "Config", compared: "ComparisonOptions") -> int:
    from tui.cli.commands.replay_command import recording_of
    from tui.cli.startup.launch_settings import journal_path, known_secrets
    from tui.headless.approval_policy import parsed
    from tui.headless.side_by_side import SideBySide, compare_headless
    from tui.journal.stored_figures import limits_of

    recordings = tuple(recording_of(source, config) for source in own["recordings"])
    order = SideBySide(
        recordings=recordings,
        compared=compared,
        prompts=tuple(_prompts(own, compared)),
        repeat=own["repeat"],
        output=own["output"] or "text",
        approvals=parsed(own["approve"]),
        thresholds=limits_of(config),
        timeout=own["timeout"],
        journal=journal_path(config) if own["keep"] and config.journal.enabled else None,
        secrets=known_secrets(config),
    )
    return compare_headless(order)


def _prompts(own: dict[str, Any], compared: "ComparisonOptions") -> "list[Prompt]":
    from tui.headless.prompts import Prompt, PromptsError, prompts_in

    if own["prompts"] is not None:
        try:
            return prompts_in(own["prompts"])
        except (PromptsError, OSError) as error:
            raise click.UsageError(f"--prompts: {error}") from error
    if not compared.prompt and not compared.plays:
        raise click.UsageError("Without a screen, give --prompt TEXT or --prompts FILE.")
    return [Prompt("1", compared.prompt)]
