"""``streamtui stats``: the performance pane's tables, over the stored sessions."""

import os
import shutil
import time
from pathlib import Path
from typing import Any

import click
import msgspec

from tui.cli.startup.launch_settings import journal_path
from tui.core.config.checks import ConfigError
from tui.core.config.sources import load_config
from tui.core.formatting import counted
from tui.core.metrics import GroupFigures, SessionFigures, Sums, ToolFigures
from tui.core.sanitize.characters import clean_line
from tui.core.timespan import parse_age
from tui.dashboard.commands.key_settings import key_problem
from tui.dashboard.performance.figure_tables import distributions, groups, reliability, tools, usage
from tui.dashboard.performance.styled_lines import Line, plain
from tui.journal import JournalError, JournalStore
from tui.journal.stored_figures import StoredSums, limits_of, sum_sessions

NARROWEST, WIDEST = 40, 100
"""Columns."""

_VALUES = frozenset(("value", "mean", "p50", "p90", "p95", "p99", "max"))
"""What a figure or a distribution holds: null where it was not measured."""

Rows = tuple[GroupFigures, ...] | tuple[ToolFigures, ...]


@click.command()
@click.option("--since", metavar="AGE", help="Only turns of the last 7d, 8w, 6m or 1y.")
@click.option("--by", type=click.Choice(["model", "agent", "tool", "day"]), help="Only this table.")
@click.option("--json", "as_json", is_flag=True, help="JSON, with unrounded seconds and shares.")
@click.option(
    "--config",
    "config_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Use this settings file.",
)
def stats(since: str | None, by: str | None, config_file: Path | None, *, as_json: bool) -> None:
    """Show latency, speed, errors, tokens and cost over the stored sessions."""
    try:
        config = load_config(config_file, os.environ, key_problem=key_problem)
        begin = 0.0 if since is None else time.time() - parse_age(since)
        stored = sum_sessions(JournalStore(journal_path(config)), limits_of(config), since=begin)
    except ValueError as error:
        raise click.UsageError(f"--since: {error}") from error
    except (ConfigError, JournalError) as error:
        raise click.ClickException(str(error)) from error
    if stored.skipped:
        click.echo(f"{counted(stored.skipped, 'event')} could not be read.", err=True)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(_json_data(stored, by)), indent=2))
    elif not stored.sums.figures().turns:
        click.echo("No turns are stored.", err=True)
    else:
        for line in _tables(stored.sums, by, since):
            click.echo(clean_line(plain(line).rstrip()))


def _rows(figures: SessionFigures) -> dict[str, Rows]:
    return {
        "model": figures.models,
        "agent": figures.agents,
        "tool": figures.tools,
        "day": figures.days,
    }


def _tables(sums: Sums, by: str | None, since: str | None) -> list[Line]:
    width = min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST)
    figures = sums.figures()
    sections = {
        "model": groups("by model", figures.models, width, "calls"),
        "agent": groups("by agent", figures.agents, width, "calls"),
        "tool": tools(figures.tools, width, "calls"),
        "day": groups("by day", figures.days, width, None),
    }
    if by is not None:
        return sections[by] or [(f"nothing by {by}",)]
    title = counted(figures.turns, "turn")
    title += f" of the last {since}" if since else ""
    whole = [
        distributions(figures, width, title),
        reliability(figures, width, note=""),
        usage(figures, width, note=""),
    ]
    lines: list[Line] = []
    for section in (*whole, *sections.values()):
        lines += [("",), *section] if section and lines else section
    return lines


def _json_data(stored: StoredSums, by: str | None) -> dict[str, Any]:
    """Figures with their quality; the value of an unavailable one is null."""
    figures = stored.sums.figures()
    rows = _rows(figures)
    if by is not None:
        return {f"{by}s": _with_nulls(msgspec.to_builtins(rows[by]))}
    data: dict[str, Any] = _with_nulls(msgspec.to_builtins(figures))
    return {"since": stored.sums.since or None, "sessions": stored.sessions, **data}


def _with_nulls(data: Any) -> Any:
    if isinstance(data, dict):
        unavailable = data.get("quality") == "unavailable"
        return {
            key: None if unavailable and key in _VALUES else _with_nulls(value)
            for key, value in data.items()
        }
    return [_with_nulls(value) for value in data] if isinstance(data, (list, tuple)) else data
